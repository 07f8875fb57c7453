"""Slots of one machine: each with a lock of its own, and a share of the memory."""

from dataclasses import replace
from pathlib import Path

import pytest

from studylens.config import Config
from studylens.jobs.distributed import slots
from studylens.jobs.lock import MachineLock
from studylens.queue_limits import MOST_SLOTS, WORKER_MB


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(analysis_lock=str(tmp_path / "lock"), memory_limit_mb=1_000, worker_slots=2)


def test_two_workers_of_one_machine_take_different_places(config: Config, tmp_path: Path) -> None:
    first, second = slots.Slots(config), slots.Slots(config)
    first.open()
    second.open()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"lock.{number}" for number in range(1, 5)]
    first.close()
    third = slots.Slots(config)
    third.open()
    assert len(list(tmp_path.iterdir())) == 4, "the places that were given back"
    for each in (second, third):
        each.close()


def test_a_worker_takes_all_of_its_places_or_none(config: Config, tmp_path: Path) -> None:
    others = [MachineLock(tmp_path / f"lock.{number}") for number in range(1, MOST_SLOTS)]
    assert all(lock.acquire() for lock in others)
    with pytest.raises(slots.NoSlot, match="too few"):
        slots.Slots(config).open()
    last = MachineLock(tmp_path / f"lock.{MOST_SLOTS}")
    assert last.acquire(), "what it had taken is free again"
    for lock in (*others, last):
        lock.release()


def test_slots_share_what_the_worker_leaves_and_one_has_all(config: Config) -> None:
    assert slots.share(config).memory_limit_mb == (1_000 - WORKER_MB) / 2
    assert slots.share(replace(config, worker_slots=1)).memory_limit_mb == 1_000


def test_a_slot_is_lent_to_one_at_a_time_and_its_process_uses_its_own_lock(config: Config) -> None:
    both = slots.Slots(config)
    both.open()
    with both.one() as one, both.one() as other:
        assert {one.config.analysis_lock, other.config.analysis_lock} == {
            str(one.lock.path),
            str(other.lock.path),
        }
        assert one.lock.fd != other.lock.fd
    both.close()
