"""Numbers of all processes: counted here, kept in the database, told as Prometheus reads them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from database_config import Database
from studylens.analysis.protocol.result import EngineReport
from studylens.analysis.protocol.wire import Done
from studylens.errors import DatabaseDown
from studylens.jobs.asking import tally
from studylens.models import now
from studylens.models.costs import MachineMemory
from studylens.sight import counts, page, sums
from studylens.sight.page import Family
from tests.web.world import analysis

pytestmark = pytest.mark.own_sql


@pytest.fixture(autouse=True)
def nothing_counted(database: Database) -> None:
    """Its tables were made before, and that was counted, too."""
    assert database
    counts.take()


def all_sums(database: Database) -> dict[str, float]:
    with database.reading() as session:
        return sums.all_sums(session)


def test_what_two_processes_count_is_one_sum(database: Database) -> None:
    for seconds in (1.5, 2.0):
        counts.add_time("stage_seconds", seconds, stage="after_ocr")
        sums.keep(database, "a" * 32, {})
    assert all_sums(database) == {
        'stage_seconds_count{stage="after_ocr"}': 2.0,
        'stage_seconds_sum{stage="after_ocr"}': 3.5,
    }
    assert counts.take() == {}


def test_what_could_not_be_kept_is_counted_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    counts.add("attempts_total", outcome="done")
    with monkeypatch.context() as away:

        def refuse(*_: object) -> None:
            raise DatabaseDown

        away.setattr(sums, "_add", refuse)
        with pytest.raises(DatabaseDown):
            sums.keep(database, "a" * 32, {})
    counts.add("attempts_total", outcome="done")
    sums.keep(database, "a" * 32, {})
    assert all_sums(database) == {'attempts_total{outcome="done"}': 2.0}


def test_an_analysis_that_was_taken_over_cannot_stop_the_counting(database: Database) -> None:
    told = (EngineReport("ocr", "used"), EngineReport("words of a student " * 40, 'used"}\0'))
    tally.count(Done(analysis(engines=told)), ended=True)
    sums.keep(database, "a" * 32, {})
    assert all_sums(database) == {
        'attempts_total{outcome="done"}': 1.0,
        'engine_outcomes_total{engine="ocr",outcome="used"}': 1.0,
        'engine_outcomes_total{engine="other",outcome="other"}': 1.0,
    }


def test_each_machine_s_memory_is_told_while_it_is_heard_of(database: Database) -> None:
    sums.keep(database, "a" * 32, {"web": 60.0})
    sums.keep(database, "b" * 32, {"worker": 50.0, "analysis": 200.0})
    sums.keep(database, "b" * 32, {"worker": 55.0, "analysis": 210.0})
    old = now() - timedelta(seconds=sums.SEEN_SECONDS + 1)
    with database.writing() as session:
        session.execute(update(MachineMemory).where(MachineMemory.kind == "worker").values(at=old))
    with database.reading() as session:
        found = {(row.machine_id[0], row.kind): row.mb for row in sums.memory_now(session)}
    assert found == {("a", "web"): 60.0, ("b", "analysis"): 210.0}


def test_the_page_is_prometheus_s_text() -> None:
    family = Family("stage_seconds", "summary", "Seconds.")
    told = {
        counts.sample("stage_seconds_sum", stage='odd "\\ name'): 3.25,
        counts.sample("stage_seconds_count", stage="b"): 20.0,
    }
    assert page.lines([(family, told)]) == (
        "# HELP studylens_stage_seconds Seconds.\n"
        "# TYPE studylens_stage_seconds summary\n"
        'studylens_stage_seconds_sum{stage="odd \\"\\\\ name"} 3.25\n'
        'studylens_stage_seconds_count{stage="b"} 20\n'
    )
