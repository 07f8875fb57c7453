"""What a class sees now, answered from memory: thirty phones ask every few seconds.

A worker reads a quiz at most twice a second. While one thread does so, the others answer with what is known:
a database that is slow holds one thread and not the whole class.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import render_template
from sqlalchemy.orm import Session

from studylens.errors import NotFound, Unavailable
from studylens.models import now
from studylens.serving.places import places
from studylens.sharing_limits import (
    LEAST_POLL_SECONDS,
    MOST_POLL_SECONDS,
    POLL_SECONDS_A_PLAYER,
    REMEMBERED_SECONDS,
)
from studylens.study.live import players, quizzes
from studylens.study.live.quizzes import Phase, Scene, scene_of
from studylens.web.door.wiring import wiring

_MOST_REMEMBERED = 200
"""Quizzes; beyond it a worker begins to remember anew."""
_MOST_MET = 2_000
"""Codes; the same."""


@dataclass(frozen=True)
class Seen:
    """A scene, and after how many seconds a phone asks again."""

    scene: Scene
    every: float

    @property
    def tag(self) -> str:
        """Return what differs when a phone has to show something else, or ask at another pace."""
        return f"{self.scene.quiz_id[:12]}-{self.scene.step}-{self.every:g}"


@dataclass
class _Remembered:
    seen: Seen
    at: float
    bodies: dict[str, bytes] = field(default_factory=dict)
    refreshing: threading.Lock = field(default_factory=threading.Lock)


class Memory:
    """What this worker knows of each quiz by its code; thread-safe."""

    def __init__(self, read: Callable[[str], Seen], clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._known: dict[str, _Remembered] = {}
        self._met: set[str] = set()

    def look(self, code: str) -> Seen:
        """Return what is seen now, at most REMEMBERED_SECONDS old, or read meanwhile. Raises NotFound."""
        known = self._known.get(code)
        if known is None:
            return self._refresh(code)
        if self._clock() - known.at < REMEMBERED_SECONDS or not known.refreshing.acquire(blocking=False):
            return known.seen
        try:
            return self._refresh(code)
        except Unavailable:  # The class goes on with what it sees until the database answers again.
            return known.seen
        finally:
            known.refreshing.release()

    def body(self, code: str, language: str, make: Callable[[Seen], bytes]) -> bytes:
        """Return what is sent in this language; made once for all phones. Raises NotFound."""
        seen = self.look(code)
        known = self._known.get(code)
        if known is None or known.seen != seen:
            return make(seen)
        if language not in known.bodies:
            known.bodies[language] = make(seen)
        return known.bodies[language]

    def has_met(self, code: str) -> bool:
        """Say whether a quiz had this code: a class that asks for it when it has ended does not guess."""
        return code in self._met

    def forget(self, code: str) -> None:
        """Read this quiz anew: its teacher went on."""
        self._known.pop(code, None)

    def _refresh(self, code: str) -> Seen:
        try:
            seen = self._read(code)
        except NotFound:
            self.forget(code)
            raise
        known = self._known.get(code)
        if known is not None and known.seen == seen:
            known.at = self._clock()
        else:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met.add(code)
            self._known[code] = _Remembered(seen, self._clock())
        return seen


def read(code: str) -> Seen:
    """Return what is seen of a quiz, from the database. Raises NotFound, Busy, DatabaseDown."""
    places.take()
    database = wiring().database
    database.ensure_compatible()
    with database.reading() as session:
        return seen_in(session, scene_of(quizzes.find(session, code, now())))


def seen_in(session: Session, scene: Scene) -> Seen:
    """Return the scene with the pace at which its phones ask."""
    return Seen(scene, pace(players.count(session, scene.quiz_id)))


def pace(count: int) -> float:
    """Return after how many seconds each of so many phones asks again."""
    return round(min(MOST_POLL_SECONDS, max(LEAST_POLL_SECONDS, count * POLL_SECONDS_A_PLAYER)), 1)


def body_of(seen: Seen) -> bytes:
    """Return as JSON what every phone of the class is told; nothing in it belongs to one of them."""
    scene = seen.scene
    html = render_template("live/_seen.html", scene=scene, given=None, mine=None)
    shown = scene.phase is Phase.SHOWN
    told = {"step": scene.step, "phase": scene.phase, "place": scene.place, "every": seen.every}
    return json.dumps({**told, "right": scene.question.right if shown else None, "html": html}).encode()


memory = Memory(read)
