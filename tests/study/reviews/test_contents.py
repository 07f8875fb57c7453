"""The database says of a pack's cards what the rules say of each: how far it is, and which fit."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from database_config import Database
from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, CardSchedule, Pack
from studylens.study.reviews.contents import FRESH, STATES, counts_of, fitting, standings
from studylens.study.schedule.due_day import as_moment
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import settings_to_change
from tests.study.reviews.world import add_deck, add_guest

pytestmark = pytest.mark.own_sql
AT = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
"""A night between two study days, in one zone before four o'clock and in another after."""
TODAY = AT.date()
MOMENTS = (
    *(as_moment(TODAY + timedelta(days=days)) for days in (-2, -1, 0, 1)),
    *(AT + timedelta(hours=hours) for hours in (-30, -3, 0, 1, 5, 20, 40)),
)
"""Days, and moments that a quiz or an earlier release has left."""
ROWS: tuple[dict[str, Any], ...] = tuple(
    {"state": state, "due_at": due_at, "suspended": suspended, "stability": stability}
    for state, stability in ((NEW, None), (LEARNING, 0.5), (RELEARNING, 2.0), (REVIEW, 5.0), (REVIEW, 21.0))
    for due_at in MOMENTS
    for suspended in (False, True)
)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_database_counts_as_the_rules_say_of_each_card(database: Database, zone: str) -> None:
    with database.writing() as session:
        guest_id = add_guest(session)
        settings_to_change(session, guest_id).time_zone = zone
        pack: Pack = add_deck(session, guest_id, len(ROWS) + 2)
        known = {"guest_id": guest_id, "pack_id": pack.id}
        session.add_all(
            CardSchedule(card_id=card.id, **known, **row) for card, row in zip(pack.cards, ROWS, strict=False)
        )
        pack.cards[0].accepted_at = AT
        session.flush()
        moment = moment_of(session, guest_id, AT)
        told = standings(session, pack.cards, moment)
        counts = counts_of(session, pack.id, moment)
        assert counts.states == {**dict.fromkeys(STATES, 0), **Counter(one.state for one in told.values())}
        assert counts.drafts == len(pack.cards) - 1
        assert counts.total == sum(counts.memories.values()) == len(pack.cards)
        assert counts.memories[FRESH] == 2 + sum(row["state"] == NEW for row in ROWS)
        for state in STATES:
            fits = [card.id for card in pack.cards if told[card.id].state == state]
            assert fitting(session, pack.id, moment, show=state) == fits
        found = fitting(session, pack.id, moment, words="FRONT 7 back")
        assert found == [card.id for card in pack.cards if "7" in card.front]
