"""What is done to the service while it reads photos. Each act waits for what it needs, and not for ever."""

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.cgroups import CgroupError
from benchmarks.watch import percentile, pss_mb, resident_once_mb
from tests.serving.slow import HALF_HEAD, slow_clients, unanswered
from tools.prove import promises
from tools.prove.disk import Disk
from tools.prove.held import Limits, Running
from tools.prove.scene import OURS, Board, Sample
from tools.prove.stages import COLUMN, TABLE, Job, Stages
from tools.prove.student import Answer, Student
from tools.prove.watching import pid_of

LOOK_SECONDS = 0.2
SETTLE_SECONDS = 5.0
"""After the start, until the first sweep is over; and after the last photo."""
PHOTO_SECONDS = 9.0
"""Of a whole processor, for a photo and what an act adds to it; three times what one takes."""
LEAST_SECONDS = 120.0
"""Whatever it takes with a whole processor: leases of killed processes end after 60 s."""
FULL_SECONDS = 3.0
"""Of a whole processor: a photo is read in that time, and more."""
CURVE_SECONDS = 30.0
"""A busy machine may look at the memory late, but not so late."""
HALF_HEADS, ASKED = 40, 100
KINDLY = frozenset({503, 507})
"""Answers that say by name that something is not to be had now."""

T = TypeVar("T")


class Late(RuntimeError):
    """An act did not come to its end in its time."""


@dataclass
class Play:
    """A running service with its students, and the acts; each notes what it found on the board."""

    board: Board
    running: Running
    instance: Path
    disk: Disk
    limits: Limits
    photos: Sequence[bytes]
    settle_seconds: float = SETTLE_SECONDS
    full_seconds: float = FULL_SECONDS

    def __post_init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.one, self.other, self.late = (Student(self.running.service, self.statuses) for _ in range(3))
        self.stages = Stages(self.instance)
        self.sent: list[str] = []

    def run(self) -> None:
        """Do one act after another; one that fails leaves its promise unmeasured, and the next begins."""
        for text, act in self._acts():
            self.board.do(text)
            try:
                act()
            except (Late, OSError, sqlite3.Error, CgroupError) as error:
                self.board.tell(OURS, f"This could not be shown: {error}", bad=True)

    def _acts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return (
            ("The service has started and rests.", self._rest_at_first),
            ("Two students send their photos.", self._send),
            ("The web process is killed while photos are read.", self._kill_web),
            ("The analysis process is killed while it reads.", self._kill_analysis),
            ("40 connections send half a header and hang.", self._hang_half_heads),
            ("A column that every page of packs reads is dropped.", self._drop_column),
            ("The disk fills up, and somebody sends a photo.", self._fill_disk),
            ("The rest of the photos is read.", self._wait_for_packs),
            ("What was reached at most is looked up.", self._look_back),
            ("The service is left alone.", self._rest_at_last),
        )

    def _rest_at_first(self) -> None:
        time.sleep(self.settle_seconds)
        self._found_at_rest(promises.START)

    def _send(self) -> None:
        half = len(self.photos) // 2
        for student, photos in ((self.one, self.photos[:half]), (self.other, self.photos[half:-1])):
            answer = student.send(photos)
            self.sent += [job["id"] for job in answer.json.get("jobs", ())]
            self.board.tell(OURS, f"{len(photos)} photos sent ({answer.status})")

    def _kill_web(self) -> None:
        self._until_done(2)
        pid = self._until(lambda: pid_of("web", self.running.group.pids), "a web process")
        os.kill(pid, signal.SIGKILL)
        self.board.tell(OURS, "kill -9: web process", bad=True)
        began = time.monotonic()
        self._until(lambda: self.late.page("/health").status == 200, "/health")
        self.board.found(promises.BACK, time.monotonic() - began, how=_load())
        self.board.tell(OURS, "It answers again")

    def _kill_analysis(self) -> None:
        self._until_done(5)
        job, pid = self._until(self._being_read, "a photo that is being read")
        os.kill(pid, signal.SIGKILL)
        self.board.tell(OURS, "kill -9: analysis", bad=True)
        ended = self._until(lambda: self._ended(job.id), "the photo's second reading")
        attempts = f"read in attempt {ended.attempts}"
        self.board.found(promises.READ_AGAIN, int(ended.state != "done"), how=attempts)
        self.board.tell(OURS, "The same photo has been read")

    def _hang_half_heads(self) -> None:
        self._until_done(9)
        with slow_clients(self.running.service.port, HALF_HEADS, HALF_HEAD) as clients:
            self.board.tell(OURS, f"{HALF_HEADS} half headers hang", bad=True)
            answers = [self.late.page("/health") for _ in range(ASKED)]
            hanging = unanswered(clients)
        self._found_health(answers, hanging)
        self.board.tell(OURS, "They are gone")

    def _found_health(self, answers: Sequence[Answer], hanging: int) -> None:
        """A refusal may be quick: with one of them the promise is not measured. Raises Late."""
        if refused := sum(answer.status != 200 for answer in answers):
            raise Late(f"/health was not answered {refused} times of {len(answers)}")
        waits = [answer.seconds for answer in answers]
        how = f"longest {max(waits):.2f} s, {hanging} hung to the end; {_load()}"
        self.board.found(promises.HEALTH, percentile(waits, 0.99), how=how, n=len(answers))

    def _drop_column(self) -> None:
        self._until_done(11)
        self.stages.drop_column()
        self.board.tell(OURS, f"Dropped: {TABLE}.{COLUMN}", bad=True)
        answers = [self.one.page(path) for path in ("/packs", "/review", "/progress", "/packs")]
        failed = sum(answer.status != 200 for answer in answers) + (not self.stages.has_column())
        told = ", ".join(str(answer.status) for answer in answers)
        self.board.found(promises.REPAIRED, failed, how=f"answers {told}; the column is back", n=len(answers))
        self.board.tell(OURS, "The column is back")

    def _fill_disk(self) -> None:
        self._until_done(14)
        try:
            self.disk.fill()
            self.board.tell(OURS, "Disk full", bad=True)
            refused = self.late.send(self.photos[-1:])
            named = refused.status in KINDLY and bool(refused.code)
            asked = list(self._ask_while_full())
        finally:
            self.disk.free()
        self.board.tell(OURS, "There is room again")
        taken = self._until(self._taken, "room for a photo")
        self.sent += taken
        wrong = sum(answer.status != 200 for answer in asked) + (not named)
        how = f"{self.disk.how}; a photo: {refused.status} {refused.code}, taken afterwards"
        self.board.found(promises.FULL, wrong, how=how, n=len(asked) + 1)

    def _ask_while_full(self) -> Iterator[Answer]:
        """Open pages for as long as a photo takes: one that is read meanwhile cannot be stored."""
        end = time.monotonic() + self.full_seconds / self.limits.cpus
        while True:
            yield self.one.page("/packs")
            yield self.late.page("/health")
            if time.monotonic() > end:
                return
            time.sleep(LOOK_SECONDS)

    def _wait_for_packs(self) -> None:
        self._until(lambda: self._done() >= len(self.sent), "the end of all photos")
        answers = [self.late.data(f"/jobs/{number}") for number in self.sent]
        packs = sum(
            answer.json.get("state") == "done" and bool(answer.json.get("pack")) for answer in answers
        )
        self.board.found(promises.PACKS, packs, n=len(self.photos))
        owners = self.stages.packs()
        self.board.found(promises.TWICE, len(owners) - len(set(owners)), n=len(owners))
        self.board.tell(OURS, f"{packs} packs of {len(self.photos)} photos")

    def _look_back(self) -> None:
        faults = sum(n for status, n in self.statuses.items() if status >= 500 and status not in KINDLY)
        told = ", ".join(f"{status or 'none'}: {n}" for status, n in sorted(self.statuses.items()))
        self.board.found(promises.FAULTS, faults, how=told, n=self.statuses.total())
        self.board.found(promises.KILLS, self.running.group.oom_kills, n=len(self.photos))
        self._found_peak(self.board.scene.ours.samples)

    def _found_peak(self, samples: Sequence[Sample]) -> None:
        """A curve that broke off says nothing of the rest. Raises Late."""
        ended = samples[-1].at if samples else 0.0
        if not samples or self.board.seconds - ended > CURVE_SECONDS:
            raise Late(f"nobody has looked at the memory since {ended:.0f} s")
        peak = max(samples, key=lambda sample: sample.total_mb)
        self.board.found(promises.PEAK, peak.total_mb, how=f"at {peak.at:.0f} s", n=len(samples))

    def _rest_at_last(self) -> None:
        self._until(lambda: len(self.running.group.pids) <= 2, "the end of the analysis process")
        time.sleep(self.settle_seconds)
        left = [path.name for path in (self.instance / "uploads").iterdir() if path.name != "folder_id"]
        processes = len(self.running.group.pids) - 2
        self.board.found(promises.LEFT, len(left) + processes, how=", ".join(left) or "an empty folder")
        self._found_at_rest(promises.REST)

    def _found_at_rest(self, promise: str) -> None:
        """PSS leaves a part of each library to others who have it open; root can see how much."""
        pids = self.running.group.pids
        try:
            how = f"sum of PSS; with each page counted once {resident_once_mb(pids):.1f} MB"
        except (OSError, CgroupError):
            how = "sum of PSS"  # Page frames are shown to root alone.
        self.board.found(promise, pss_mb(pids), how=how)

    def _until_done(self, of_twenty: int) -> None:
        """Wait until so many of twenty photos are read, or the same share of fewer."""
        wanted = of_twenty * len(self.photos) // 20
        self._until(lambda: self._done() >= wanted, f"{wanted} photos")

    def _done(self) -> int:
        return sum(job.has_ended for job in self.stages.jobs().values())

    def _ended(self, number: str) -> Job | None:
        job = self.stages.jobs()[number]
        return job if job.has_ended else None

    def _being_read(self) -> tuple[Job, int] | None:
        running = [job for job in self.stages.jobs().values() if job.state == "running"]
        pid = pid_of("analysis", self.running.group.pids)
        return (running[0], pid) if running and pid else None

    def _taken(self) -> list[str]:
        answer = self.late.send(self.photos[-1:])
        return [job["id"] for job in answer.json.get("jobs", ())]

    def _until(self, condition: Callable[[], T | None], what: str) -> T:
        """Return what the condition returns once it is true. Raises Late."""
        seconds = max(LEAST_SECONDS, PHOTO_SECONDS / self.limits.cpus * len(self.photos))
        end = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > end:
                raise Late(f"{what} did not come in {seconds:.0f} s")
            time.sleep(LOOK_SECONDS)
        return found


def _load() -> str:
    """Say how busy the machine is with everything that runs on it: that stretches times."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
