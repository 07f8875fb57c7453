"""How fast one token may ask: a bucket that fills again, in this process alone.

Each worker has its own, so two of them let twice as much through; what costs room is counted in the database.
"""

import threading
import time
from collections import OrderedDict

from studylens.errors import TooFast

A_SECOND = 5.0
"""Sustained: a program that copies 1,000 packs needs four minutes."""
AT_ONCE = 100.0
MOST_TOKENS = 2_000
"""Buckets that are remembered; the one that has not asked for longest is full anyway."""

_lock = threading.Lock()
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
"""By the token's hash: what is left, and when that was counted (monotonic, in seconds)."""


def step(token_hash: str, at: float | None = None) -> None:
    """Take one request from the bucket. Raises TooFast when it is empty."""
    at = time.monotonic() if at is None else at
    with _lock:
        left, counted = _buckets.pop(token_hash, (AT_ONCE, at))
        left = min(AT_ONCE, left + max(0.0, at - counted) * A_SECOND)
        enough = left >= 1
        _buckets[token_hash] = (left - 1 if enough else left, at)
        if len(_buckets) > MOST_TOKENS:
            _buckets.popitem(last=False)
    if not enough:
        raise TooFast(retry_after=1)


def begin_anew() -> None:
    """Forget all buckets; for tests."""
    with _lock:
        _buckets.clear()
