"""What the container really uses and may use, and the memory log of every stage.

Memory use means what cannot be reclaimed: a cgroup's own usage counts page cache, which the kernel gives
back when asked (436 of 512 MB with 200 MB anonymous, measured). MB are 1,048,576 bytes throughout. Read from
/proc, and where there is none (macOS) from psutil.
"""

import contextlib
import ctypes
import gc
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylens import limits
from studylens.config import Config
from studylens.machine import cgroup, elsewhere
from studylens.machine.cgroup import MB, Limit

log = logging.getLogger("studylens.machine.memory")

PROC = Path("/proc")
_RESET_PEAK = "5"
"""What Linux's clear_refs takes to begin VmHWM anew (proc_pid_clear_refs(5))."""


def _is_there(proc: Path) -> bool:
    """Say whether processes can be read here."""
    return (proc / "self").exists()


@dataclass(frozen=True)
class Thresholds:
    """The lines above which memory use is a warning, forces a collection, or is critical; MB."""

    limit_mb: float
    warning_mb: float
    force_gc_mb: float
    critical_mb: float

    def status(self, used_mb: float) -> str:
        """Return normal, warning or critical."""
        if used_mb >= self.critical_mb:
            return "critical"
        return "warning" if used_mb >= self.warning_mb else "normal"


def rss_mb(pid: int | None = None) -> float:
    """Resident memory of a process (default: this one) in MB; 0.0 when it has ended."""
    return _status_kb("VmRSS", pid) / 1024 if _is_there(PROC) else elsewhere.rss_mb(pid)


def forget_peak() -> None:
    """Begin this process's peak anew; without Linux's /proc it stays what it was, and `peak_mb` is 0."""
    with contextlib.suppress(OSError):
        fd = os.open(PROC / "self/clear_refs", os.O_WRONLY)  # Not cut off: the analysis may only write to it.
        try:
            os.write(fd, _RESET_PEAK.encode())
        finally:
            os.close(fd)


def peak_mb() -> float:
    """Return the highest resident memory of this process in MB since `forget_peak`; 0.0 without /proc."""
    return _status_kb("VmHWM", None) / 1024 if _is_there(PROC) else 0.0


def data_bytes() -> int:
    """Private writable memory of this process in bytes, as RLIMIT_DATA counts it (VmData).

    Without /proc it is the virtual memory, which is more: macOS does not count mapped memory there.
    """
    return _status_kb("VmData", None) * 1024 if _is_there(PROC) else int(elsewhere.vms_mb() * MB)


def monitor_memory(stage: str, thresholds: Thresholds | None = None) -> float:
    """Log this process's resident memory at a stage, and again when it is high; return it in MB."""
    used = rss_mb()
    log_memory(stage, used, thresholds)
    return used


def log_memory(stage: str, used_mb: float, thresholds: Thresholds | None = None) -> None:
    """Log a reading taken elsewhere (the analysis process sends its readings to the runner)."""
    log.info("Memory usage at %s: %.1f MB", stage, used_mb)
    if thresholds and used_mb >= thresholds.warning_mb:
        log.warning("High memory usage detected: %.1f MB", used_mb)


def thresholds(config: Config) -> Thresholds:
    """Return the memory lines for this configuration and this container."""
    limit = find_limit(config).mb
    return Thresholds(
        limit_mb=limit,
        warning_mb=config.memory_warning_mb or limit * limits.WARNING_SHARE,
        force_gc_mb=config.force_gc_threshold_mb or limit * limits.FORCE_GC_SHARE,
        critical_mb=limit * limits.CRITICAL_SHARE,
    )


def optimize_for_render_free_tier(free_mb: float | None = None) -> dict[str, Any]:
    """Return the choices that keep the pipeline small, lighter when `free_mb` (MB of room) is scarce."""
    roomy = free_mb is None or free_mb >= limits.NEED_OCR_MB
    cut_roomy = free_mb is None or free_mb >= limits.NEED_CUTOUT_MODELS_MB["u2netp"]
    gemini_roomy = free_mb is None or free_mb >= limits.NEED_GEMINI_MB
    return {
        "max_image_size": limits.GEMINI_PX if gemini_roomy else limits.GEMINI_PX_PRESSURE,
        "blip_image_size": limits.BLIP_PX,
        "cutout_size": limits.CUTOUT_PX if cut_roomy else limits.CUTOUT_PX_PRESSURE,
        "picture_size": limits.PICTURE_PX,
        "ocr_detection_size": limits.OCR_DETECTION_PX if roomy else limits.OCR_DETECTION_PX_PRESSURE,
        "cleanup_files": True,
        "aggressive_gc": True,
        "one_analysis_at_a_time": True,
    }


def release_memory() -> None:
    """Collect garbage and hand free pages back to the system (glibc; elsewhere only the collection)."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        log.debug("this libc has no malloc_trim")


def find_limit(config: Config, proc: Path = PROC) -> Limit:
    """Find the memory limit: MEMORY_LIMIT_MB, else the smallest of all ancestor cgroups, else the machine."""
    found = cgroup.smallest_limit(proc)
    machine = Limit(machine_mb(proc), "the machine's memory")
    if config.memory_limit_mb:
        inside = found.cgroup if found and found.mb <= config.memory_limit_mb else None
        return Limit(config.memory_limit_mb, "MEMORY_LIMIT_MB", inside, found.version if found else 0)
    return found if found and found.mb < machine.mb else machine


def service_mb(limit: Limit, root_pid: int | None = None, proc: Path = PROC) -> float:
    """Memory use of the whole service in MB that cannot be reclaimed.

    In a limited cgroup: what counts there. Else: anonymous and shared memory of the process tree under
    `root_pid` (default: this process).
    """
    if limit.cgroup is not None:
        return cgroup.use_mb(limit)
    return others_mb(root_pid or os.getpid(), without=None, proc=proc)


def others_mb(root_pid: int, *, without: int | None, proc: Path = PROC) -> float:
    """Memory in MB, as `service_mb` counts it, of the processes under `root_pid` but for one of them."""
    tree = [pid for pid in process_tree(root_pid, proc) if pid != without]
    if not _is_there(proc):
        return sum(elsewhere.own_mb(pid) for pid in tree)
    return sum(_unreclaimable_kb(pid, proc) for pid in tree) / 1024


def process_tree(root_pid: int, proc: Path = PROC) -> list[int]:
    """Return `root_pid` and all its living descendants."""
    if not _is_there(proc):
        return elsewhere.process_tree(root_pid)
    tree = [root_pid]
    for pid in tree:
        tree += _children(pid, proc)
    return tree


def _children(pid: int, proc: Path) -> list[int]:
    try:
        tasks = list((proc / str(pid) / "task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _unreclaimable_kb(pid: int, proc: Path) -> float:
    """Proportional anonymous and shared memory: shared pages after a fork count once over all processes."""
    try:
        lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:")))


def pss_mb(pid: int, proc: Path = PROC) -> float:
    """Proportional set size of a process in MB (without /proc: what it alone holds); 0.0 when it ended."""
    if not _is_there(proc):
        return elsewhere.own_mb(pid)
    try:
        lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _status_kb(key: str, pid: int | None) -> int:
    try:
        lines = (PROC / str(pid or "self") / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(key + ":")), 0)


def command_line(pid: int, proc: Path = PROC) -> str:
    """Return the command of a process, its words separated by spaces; empty when it has ended."""
    if not _is_there(proc):
        return elsewhere.command_line(pid)
    try:
        return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def own_rss_and_vms_mb() -> tuple[float, float]:
    """Resident and virtual memory of this process in MB, from psutil or, without it, from /proc."""
    try:
        import psutil  # noqa: PLC0415 - 2 MB that only /memory needs.
    except ImportError:
        return rss_mb(), _status_kb("VmSize", None) / 1024
    found = psutil.Process().memory_info()
    return found.rss / MB, found.vms / MB


def machine_mb(proc: Path = PROC) -> float:
    """Memory of the whole machine in MB."""
    if not (proc / "meminfo").exists():
        return elsewhere.machine_mb()
    lines = (proc / "meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemTotal:")) / 1024
