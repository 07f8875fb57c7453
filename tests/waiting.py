"""How tests wait: for an event, as long as it takes. A pause is too short on a busy machine."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""After so long nothing will happen any more; below pytest's own limit, so that the test can say what."""
LOOK_SECONDS = 0.01
"""Between two looks, at least."""
REST = 20
"""How much longer than a look the pause after it is. A look at the database takes 2 ms of a processor, which
whoever is waited for needs."""
LONGEST_REST_SECONDS = 0.1
"""What comes and goes is seen all the same: the shortest that a test waits for stays for a second."""


def until(condition: Callable[[], object], what: object = "it", seconds: float = PATIENCE_SECONDS) -> None:
    """Return when the condition holds; fail, naming what was waited for, when it never does."""
    end = time.monotonic() + seconds
    looked = time.monotonic()
    while not condition():
        now = time.monotonic()
        assert now < end, f"{what() if callable(what) else what} has not happened"
        time.sleep(min(LONGEST_REST_SECONDS, max(LOOK_SECONDS, REST * (now - looked))))
        looked = time.monotonic()
