"""What was not seen to be kept is not called kept: quick refusals, a broken curve, half a full disk."""

import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.test_prove import a_scene
from tests.waiting import until
from tools.prove import promises
from tools.prove.acts import ASKED, CURVE_SECONDS, Late, Play
from tools.prove.disk import FileSize
from tools.prove.held import Limits, Running
from tools.prove.scene import OURS, Board
from tools.prove.student import Answer
from tools.prove.watching import Watch


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def quiet_board(clock: Callable[[], float] | None = None) -> Board:
    return Board(a_scene(), say=lambda _: None, clock=clock or Clock())


def a_play(board: Board, folder: Path, kind: type[Play] = Play) -> Play:
    nobody = Running(service=None, group=None)  # type: ignore[arg-type]
    return kind(board, nobody, folder, FileSize(list), Limits(512, 1.0), [])


def measured(board: Board, promise: str) -> float | None:
    return next(figure.measured for figure in board.scene.figures if figure.what == promise)


def test_a_quick_refusal_is_no_quick_answer(tmp_path: Path) -> None:
    play = a_play(quiet_board(), tmp_path)
    with pytest.raises(Late, match="not answered 1 times"):
        play._found_health([Answer(200, b"", 0.01)] * (ASKED - 1) + [Answer(503, b"", 0.001)], 40)
    assert measured(play.board, promises.HEALTH) is None


def test_a_curve_that_broke_off_has_no_highest_point(tmp_path: Path) -> None:
    clock = Clock()
    play = a_play(quiet_board(clock), tmp_path)
    with pytest.raises(Late):
        play._found_peak(())
    play.board.sample(OURS, 180.0, {})
    clock.now = CURVE_SECONDS + 1
    with pytest.raises(Late, match="looked at the memory since 0 s"):
        play._found_peak(play.board.scene.ours.samples)
    play.board.sample(OURS, 90.0, {})
    play._found_peak(play.board.scene.ours.samples)
    assert measured(play.board, promises.PEAK) == 180.0


class Gone:
    """A group that was removed."""

    unreclaimable_mb, oom_kills = 0.0, 0

    @property
    def pids(self) -> list[int]:
        raise FileNotFoundError("cgroup.procs")


def test_a_group_that_is_gone_is_told() -> None:
    board = quiet_board()
    with Watch(board, OURS, Gone()):
        until(lambda: board.scene.ours.events, "the end of the curve")
    assert "cannot be looked at any more" in board.scene.ours.events[0].text


@pytest.mark.process
def test_a_process_that_has_ended_leaves_no_other_half_limited() -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    with subprocess.Popen(["sleep", "60"]) as living:
        disk = FileSize(lambda: [ended.pid, living.pid])
        try:
            before = resource.prlimit(living.pid, resource.RLIMIT_FSIZE)
            disk.fill()
            full = resource.prlimit(living.pid, resource.RLIMIT_FSIZE)
            disk.free()
            assert (full, resource.prlimit(living.pid, resource.RLIMIT_FSIZE)) == ((0, before[1]), before)
        finally:
            living.kill()


class AtOnce(Play):
    def _until_done(self, of_twenty: int) -> None:
        """Wait for nothing."""


class Stuck(FileSize):
    is_free = False

    def fill(self) -> None:
        raise PermissionError("prlimit")

    def free(self) -> None:
        self.is_free = True


def test_a_disk_that_was_filled_by_half_is_freed(tmp_path: Path) -> None:
    play = a_play(quiet_board(), tmp_path, AtOnce)
    play.disk = stuck = Stuck(list)
    with pytest.raises(PermissionError):
        play._fill_disk()
    assert stuck.is_free
