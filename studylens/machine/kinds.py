"""The processes of the service by what they are: master, web, worker, analysis."""

import os
from dataclasses import dataclass

from studylens.machine import memory

ANALYSIS, WEB, MASTER, WORKER, OTHER = "analysis", "web", "master", "worker", "other"


@dataclass(frozen=True)
class Process:
    """One process of the service; MB resident, and its share where pages are shared."""

    kind: str
    pid: int
    rss_mb: float
    pss_mb: float


def processes(root: int) -> list[Process]:
    """Return all processes below `root`, the root of the service's process tree."""
    return [
        Process(_kind(pid, root), pid, memory.rss_mb(pid), memory.pss_mb(pid))
        for pid in memory.process_tree(root)
    ]


def shares(found: list[Process]) -> dict[str, float]:
    """Return the MB of each kind: shares, so that their sum is what all of them use."""
    sums: dict[str, float] = {}
    for one in found:
        sums[one.kind] = sums.get(one.kind, 0.0) + one.pss_mb
    return sums


def _kind(pid: int, root: int) -> str:
    command = memory.command_line(pid)
    if "studylens.analysis" in command:
        return ANALYSIS
    if " worker" in command:  # `flask worker`; whichever of its processes asks.
        return WORKER
    if pid == os.getpid():
        return WEB
    if pid == root:
        return MASTER
    return WEB if command and command == memory.command_line(root) else OTHER
