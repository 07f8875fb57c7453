"""The same readings where there is no /proc (macOS), from psutil. It is imported only there, and by /memory.

Memory that cannot be reclaimed is what the process holds alone (USS); where the system does not let us see
that of another process, its resident memory stands in, which is a little more.
"""

from studylens.machine.cgroup import MB


def machine_mb() -> float:
    """Memory of the whole machine in MB."""
    import psutil  # noqa: PLC0415 - 2 MB that Linux does not need.

    return float(psutil.virtual_memory().total / MB)


def process_tree(root_pid: int) -> list[int]:
    """Return `root_pid` and all its living descendants."""
    import psutil  # noqa: PLC0415

    try:
        return [root_pid, *(child.pid for child in psutil.Process(root_pid).children(recursive=True))]
    except psutil.Error:
        return [root_pid]


def rss_mb(pid: int | None) -> float:
    """Resident memory of a process (None: this one) in MB; 0.0 when it has ended."""
    import psutil  # noqa: PLC0415

    try:
        return float(psutil.Process(pid).memory_info().rss / MB)
    except psutil.Error:
        return 0.0


def own_mb(pid: int) -> float:
    """Memory that a process holds alone in MB; its resident memory where that cannot be seen."""
    import psutil  # noqa: PLC0415

    try:
        return float(psutil.Process(pid).memory_full_info().uss / MB)
    except (psutil.Error, OSError):
        return rss_mb(pid)


def vms_mb() -> float:
    """Virtual memory of this process in MB."""
    import psutil  # noqa: PLC0415

    return float(psutil.Process().memory_info().vms / MB)


def command_line(pid: int) -> str:
    """Return the command of a process, its words separated by spaces; empty when it cannot be seen."""
    import psutil  # noqa: PLC0415

    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""
