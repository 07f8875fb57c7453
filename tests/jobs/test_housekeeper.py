"""Chores are done whatever becomes of an index of a large table."""

from collections.abc import Iterator

import pytest

from database_config import Database
from studylens.errors import TablesUnfit
from studylens.jobs import housekeeper
from studylens.jobs.housekeeper import BUILD_AGAIN_SECONDS, Housekeeper
from studylens.web.door.wiring import Wiring


class Forbidding(Database):
    """One whose role may read and write rows, and build nothing."""

    tries = 0

    def build_indexes(self) -> None:
        self.tries += 1
        raise TablesUnfit


@pytest.fixture
def forbidding(wiring: Wiring) -> Iterator[Forbidding]:
    made = Forbidding(wiring.database.url.render_as_string(hide_password=False))
    yield made
    made.engine.dispose()


def test_an_index_that_cannot_be_built_keeps_no_chore_from_being_done(
    wiring: Wiring, forbidding: Forbidding
) -> None:
    done: list[float] = []
    keeper = Housekeeper(wiring.config, forbidding, wiring.folder, (done.append,))
    moments = [1.0, 1.0 + housekeeper.SWEEP_SECONDS, 1.0 + BUILD_AGAIN_SECONDS]
    for moment in moments:
        keeper._sweep_when_due(moment)
    assert done == moments
    assert forbidding.tries == 2
