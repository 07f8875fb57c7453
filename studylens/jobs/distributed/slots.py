"""Slots: one analysis each, with a lock, a process and a share of memory of its own."""

import logging
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from studylens.config import Config
from studylens.jobs import process
from studylens.jobs.lock import MachineLock
from studylens.machine import memory
from studylens.queue_limits import MOST_SLOTS, WORKER_MB

log = logging.getLogger("studylens.jobs")


class NoSlot(Exception):
    """All places for analyses on this machine are taken by its other workers."""


@dataclass
class Slot:
    """A place for one analysis. Whoever has it may use its process; `shares`: others run beside it."""

    config: Config
    lock: MachineLock
    process: process.AnalysisProcess
    shares: bool
    last_work: float = field(default_factory=time.monotonic)


class Slots:
    """The slots of one worker. The constructor does no I/O."""

    def __init__(self, config: Config, command: Sequence[str] = process.COMMAND) -> None:
        self._config, self._command = config, tuple(command)
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        self._all: list[Slot] = []
        self._ending = threading.Lock()

    def open(self) -> None:
        """Take as many places of this machine as WORKER_SLOTS says. Raises NoSlot, OSError."""
        shared = share(self._config)
        for lock in _free_locks(self._config.lock_path, self._config.worker_slots):
            config = replace(shared, analysis_lock=str(lock.path))
            made = process.AnalysisProcess(config, self._command)
            slot = Slot(config, lock, made, shares=self._config.worker_slots > 1)
            self._all.append(slot)
            self._free.put(slot)

    @contextmanager
    def one(self) -> Iterator[Slot]:
        """Lend a free slot; waits for one."""
        slot = self._free.get()
        try:
            yield slot
        finally:
            slot.last_work = time.monotonic()
            self._free.put(slot)

    def end_idle(self) -> None:
        """End warm processes that have had nothing to do for ANALYSIS_IDLE_SECONDS."""
        for _ in range(len(self._all)):
            try:
                slot = self._free.get_nowait()
            except queue.Empty:
                return
            if time.monotonic() - slot.last_work >= self._config.analysis_idle_seconds:
                slot.process.kill()
            self._free.put(slot)

    def close(self) -> None:
        """End all processes, whatever they do, and give the places back."""
        with self._ending:
            while self._all:
                slot = self._all.pop()
                slot.process.kill()
                slot.lock.release()


def share(config: Config) -> Config:
    """Return the configuration of one slot: with several, each has its part of what the worker leaves."""
    if config.worker_slots == 1:
        return config
    limit = memory.find_limit(config).mb
    return replace(config, memory_limit_mb=(limit - WORKER_MB) / config.worker_slots)


def _free_locks(path: Path, count: int) -> list[MachineLock]:
    """Take `count` locks of this machine, beside the one of `flask analyze` and of the embedded runner."""
    numbered = (MachineLock(path.with_name(f"{path.name}.{number}")) for number in range(1, MOST_SLOTS + 1))
    taken: list[MachineLock] = []
    for lock in numbered:
        if lock.acquire():
            taken.append(lock)
        if len(taken) == count:
            log.info("Worker %d has %d places for analyses", os.getpid(), count)
            return taken
    for lock in taken:
        lock.release()
    raise NoSlot(f"This machine has {MOST_SLOTS} places for analyses, and too few of them are free.")
