"""What there is to see of a run: two memory curves, what happened when, and what was measured."""

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from benchmarks.report import Figure

OURS, USUAL = "ours", "usual"


@dataclass(frozen=True)
class Sample:
    """Memory that cannot be given back, MB: the highest since the sample before, and by kind of process."""

    at: float
    """Seconds since the run began."""
    total_mb: float
    kinds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that was done, or that happened; `at` in seconds since the run began."""

    at: float
    text: str
    bad: bool = False


@dataclass(frozen=True)
class Side:
    """One way of running: its curve and its events."""

    title: str
    samples: tuple[Sample, ...] = ()
    events: tuple[Event, ...] = ()
    note: str = ""

    def until(self, seconds: float) -> Self:
        """Return what was to be seen then; the note, which tells the end, comes with the last event."""
        samples = tuple(sample for sample in self.samples if sample.at <= seconds)
        events = tuple(event for event in self.events if event.at <= seconds)
        note = self.note if len(events) == len(self.events) else ""
        return replace(self, samples=samples, events=events, note=note)


@dataclass(frozen=True)
class Scene:
    """Everything at one moment."""

    way: str
    memory_mb: float
    cpus: float
    photos: int
    seconds: float
    ours: Side
    usual: Side
    figures: tuple[Figure, ...]
    found_at: tuple[float | None, ...]
    """When each figure was measured."""
    acts: tuple[Event, ...] = ()
    """What was begun when; the last one goes on."""
    ended: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    """Machine, date and commit."""

    @property
    def doing(self) -> str:
        """What goes on."""
        return self.acts[-1].text if self.acts else "The service starts."

    def until(self, seconds: float) -> Self:
        """Return the scene as it was at that moment: what was measured later is not measured yet."""
        known = tuple(
            figure if at is not None and at <= seconds else replace(figure, measured=None, how="")
            for figure, at in zip(self.figures, self.found_at, strict=True)
        )
        return replace(
            self, ours=self.ours.until(seconds), usual=self.usual.until(seconds), figures=known,
            acts=tuple(act for act in self.acts if act.at <= seconds), seconds=seconds, ended=False,
        )  # fmt: skip

    def to_json(self) -> str:
        """Return everything as JSON, which `from_json` takes."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the scene of a run that was kept. Raises ValueError, KeyError or TypeError."""
        read: dict[str, Any] = json.loads(text)
        read["figures"] = tuple(Figure(**item) for item in read["figures"])
        read["found_at"] = tuple(read["found_at"])
        read["acts"] = tuple(Event(**item) for item in read["acts"])
        read["facts"] = tuple(map(tuple, read["facts"]))
        return cls(**{**read, OURS: _side(read[OURS]), USUAL: _side(read[USUAL])})


def _side(read: dict[str, Any]) -> Side:
    samples = tuple(Sample(**item) for item in read["samples"])
    return Side(read["title"], samples, tuple(Event(**item) for item in read["events"]), read["note"])


class Board:
    """The scene while it changes; threads write to it and the page reads it."""

    def __init__(
        self, scene: Scene, *, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._scene, self._say, self._clock = scene, say, clock
        self._began = clock()
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return self._clock() - self._began

    @property
    def scene(self) -> Scene:
        """Everything as it is now."""
        with self._lock:
            if self._scene.ended:
                return self._scene
            return replace(self._scene, seconds=self.seconds)

    def do(self, text: str) -> None:
        """Say what is going on now."""
        act = Event(round(self.seconds, 2), text)
        self._change(lambda scene: replace(scene, acts=(*scene.acts, act)))
        self._say(f"{self.seconds:5.0f} s  {text}")

    def tell(self, side: str, text: str, *, bad: bool = False) -> None:
        """Note that something happened."""
        event = Event(round(self.seconds, 2), text, bad)
        self._change_side(side, lambda old: replace(old, events=(*old.events, event)))
        self._say(f"{event.at:5.0f} s  {'the usual way: ' if side == USUAL else ''}{text}")

    def sample(self, side: str, total_mb: float, kinds: Mapping[str, float]) -> None:
        """Add a point to a curve."""
        sample = Sample(round(self.seconds, 2), round(total_mb, 1), dict(kinds))
        self._change_side(side, lambda old: replace(old, samples=(*old.samples, sample)))

    def note(self, side: str, text: str) -> None:
        """Say below a curve how it ended, or why there is none."""
        self._change_side(side, lambda old: replace(old, note=text))

    def found(self, what: str, measured: float, *, how: str = "", n: int = 1) -> None:
        """Note what was measured for a promise. Raises ValueError when there is no such promise."""
        place = [figure.what for figure in self._scene.figures].index(what)
        at = self.seconds

        def put(scene: Scene) -> Scene:
            figures, times = list(scene.figures), list(scene.found_at)
            figures[place] = replace(figures[place], measured=measured, how=how, n=n)
            times[place] = at
            return replace(scene, figures=tuple(figures), found_at=tuple(times))

        self._change(put)

    def end(self) -> None:
        """Stop the clock."""
        seconds = self.seconds
        self._change(lambda scene: replace(scene, ended=True, seconds=seconds))

    def _change_side(self, side: str, change: Callable[[Side], Side]) -> None:
        def put(scene: Scene) -> Scene:
            if side == OURS:
                return replace(scene, ours=change(scene.ours))
            return replace(scene, usual=change(scene.usual))

        self._change(put)

    def _change(self, change: Callable[[Scene], Scene]) -> None:
        with self._lock:
            self._scene = change(self._scene)
