"""What students do with items is counted by the rule that made them; what they throw away comes last."""

import dataclasses
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import Flashcard, Pack, now
from studylens.study.record.rules import LEAST_DECISIONS, LEAST_GUESTS, RuleCount, count_by_rule, judge
from studylens.web.door.wiring import Wiring
from tests.web.world import add_pack, analysis, become_guest

CARDS = tuple(
    result.Card(f"{rule} {n}?", "It is.", "definition", None, result.SERVER, rule)
    for rule in ("year", "label")
    for n in range(2)
)


@pytest.fixture
def pack(wiring: Wiring, app: Flask) -> Callable[[], tuple[FlaskClient, str]]:
    """Let a new student have a pack of two cards by each of two rules."""

    def make() -> tuple[FlaskClient, str]:
        client = app.test_client()
        guest = become_guest(wiring, client)
        material = dataclasses.replace(analysis().material, cards=CARDS, quiz=())
        return client, add_pack(wiring, guest, analysis(material=material))

    return make


def cards(wiring: Wiring, pack_id: str, rule: str) -> list[int]:
    with wiring.database.reading() as session:
        mine = (Flashcard.pack_id == pack_id, Flashcard.rule == rule)
        return list(session.scalars(select(Flashcard.id).where(*mine).order_by(Flashcard.id)))


def counts(wiring: Wiring) -> dict[str, RuleCount]:
    with wiring.database.reading() as session:
        return {count.rule: count for count in count_by_rule(session)}


@pytest.mark.own_sql
def test_deleted_edited_and_accepted_cards_are_decisions_and_drafts_are_not(
    wiring: Wiring, pack: Callable[[], tuple[FlaskClient, str]]
) -> None:
    client, pack_id = pack()
    assert counts(wiring) == {}
    gone, back = cards(wiring, pack_id, "year")
    client.post(f"/packs/{pack_id}/cards/{gone}/delete")
    client.post(f"/packs/{pack_id}/cards/{back}/delete")
    client.post(f"/packs/{pack_id}/cards/{back}/restore")
    edited, accepted = cards(wiring, pack_id, "label")
    client.post(f"/packs/{pack_id}/cards/{edited}/edit", data={"front": "a", "back": "b", "version": 1})
    client.post(f"/packs/{pack_id}/accept", data={"card": accepted})
    found = counts(wiring)
    assert found["year"] == RuleCount("card", "year", result.SERVER, 1, 1, 0, 0, 1)
    assert found["label"] == RuleCount("card", "label", result.SERVER, 2, 0, 1, 0, 1)


def test_what_new_cards_replace_was_not_thrown_away(
    wiring: Wiring, pack: Callable[[], tuple[FlaskClient, str]]
) -> None:
    _, pack_id = pack()
    with wiring.database.writing() as session:
        for card in session.scalars(select(Flashcard).where(Flashcard.pack_id == pack_id)):
            card.deleted_at = now()  # As study/packs/proposals.py does it: without a new version.
    assert counts(wiring) == {}


def test_cards_of_a_restored_file_decide_nothing(
    wiring: Wiring, pack: Callable[[], tuple[FlaskClient, str]]
) -> None:
    """A file may say of its cards whatever it likes, to the operator and about which cards come last."""
    client, pack_id = pack()
    client.post(f"/packs/{pack_id}/accept", data={"all": "1"})
    assert counts(wiring).keys() == {"year", "label"}
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).job_id = None
    assert counts(wiring) == {}


@pytest.mark.own_sql
@pytest.mark.parametrize(
    ("students", "deleted", "first"),
    [(15, 2, "label"), (15, 1, "year"), (14, 2, "year")],
    ids=["thrown away", "half of them", "too few decisions"],
)
def test_a_rule_that_is_thrown_away_comes_last_in_new_packs(
    wiring: Wiring, pack: Callable[[], tuple[FlaskClient, str]], students: int, deleted: int, first: str
) -> None:
    for _ in range(students):
        _, pack_id = pack()
        with wiring.database.writing() as session:
            mine = (Flashcard.pack_id == pack_id, Flashcard.rule == "year")
            for place, card in enumerate(session.scalars(select(Flashcard).where(*mine))):
                if place < deleted:
                    card.deleted_at, card.version = now(), 2
                else:
                    card.accepted_at = now()
    judge(wiring.database)
    judge(wiring.database)  # A second time it writes nothing twice.
    _, pack_id = pack()
    with wiring.database.reading() as session:
        kept = select(Flashcard.rule).where(Flashcard.pack_id == pack_id).order_by(Flashcard.id)
        assert session.scalars(kept).first() == first


@pytest.mark.parametrize(
    ("decisions", "deleted", "guests", "thrown"),
    [
        (LEAST_DECISIONS, 18, LEAST_GUESTS, True),
        (LEAST_DECISIONS, 17, LEAST_GUESTS, False),
        (LEAST_DECISIONS - 1, 29, LEAST_GUESTS, False),
        (LEAST_DECISIONS, 30, LEAST_GUESTS - 1, False),
    ],
)
def test_three_conditions_must_hold(decisions: int, deleted: int, guests: int, thrown: bool) -> None:
    assert RuleCount("card", "year", "server", decisions, deleted, 0, 0, guests).is_thrown_away is thrown


def test_the_report_prints_counts_and_no_words(
    app: Flask, wiring: Wiring, pack: Callable[[], tuple[FlaskClient, str]]
) -> None:
    runner = app.test_cli_runner()
    assert "No student has" in runner.invoke(args=["report"]).output
    client, pack_id = pack()
    client.post(f"/packs/{pack_id}/cards/{cards(wiring, pack_id, 'year')[0]}/delete")
    assert json.loads(runner.invoke(args=["report", "--json"]).output)["rules"] == [
        {
            "kind": "card", "rule": "year", "origin": "server", "decisions": 1, "deleted": 1, "edited": 0,
            "rated": 0, "guests": 1, "at_the_bottom": False,
        }
    ]  # fmt: skip
    [*_, row] = runner.invoke(args=["report"]).output.strip().splitlines()
    assert row.split() == ["card", "year", "server", "1", "1", "0", "0"]
