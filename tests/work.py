"""How much work something is, as a number of calls: the same on every machine, quiet or busy."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


def calls(function: Callable[[], Any]) -> tuple[Any, int]:
    """Run the function; return its answer, and how many functions of Python and of C were entered for it."""
    entered = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal entered
        entered += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        return function(), entered
    finally:
        sys.setprofile(None)


@contextmanager
def connections_held() -> Iterator[list[int]]:
    """Yield a list of how many connections a thread held after each time it took one."""
    here, held = threading.local(), []

    def take(*_: object) -> None:
        here.count = getattr(here, "count", 0) + 1
        held.append(here.count)

    def give(*_: object) -> None:
        here.count = getattr(here, "count", 0) - 1

    event.listen(Pool, "checkout", take)
    event.listen(Pool, "checkin", give)
    try:
        yield held
    finally:
        event.remove(Pool, "checkout", take)
        event.remove(Pool, "checkin", give)
