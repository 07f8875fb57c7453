"""A deadline for a whole call: the SDKs' own timeouts count from the last byte, and not at all for DNS."""

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import NoReturn, TypeVar

from studylens.analysis.llm.client import CallFailed, ModelUnavailable

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises; ModelUnavailable after `seconds`.

    Work that is late goes on by itself until its own timeout ends it. MemoryError, wherever a vendor hid it,
    comes out as MemoryError.
    """
    results: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
    started(threading.Thread(target=lambda: results.put(_outcome(work)), daemon=True))
    try:
        outcome = results.get(timeout=seconds)
    except queue.Empty as error:
        raise ModelUnavailable(f"no answer within {seconds:.0f} s") from error
    return outcome()


def started(thread: threading.Thread) -> threading.Thread:
    """Return a thread that runs. Raises MemoryError where there is no room for its stack."""
    try:
        thread.start()
    except RuntimeError as error:  # "can't start new thread"
        raise MemoryError from error
    return thread


def _outcome(work: Callable[[], T]) -> Callable[[], T]:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits.
        return partial(_again, MemoryError() if isinstance(error, CallFailed) and _ran_out(error) else error)
    return lambda: result


def _again(error: BaseException) -> NoReturn:
    raise error


def _ran_out(error: BaseException | None) -> bool:
    """Say whether a MemoryError lies at the bottom of an error: protobuf's parser wraps everything."""
    while error is not None and not isinstance(error, MemoryError):
        error = error.__cause__ or error.__context__
    return error is not None
