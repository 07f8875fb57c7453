"""A database that is away for longer than a finished answer waits costs an attempt, and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from studylens.errors import DatabaseDown
from studylens.jobs import leases
from studylens.models import DONE, Job, Pack
from tests.in_any_order.world import Plan, World

WORD = "w1x"


@pytest.fixture
def world(app: Flask) -> World:
    made = World(app)
    made.begin(browsers=1)
    return made


@pytest.mark.parametrize("tells_early", [False, True], ids=["at its end", "a pack that was told early"])
def test_a_long_cut_costs_one_attempt_and_loses_neither_photo_nor_pack(
    world: World, monkeypatch: pytest.MonkeyPatch, *, tells_early: bool
) -> None:
    world.upload(world.browsers[0], 1, "", together=False)
    monkeypatch.setattr("studylens.jobs.patience.OUTAGE_SECONDS", 0.0)
    monkeypatch.setattr("studylens.jobs.patience.OUTAGE_POLL_SECONDS", 0.0)
    with monkeypatch.context() as cut:

        def away(*_: object) -> bool:
            raise DatabaseDown

        plan = Plan(lambda _: WORD, tells_early=tells_early)
        cut.setattr(leases, "finish", away)
        with pytest.raises(DatabaseDown):
            world.work(plan)
        assert len(world.folder.job_ids()) == 1
    job_id = world.work(plan)
    with world.database.reading() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.attempts) == (DONE, 2)
        assert session.scalar(select(func.count()).where(Pack.job_id == job_id)) == 1
    assert world.folder.job_ids() == set()
