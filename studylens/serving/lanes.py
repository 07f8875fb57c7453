"""Which threads a request may take. A lane that is full makes its own wait, and nobody else."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WITH_BODY = 24
"""Of 32 threads. 12 bodies arrive at once, 8 clients wait for a pack, 4 refused ones are listened to; pages,
which bring no body, always find the other 8."""
HEALTH = 2
"""Threads of /health alone: a thread costs 0.1 MB, and none exists before it is needed."""
PATIENCE_SECONDS = 15.0
"""How long a request waits for its lane before it gets 503. Of 200 bodies that stall, twelve a second leave;
a class that presses a button together is served at a tenth of a processor."""

Start = Callable[[], None]


@dataclass
class Lane:
    """At most `most` requests at once; the others wait in the order of their coming. One thread uses it."""

    most: int
    taken: int = 0
    waiting: deque[Start] = field(default_factory=deque)

    def enter(self, start: Start) -> bool:
        """Start now, or remember for later. Returns whether it was started."""
        if self.taken >= self.most:
            self.waiting.append(start)
            return False
        self.taken += 1
        start()
        return True

    def leave(self) -> None:
        """Give a place back; whoever waits longest takes it."""
        self.taken -= 1
        if self.waiting:
            self.enter(self.waiting.popleft())

    def forget(self, start: Start) -> None:
        """Drop somebody who waits no longer."""
        self.waiting.remove(start)
