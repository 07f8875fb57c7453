"""Without /proc (macOS) memory comes from psutil. It is hidden here, from this process or from a service."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studylens.config import Config
from studylens.machine import memory
from studylens.machine.cgroup import MB
from tests.service import Service

HIDES_PROC = """
import errno, pathlib
def hidden(name):
    real = getattr(pathlib.Path, name)
    def method(self, *args, **options):
        if str(self).startswith("/proc"):
            raise FileNotFoundError(errno.ENOENT, "hidden", str(self))
        return real(self, *args, **options)
    setattr(pathlib.Path, name, method)
for name in ("open", "stat", "read_text", "read_bytes", "write_text", "iterdir"):
    hidden(name)
"""
"""Runs before anything else in every process of a service. psutil does not go through pathlib."""


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    return tmp_path / "proc"


def test_the_machine_is_the_limit(nowhere: Path) -> None:
    found = memory.find_limit(Config(), nowhere)
    assert found.source == "the machine's memory"
    assert found.mb == pytest.approx(memory.machine_mb(), rel=0.01)


def test_a_limit_that_was_set_counts(nowhere: Path) -> None:
    assert memory.find_limit(Config(memory_limit_mb=512), nowhere).mb == 512


def test_this_process_reads_as_with_proc(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = memory.rss_mb(), memory.rss_mb(os.getpid()), memory.pss_mb(os.getpid(), nowhere)
    assert memory.data_bytes() > 10 * MB
    monkeypatch.undo()
    assert without[0] == pytest.approx(memory.rss_mb(), rel=0.2)
    assert without[1] == pytest.approx(memory.rss_mb(), rel=0.2)
    assert 0 < without[2] <= memory.pss_mb(os.getpid()) * 1.2


@pytest.mark.process
def test_children_are_found_with_their_commands_and_count(nowhere: Path) -> None:
    hold = f"held = bytearray({64 * MB}); print('holds', flush=True); input()"
    command = [sys.executable, "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "holds\n"
        assert child.pid in memory.process_tree(os.getpid(), nowhere)
        assert "bytearray" in memory.command_line(child.pid, nowhere)
        limit = memory.find_limit(Config(), nowhere)
        with_child = memory.service_mb(limit, os.getpid(), nowhere)
        child.communicate("\n")
    assert with_child - memory.service_mb(limit, os.getpid(), nowhere) > 60


@pytest.mark.process
def test_a_process_that_has_ended_is_nothing(nowhere: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert memory.rss_mb(ended.pid) == 0
    assert memory.pss_mb(ended.pid, nowhere) == 0
    assert memory.command_line(ended.pid, nowhere) == ""
    assert memory.process_tree(ended.pid, nowhere) == [ended.pid]


def test_a_service_reads_a_photo(serve: Callable[..., Service], tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(HIDES_PROC)
    service = serve(PYTHONPATH=str(tmp_path / "hidden"))
    status, answer = service.analyze(photo)
    assert (status, answer["jobs"][0]["state"]) == (200, "done")
    report = service.get_json("/memory")[1]
    assert {"master", "web", "analysis"} == {process["kind"] for process in report["processes"]}
    assert min(process["rss_mb"] for process in report["processes"]) > 5
    assert "the machine's memory" in service.log
