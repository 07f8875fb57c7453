"""`make prove` tells the truth: who holds the limit, which promises hold, and a page that says so."""

import dataclasses
import json
import platform
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import html5lib
import pytest

from tools.prove import __main__ as program
from tools.prove import curve, promises, ways
from tools.prove.acts import Late, Play
from tools.prove.container import Docker
from tools.prove.disk import FileSize
from tools.prove.held import Limits, NotHere, Run, Running, usual_words
from tools.prove.page import html
from tools.prove.promises import promised
from tools.prove.scene import OURS, USUAL, Board, Event, Sample, Scene, Side
from tools.prove.scope import Scope
from tools.prove.screen import screen


@dataclasses.dataclass
class FakeWay:
    name: str
    lacks: str = ""
    says: str = "nobody"

    def check(self) -> None:
        if self.lacks:
            raise NotHere(self.lacks)


def a_scene(**changes: object) -> Scene:
    figures = promised(photos=20)
    scene = Scene(
        way="nobody", memory_mb=512, cpus=0.1, photos=20, seconds=60.0, figures=figures,
        ours=Side("Studylens"), usual=Side("The usual way"), found_at=(None,) * len(figures),
        acts=(Event(0.0, "Something is done."),),
    )  # fmt: skip
    return dataclasses.replace(scene, **changes)  # type: ignore[arg-type]


def all_kept() -> Scene:
    """Every promise measured just at its bound."""
    board = Board(a_scene(), say=lambda _: None)
    for figure in board.scene.figures:
        board.found(figure.what, figure.least if figure.target is None else figure.target)
    board.end()
    return board.scene


def test_the_first_way_that_is_here_holds_the_limit_and_the_others_say_what_they_lack() -> None:
    known = [FakeWay("docker", "no daemon"), FakeWay("systemd"), FakeWay("cgroup")]
    way, lacking = ways.choose(known)  # type: ignore[arg-type]
    assert (way.name, lacking) == ("systemd", ("docker: no daemon",))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("", "docker: no daemon\ncgroup: no root"), ("cgroup", "cgroup: no root"), ("jail", "jail is none of")],
)
def test_where_nothing_holds_a_limit_every_reason_is_named(wanted: str, told: str) -> None:
    known = [FakeWay("docker", "no daemon"), FakeWay("cgroup", "no root")]
    with pytest.raises(NotHere, match=told):
        ways.choose(known, wanted)  # type: ignore[arg-type]


def saying(*answers: tuple[int, str]) -> Run:
    left = list(answers)

    def run(words: Sequence[str]) -> tuple[int, str]:
        return left.pop(0)

    return run


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([(127, "docker is not installed")], "docker is not installed"),
        ([(1, "Cannot connect to the Docker daemon")], "Cannot connect"),
        ([(0, "6.6.12-linuxkit")], "virtual machine"),
        ([(0, platform.release()), (1, "pull access denied")], "cannot build the image: pull access denied"),
    ],
)
def test_docker_is_not_taken_where_it_cannot_hold_the_service(
    answers: list[tuple[int, str]], told: str
) -> None:
    with pytest.raises(NotHere, match=told):
        Docker(saying(*answers)).check()


def test_docker_is_taken_where_the_image_is_built() -> None:
    Docker(saying((0, platform.release()), (0, "sha256:1"))).check()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((1, "Failed to connect to bus"), "Failed to connect to bus"),
        ((0, "max\nmax 100000"), "Delegate"),
        ((0, "67108864\nmax 100000"), "Delegate"),
    ],
)
def test_a_scope_that_does_not_hold_its_limits_is_not_taken(answer: tuple[int, str], told: str) -> None:
    with pytest.raises(NotHere, match=told):
        Scope(sys.executable, saying(answer)).check()


def test_a_scope_that_holds_its_limits_is_taken() -> None:
    Scope(sys.executable, saying((0, "67108864\n50000 100000"))).check()


def test_the_usual_way_says_what_to_install() -> None:
    assert usual_words(1234, sys.executable, has=lambda name: True)[-1] == "tools.prove.usual:app"
    with pytest.raises(NotHere, match="make torch"):
        usual_words(1234, sys.executable, has=lambda name: name != "torch")


def test_a_promise_that_is_just_kept_holds(tmp_path: Path) -> None:
    scene = all_kept()
    assert promises.broken(scene.figures) == []
    program.write(scene, tmp_path)
    assert json.loads((tmp_path / "verdict.json").read_text())["holds"] is True


@pytest.mark.parametrize("place", range(len(promised(20))))
@pytest.mark.parametrize("measured", ["beyond", "never"])
def test_one_broken_promise_breaks_the_proof(place: int, measured: str) -> None:
    figures = list(all_kept().figures)
    kept = figures[place].measured or 0
    worse = kept - 1 if figures[place].least is not None else kept + 1
    figures[place] = dataclasses.replace(figures[place], measured=worse if measured == "beyond" else None)
    scene = a_scene(figures=tuple(figures), ended=True)
    assert promises.broken(figures) == [figures[place]]
    assert json.loads(promises.as_json(scene))["holds"] is False
    assert f"{len(figures) - 1} of {len(figures)} promises hold." in html(scene)
    assert ("| no |" if measured == "beyond" else "| not measured |") in promises.markdown(scene)


def test_a_promise_is_measured_by_its_name() -> None:
    with pytest.raises(ValueError, match="not in"):
        Board(a_scene(), say=lambda _: None).found("Something else", 1)


def test_what_is_kept_is_the_same_when_it_is_read() -> None:
    side = Side("S", (Sample(1.0, 80.5, {"web": 60.0}),), (Event(1.0, "Killed", bad=True),), "note")
    scene = dataclasses.replace(all_kept(), ours=side, facts=(("kernel", "Linux"),))
    assert Scene.from_json(scene.to_json()) == scene


def test_a_moment_shows_nothing_of_later() -> None:
    side = Side("S", (Sample(1.0, 80.0), Sample(9.0, 90.0)), (Event(2.0, "a"), Event(8.0, "b")), "over")
    figures = promised(20)
    found = tuple(dataclasses.replace(figure, measured=1.0) for figure in figures)
    times = (3.0, 7.0, *[None] * (len(figures) - 2))
    then = a_scene(ours=side, figures=found, found_at=times, ended=True).until(5.0)
    assert [sample.at for sample in then.ours.samples] == [1.0]
    assert [event.text for event in then.ours.events] == ["a"]
    assert (then.ours.note, side.until(8.0).note) == ("", "over")
    assert [figure.measured for figure in then.figures[:3]] == [1.0, None, None]
    assert (then.ended, then.seconds) == (False, 5.0)


def test_the_page_is_valid_and_shows_words_as_words() -> None:
    hostile = "</li><script>alert(1)</script>\"' & more"
    side = Side(hostile, (Sample(1.0, 80.0, {"web": 60.0}),), (Event(1.0, hostile, bad=True),), hostile)
    figures = tuple(dataclasses.replace(figure, how=hostile) for figure in promised(20))
    text = html(
        a_scene(
            acts=(Event(0.0, hostile),), way=hostile, ours=side, figures=figures, facts=((hostile, hostile),)
        )
    )
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<script" not in text
    assert " style=" not in text


def test_the_page_asks_again_until_the_end() -> None:
    assert 'http-equiv="refresh"' in html(a_scene())
    assert 'http-equiv="refresh"' not in html(a_scene(ended=True))


def test_a_curve_keeps_its_highest_point() -> None:
    samples = [Sample(float(n), 500.0 if n == 777 else 80.0, {"web": 80.0}) for n in range(1_000)]
    thin = curve.thinned(samples, most=100)
    assert len(thin) <= 100
    assert max(sample.total_mb for sample in thin) == 500.0
    drawn = curve.svg(Side("S", tuple(samples)), limit_mb=512, seconds=1_000)
    assert "at most 500 MB; the limit is 512 MB" in drawn


def test_the_page_is_served_with_its_styles_and_nothing_else() -> None:
    with screen(a_scene) as address:
        with urllib.request.urlopen(address) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert b"Something is done." in answer.read()
        for name in ("style.css", "tokens.css"):
            with urllib.request.urlopen(address + name) as answer:
                assert answer.headers["Content-Type"].startswith("text/css")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}../pyproject.toml")


def test_a_taken_port_is_left_to_its_owner() -> None:
    with screen(a_scene) as first, screen(a_scene, int(first.rpartition(":")[2].strip("/"))) as second:
        assert first != second
        with urllib.request.urlopen(second) as answer:
            assert answer.status == 200


class Acts(Play):
    """One act that comes to nothing, and one after it."""

    def _acts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return ("The first.", self._nothing), ("The second.", lambda: self.board.found(promises.KILLS, 0))

    def _nothing(self) -> None:
        raise Late("a pack did not come")


def test_an_act_that_comes_to_nothing_is_told_and_the_next_begins(tmp_path: Path) -> None:
    board = Board(a_scene(), say=lambda _: None)
    nobody = Running(service=None, group=None)  # type: ignore[arg-type]
    Acts(board, nobody, tmp_path, FileSize(list), Limits(512, 1.0), []).run()
    scene = board.scene
    assert [event.text for event in scene.ours.events] == ["This could not be shown: a pack did not come"]
    assert [figure.what for figure in scene.figures if figure.measured is not None] == [promises.KILLS]
    assert scene.doing == "The second."


def test_events_of_both_sides_are_said_in_the_terminal() -> None:
    said: list[str] = []
    board = Board(a_scene(), say=said.append)
    board.tell(OURS, "Disk full")
    board.tell(USUAL, "Killed")
    assert [line.partition("s  ")[2] for line in said] == ["Disk full", "the usual way: Killed"]
