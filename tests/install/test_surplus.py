"""What an older lock brought goes; what a lock in use brought stays, also one of this very run."""

from pathlib import Path

import pytest

from tests.service import HOME
from tools import hollow, surplus


@pytest.mark.parametrize(("note", "locks"), surplus.NOTED.items())
def test_what_was_noted_is_in_use(tmp_path: Path, note: str, locks: tuple[str, ...]) -> None:
    assert surplus.in_use(tmp_path) == [*surplus.SERVICE]
    (tmp_path / f".{note}-123").touch()
    assert set(surplus.in_use(tmp_path)) == {*surplus.SERVICE, *locks}


def test_every_lock_that_stays_installed_is_known() -> None:
    known = {*surplus.SERVICE, *(lock for locks in surplus.NOTED.values() for lock in locks)}
    thrown_away = {"requirements-quantise.txt", "requirements-mutate.txt", "requirements-fuzz.txt"}
    assert {path.name for path in HOME.glob("requirements*.txt")} == known | thrown_away


def test_make_asks_for_the_notes_when_it_needs_them() -> None:
    """make remembers what lay in a folder when it began: `wildcard` misses what this run has noted."""
    (line,) = [line for line in (HOME / "Makefile").read_text().splitlines() if line.startswith("settle")]
    assert "tools/surplus.py $(VENV)" in line
    assert "wildcard" not in line


def test_a_package_of_which_only_compiled_files_are_left_goes(tmp_path: Path) -> None:
    left, whole = tmp_path / "left", tmp_path / "whole"
    for package in (left / "part", whole):
        (package / "__pycache__").mkdir(parents=True)
        (package / "__pycache__" / "module.cpython-311.opt-2.pyc").touch()
    (whole / "module.py").touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "single.cpython-311.pyc").touch()
    (tmp_path / "namespace").mkdir()
    assert hollow.hollow(tmp_path) == [left]
