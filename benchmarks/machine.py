"""What the figures were measured on: machine, versions, date."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.report import Table
from studylens.machine import memory
from studylens.places import HOME

PACKAGES = (
    "flask", "gunicorn", "sqlalchemy", "pillow", "pyvips", "pyvips-binary", "pillow-heif", "rapidocr",
    "onnxruntime", "numpy", "opencv-python-headless", "google-genai", "google-generativeai",
)  # fmt: skip
FLAGS = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512bw", "avx_vnni", "avx512_vnni", "amx_int8")
"""Processor flags that matrix arithmetic in int8 and fp32 depends on."""


def facts() -> Table:
    """Return the machine, the versions and the date as a table."""
    rows = (
        ("date", datetime.now(UTC).isoformat(timespec="minutes")),
        ("commit", _commit()),
        ("processor", f"{_cpu('model name')}, {_cores()} cores"),
        ("processor flags", ", ".join(flag for flag in FLAGS if flag in _cpu("flags").split())),
        ("memory", f"{memory.machine_mb():.0f} MB"),
        ("busy with other work at the start", f"load average {os.getloadavg()[0]:.1f}"),
        ("kernel", f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}"),
        ("Python", sys.version.split()[0]),
        ("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)),
    )
    return Table(("what", "here"), rows)


def _cpu(key: str) -> str:
    rows = (row.partition(":") for row in Path("/proc/cpuinfo").read_text().splitlines())
    return next((value.strip() for name, _, value in rows if name.strip() == key), "unknown")


def _cores() -> int:
    return Path("/proc/cpuinfo").read_text().count("processor\t:")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    """Return the commit, and say so when files differ from it."""
    command = ["git", "describe", "--always", "--dirty=, with changes", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOME).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
