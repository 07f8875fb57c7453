"""The limit that a container really has, and the memory that cannot be reclaimed, on real-world layouts."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studylens.config import Config
from studylens.machine import cgroup, memory

MB = 1024 * 1024


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    write(tmp_path / "proc/meminfo", "MemTotal:       8388608 kB\n")
    return tmp_path / "proc"


def v2(proc: Path, limits: dict[str, str], path: str) -> Path:
    """Lay out a cgroup v2 tree with these memory.max files; our own cgroup is `path`."""
    root = proc.parent / "cgroup"
    write(proc / "self/cgroup", f"0::{path}\n")
    write(proc / "self/mountinfo", f"30 23 0:26 / {root} rw,nosuid - cgroup2 cgroup2 rw\n")
    for name, value in limits.items():
        write(root / name / "memory.max", value + "\n")
    return root


def test_the_smallest_limit_of_all_ancestors_counts(proc: Path) -> None:
    root = v2(proc, {"a": str(512 * MB), "a/b": "max", "a/b/c": str(900 * MB)}, "/a/b/c")
    found = memory.find_limit(Config(), proc)
    assert (found.mb, found.cgroup, found.version) == (512, root / "a", 2)


def test_without_a_limit_the_machine_counts(proc: Path) -> None:
    v2(proc, {"a": "max"}, "/a")
    assert memory.find_limit(Config(), proc).mb == 8192


def test_a_limit_above_the_machine_is_none(proc: Path) -> None:
    v2(proc, {"a": str(64 * 1024 * MB)}, "/a")
    assert memory.find_limit(Config(), proc).source == "the machine's memory"


def test_a_hybrid_machine_is_read_by_its_v1_memory_line(proc: Path) -> None:
    root = proc.parent / "v1"
    write(proc / "self/cgroup", "4:memory:/box/me\n1:cpu:/\n0::/\n")
    write(
        proc / "self/mountinfo",
        f"35 31 0:32 /box {root} rw - cgroup cgroup rw,memory\n"
        f"41 31 0:38 / {root}2 rw - cgroup2 cgroup2 rw\n",
    )
    write(root / "memory.limit_in_bytes", "9223372036854771712\n")
    write(root / "me/memory.limit_in_bytes", f"{320 * MB}\n")
    found = memory.find_limit(Config(), proc)
    assert (found.mb, found.version, found.cgroup) == (320, 1, root / "me")


def test_the_operators_own_limit_wins(proc: Path) -> None:
    v2(proc, {"a": str(900 * MB)}, "/a")
    found = memory.find_limit(Config(memory_limit_mb=512), proc)
    assert (found.mb, found.source) == (512, "MEMORY_LIMIT_MB")


def test_page_cache_is_not_memory_use(tmp_path: Path) -> None:
    parts = (
        "anon {0}\nfile 999999999\nshmem {1}\nkernel_stack 0\npagetables {1}\nslab_unreclaimable 0\nsock 0\n"
    )
    write(tmp_path / "memory.stat", parts.format(100 * MB, 10 * MB))
    assert cgroup.use_mb(cgroup.Limit(512, "cgroup v2", tmp_path, 2)) == 120
    write(
        tmp_path / "memory.stat", f"cache 99999\nrss 1\nshmem 1\ntotal_rss {50 * MB}\ntotal_shmem {5 * MB}\n"
    )
    assert cgroup.use_mb(cgroup.Limit(512, "cgroup v1", tmp_path, 1)) == 55


@pytest.mark.process
def test_the_process_tree_is_measured_without_a_limited_cgroup() -> None:
    hold = f"import sys; block = bytearray({60 * MB}); print('ready', flush=True); sys.stdin.read()"
    before = memory.service_mb(memory.Limit(512, "MEMORY_LIMIT_MB"))
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in memory.process_tree(os.getpid())
        grown = memory.service_mb(memory.Limit(512, "MEMORY_LIMIT_MB")) - before
        assert 55 <= grown <= 80
        child.communicate(b"")


def test_the_lines_follow_the_limit() -> None:
    lines = memory.thresholds(Config(memory_limit_mb=512))
    assert (round(lines.warning_mb), round(lines.force_gc_mb), round(lines.critical_mb)) == (399, 435, 461)
    assert [lines.status(mb) for mb in (398, 400, 462)] == ["normal", "warning", "critical"]
    assert memory.thresholds(Config(memory_limit_mb=512, memory_warning_mb=300)).warning_mb == 300


def test_the_log_lines_are_word_for_word(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "studylens")
    lines = memory.thresholds(Config(memory_limit_mb=512))
    memory.log_memory("after_decode", 120.52, lines)
    memory.log_memory("after_ocr", 412.0, lines)
    used = memory.monitor_memory("after_blip")
    assert caplog.messages == [
        "Memory usage at after_decode: 120.5 MB",
        "Memory usage at after_ocr: 412.0 MB",
        "High memory usage detected: 412.0 MB",
        f"Memory usage at after_blip: {used:.1f} MB",
    ]
    assert used > 5


def test_pressure_makes_the_pipeline_lighter() -> None:
    roomy, tight = memory.optimize_for_render_free_tier(400), memory.optimize_for_render_free_tier(40)
    assert (roomy["max_image_size"], roomy["ocr_detection_size"]) == (800, 1088)
    assert (tight["max_image_size"], tight["ocr_detection_size"]) == (512, 800)
    assert roomy["cleanup_files"]
    assert roomy["aggressive_gc"]
