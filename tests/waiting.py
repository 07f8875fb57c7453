"""How tests wait: for an event, as long as it takes. A pause is too short on a busy machine."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""After so long nothing will happen any more; below pytest's own limit, so that the test can say what."""
LOOK_SECONDS = 0.01


def until(condition: Callable[[], object], what: object = "it", seconds: float = PATIENCE_SECONDS) -> None:
    """Return when the condition holds; fail, naming what was waited for, when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what() if callable(what) else what} has not happened"
        time.sleep(LOOK_SECONDS)
