"""What makes strangers' pictures small is a process that reaches nothing; whatever ends it ends it alone."""

import os
import signal
import sys
from pathlib import Path

import pytest

from studylens.errors import OutOfMemory, StudylensError, TookTooLong
from studylens.jobs.imports.apart import read_apart
from studylens.jobs.imports.files import Paths
from studylens.machine import seccomp
from studylens.study.exchange.anki import drawing
from tests.study.exchange.decks import Made, deck, picture

pytestmark = pytest.mark.process


def test_a_picture_that_ends_the_process_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = drawing.of_card([picture()])
    with drawing.Drawer() as drawer:
        assert drawer.draw(wanted).width == 60
        process = drawer._process
        assert process is not None
        told = Path(f"/proc/{process.pid}/status").read_text().split("\n")
        assert {"NoNewPrivs:\t1", "CapEff:\t0000000000000000"} <= set(told)
        assert not seccomp.is_there() or "Seccomp:\t2" in told
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(OutOfMemory):
            drawer.draw(wanted)
        assert drawer.draw(drawing.of_card([picture(), picture()])).height == 88
        assert drawer.seconds > drawing.LOST_SECONDS
    assert drawer._process is None
    monkeypatch.setattr(drawing, "COMMAND", (sys.executable, "-c", ""))
    with drawing.Drawer() as drawer:
        for _ in range(drawing.MOST_STARTS):
            with pytest.raises(StudylensError):
                drawer.draw(wanted)
        with pytest.raises(TookTooLong):
            drawer.draw(wanted)


def test_a_deck_is_read_apart_with_its_pictures_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    paths = Paths(*(tmp_path / name for name in ("sent", "lines", "pictures", "unpacked")))
    notes = [Made([str(number), f"<img src={number}.png>"]) for number in range(3)]
    paths.sent.write_bytes(deck(notes, {f"{number}.png": picture(9 + number) for number in range(3)}))
    read = read_apart(paths, "deck.apkg", lambda: False)
    assert (read.counts, paths.lines.read_bytes().count(b'"pictured"')) == ({}, 3)
    drawn = paths.pictures.read_bytes()
    os.truncate(paths.pictures, len(drawn) - 5)
    assert read_apart(paths, "deck.apkg", lambda: False) == read
    assert paths.pictures.read_bytes() == drawn
