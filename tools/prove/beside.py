"""The usual way in the same limit: it gets the same photos, and what becomes of it is told."""

import os
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from benchmarks.cgroups import CgroupError
from tests.service import free_port, multipart
from tools.prove.held import Limits, NotHere, Way
from tools.prove.scene import USUAL, Board
from tools.prove.watching import Group, Watch

HELD = "Its weights are random ones of full size, held in memory as float32; docs/proof.md has others."
MAPPED = "Its weights are mapped from the file of USUAL_MODEL, and read from the disk as they are needed."
MODEL = "USUAL_MODEL"
"""The variable that names a folder of weights in transformers' format."""
KILLS = 3
"""After so many kills it is plain how it ends; gunicorn would start it for ever."""
LOOK_SECONDS = 0.2
ANSWER_SECONDS = 600.0


class Beside:
    """Runs the usual way while it is open; where that cannot be had the board says why."""

    def __init__(self, board: Board, way: Way, folder: Path, photos: Sequence[bytes]) -> None:
        self._board, self._way, self._folder, self._photos = board, way, folder, photos
        self._port, self._answered = free_port(), 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._run, self._ask)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._threads[0].join()  # The other one may wait for an answer that nobody sends any more.

    def _run(self) -> None:
        scene = self._board.scene
        limits = Limits(int(scene.memory_mb), scene.cpus)
        try:
            with self._way.usual(self._folder, limits, self._port) as group:
                self._board.tell(USUAL, "Started: torch and BLIP in the web worker")
                self._board.note(USUAL, self._sum(self._watch(group)))
        except (NotHere, CgroupError, OSError) as error:
            self._board.note(USUAL, f"Not shown here: {error}")
        self._over.set()

    def _watch(self, group: Group) -> int:
        """Tell of each kill until it is plain how it ends; return their number."""
        began, kills = time.monotonic(), 0
        with Watch(self._board, USUAL, group):
            while not self._over.wait(LOOK_SECONDS) and kills < KILLS:
                if (now := group.oom_kills) > kills:
                    kills, seconds = now, time.monotonic() - began
                    told = f"Killed by the kernel ({kills}), {seconds:.0f} s after it began"
                    self._board.tell(USUAL, told, bad=True)
        return kills

    def _sum(self, kills: int) -> str:
        times = "once" if kills == 1 else f"{kills} times"
        died = f"Killed {times} by the kernel" if kills else "Not killed"
        return f"{died}; {self._answered} photos answered. {MAPPED if os.environ.get(MODEL) else HELD}"

    def _ask(self) -> None:
        """Send photos one after another, once it answers."""
        while not self._over.wait(LOOK_SECONDS):
            if self._opened("/health") is None:
                continue
            for photo in self._photos:
                began = time.monotonic()
                if self._opened("/analyze", photo) is None or self._over.is_set():
                    break
                self._answered += 1
                seconds = time.monotonic() - began
                self._board.tell(USUAL, f"Photo {self._answered} answered, in {seconds:.0f} s")
            else:
                return

    def _opened(self, path: str, photo: bytes | None = None) -> bytes | None:
        body, kind = multipart([photo], {}) if photo is not None else (None, "")
        headers = {"Content-Type": kind} if body else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return bytes(answer.read())
        except OSError:
            return None
