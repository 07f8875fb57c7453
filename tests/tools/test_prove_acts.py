"""Every act of `make prove` against a real service, with no limit around it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from studylens.machine import memory
from tests import pages
from tests.service import Service
from tests.tools.test_prove import a_scene
from tools.prove import promises
from tools.prove.acts import Play
from tools.prove.disk import FileSize
from tools.prove.held import Limits, Running
from tools.prove.scene import OURS, Board
from tools.prove.watching import Watch

PHOTOS = 4
OF_THE_MACHINE = {promises.START, promises.REST, promises.PEAK, promises.HEALTH, promises.BACK}
"""Memory and times, which others on this machine change; benchmarks measure them."""


@dataclass(frozen=True)
class Processes:
    """A service that nobody holds: its own processes, and no kills."""

    root: int
    oom_kills: int = 0

    @property
    def pids(self) -> list[int]:
        return memory.process_tree(self.root)

    @property
    def unreclaimable_mb(self) -> float:
        return memory.others_mb(self.root, without=None)


@pytest.mark.process
def test_every_act_is_done_and_every_promise_is_measured(tmp_path: Path) -> None:
    board = Board(a_scene(figures=promises.promised(PHOTOS)), say=lambda _: None)
    with Service(tmp_path, ENGINES="ocr", ANALYSIS_IDLE_SECONDS="1", DISK_RESERVE_MB="1") as service:
        assert service.process
        group = Processes(service.process.pid)
        full = FileSize(lambda: group.pids)
        with Watch(board, OURS, group):
            Play(
                board, Running(service, group), tmp_path / "instance", full, Limits(512, 1.0),
                [photo(number) for number in range(PHOTOS)], settle_seconds=0, full_seconds=0,
            ).run()  # fmt: skip
        assert "Traceback" not in service.log
    figures, told = board.scene.figures, [event.text for event in board.scene.ours.events]
    assert [figure.what for figure in figures if figure.measured is None] == [], told
    assert [figure for figure in promises.broken(figures) if figure.what not in OF_THE_MACHINE] == [], told
    seen = {kind for sample in board.scene.ours.samples for kind in sample.kinds}
    assert seen >= {"master", "web", "analysis"}


def photo(number: int) -> bytes:
    """Each is another one, or it would be known and not read."""
    return pages.png(pages.column_page((*pages.SHORT, f"This is page {number}."), size=(700, 400)))
