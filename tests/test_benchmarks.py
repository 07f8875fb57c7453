"""The benchmark measures truthfully: what a process takes, what the kernel kills, what a target says."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import __main__ as program
from benchmarks import cache, document, live, report
from benchmarks.cgroups import Cgroup, CgroupError, require
from benchmarks.inputs import Inputs
from benchmarks.needs import Readings
from benchmarks.running import Photo
from benchmarks.watch import Watch, percentile, resident_once_mb
from tests.waiting import until

try:
    require()
    NO_GROUPS = ""
except CgroupError as error:
    NO_GROUPS = str(error)
needs_groups = pytest.mark.skipif(bool(NO_GROUPS), reason=NO_GROUPS)

ALLOCATE = "held = bytearray(b'x') * ({mb} << 20); print('held', flush=True); input()"


@contextmanager
def child(group: Cgroup | None, code: str) -> Iterator[subprocess.Popen[str]]:
    prefix = group.prefix if group else ()
    command = [*prefix, sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.process
@needs_groups
def test_fifty_megabytes_are_seen_as_fifty() -> None:
    with Cgroup.make(memory_mb=200, cpus=1) as group:
        with Watch(group) as watch, child(group, ALLOCATE.format(mb=50)) as process:
            assert group.pids == [process.pid]
            assert Cgroup.of(process.pid, memory_mb=200, cpus=1) == group
            once = resident_once_mb([process.pid])
            taken = len(watch.pss)
            until(lambda: len(watch.pss) >= taken + 2, "a reading that began with the memory held")
        assert 50 <= max(watch.unreclaimable) <= 60
        assert 50 <= max(watch.pss) <= 65
        assert 50 <= once <= 70
        assert group.oom_kills == 0


@pytest.mark.process
@needs_groups
def test_an_allocation_over_the_limit_is_counted_as_a_kill() -> None:
    with Cgroup.make(memory_mb=60, cpus=1) as group:
        with child(group, ALLOCATE.format(mb=120)) as process:
            assert process.wait() == -9
        assert group.oom_kills == 1
        assert group.peak_mb == pytest.approx(60, abs=1)


@pytest.mark.process
@needs_groups
def test_a_tenth_of_a_processor_takes_ten_times_as_long() -> None:
    spin = "import time; print(flush=True)\nwhile time.process_time() < 0.15: pass"
    with Cgroup.make(memory_mb=100, cpus=0.1) as group:
        began = time.perf_counter()
        with child(group, spin) as process:
            assert process.wait() == 0
        assert time.perf_counter() - began > 0.7  # On a busy machine it is longer still.


@pytest.mark.process
@needs_groups
def test_a_group_and_what_is_in_it_are_gone_afterwards() -> None:
    with Cgroup.make(memory_mb=100, cpus=1) as group:
        process = subprocess.Popen([*group.prefix, "sleep", "60"])
        until(lambda: group.pids, "its process")
    assert process.wait() == -9
    assert not group.memory.exists()
    assert not group.cpu.exists()


def test_without_root_the_reason_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CgroupError, match="need root"):
        require()


@pytest.mark.process
def test_a_stage_needs_what_it_took_at_its_highest() -> None:
    spike = "print(flush=True); input(); held = bytearray(b'x') * (40 << 20); print(flush=True); input()"
    command = [sys.executable, "-c", spike]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        with Readings(process.pid) as readings:
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
            readings.end_stage("spike")
        process.kill()
    _, before, highest, mapped_before, mapped = readings.stages[0]
    assert 38 <= highest - before <= 45
    assert 38 <= mapped - mapped_before <= 45


def test_eviction_drops_a_file_that_nobody_uses(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(os.urandom(1 << 20))
    with path.open("rb") as file:
        os.fsync(file.fileno())
        assert cache.cached_bytes(file.fileno()) == 1 << 20
        assert cache.drop(file.fileno()) == 0


def test_a_scenario_that_breaks_is_named_in_the_results(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(program.SCENARIOS, "ten", broken)
    found = program.measured("ten", Inputs((), tmp_path, tmp_path, ()), quick=True)
    assert not found.complete
    assert "Could not be measured" in report.section(found)
    assert "no such server" in report.section(found)


def broken(_inputs: Inputs, /, *, quick: bool) -> report.Section:
    raise TimeoutError("no such server")


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (50, 95, 7)


@pytest.mark.parametrize(
    ("measured", "target", "verdict"),
    [
        (75.0, 75.0, "reached"),
        (80.5, 75.0, "**short by 5.5 MB**"),
        (80.5, None, "-"),
        (None, 75.0, "not measured"),
    ],
)
def test_a_verdict_says_by_how_much(measured: float | None, target: float | None, verdict: str) -> None:
    assert report.Figure("memory", measured, "MB", 1, target).verdict == verdict


def test_a_speed_below_its_floor_is_short() -> None:
    slow = report.Figure("times as fast", 11.5, "times", 1, least=12.0)
    assert (slow.verdict, slow.wanted) == ("**short by 0.50 times**", ">= 12.0 times")
    assert report.Figure("times as fast", 13.0, "times", 1, least=12.0).verdict == "reached"


def test_one_run_leaves_the_parts_of_others_as_they_are(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    for name, text in (("service", "# first"), ("captions", "# one"), ("service", "# second")):
        document.keep(text, name, results)
    written = results.read_text()
    assert written.count(document.HEAD) == 1
    assert "# first" not in written
    assert written.index("# second") < written.index("# one")


def test_readings_belong_to_the_stage_in_which_they_were_taken() -> None:
    watch = Watch(
        Cgroup(1, Path(), Path(), None, 1.0), unreclaimable=[80.0, 120.0, 90.0], clock=[1.0, 2.0, 3.0]
    )
    stages = [("after_ocr", 0.5), ("after_blip", 1.5), ("after_file_cleanup", 2.5)]
    job = {"stages": [{"stage": name, "at": at(seconds), "service_mb": 70.0} for name, seconds in stages]}
    photo = Photo("page.png", 3.0, 1.0, 200, job, watch)
    assert photo.stage_peak_mb("after_blip") == 80.0
    assert photo.stage_peak_mb("after_file_cleanup") == 120.0
    assert photo.stage_peak_mb("after_gemini") is None


def at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def test_a_phone_without_an_answer_has_failed_and_goes_on() -> None:
    running = SimpleNamespace(service=SimpleNamespace(port=0))
    phone = live._Phone(running, "CODE12", 1)  # type: ignore[arg-type]

    def hang() -> Any:
        raise TimeoutError

    assert phone._timed("poll", hang)[0] == live.NO_ANSWER
    assert phone._timed("poll", lambda: (304, {}, b""))[0] == 304
    assert (phone.failed, [kind for kind, _ in phone.took]) == (1, ["poll", "poll"])
