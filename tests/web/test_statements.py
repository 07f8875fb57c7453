"""How many statements a page sends: these and no more, whether a pack has three cards or three hundred."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from studylens.models import PackTerm, QuizQuestion, TranscriptLine, now
from studylens.study.reviews import cards
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, field
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql
SCRIPT = {"HX-Request": "true", **PAGE}
PAGES = {
    "/packs/{}": 12,
    "/packs/{}/cards": 10,
    "/packs/{}/page": 9,
    "/packs/{}/more": 9,
    "/packs": 10,
    "/review": 7,
}
"""The most that each may send; the look at the tables (studylens/database/schema) goes past SQLAlchemy."""
ANSWER = 10


@pytest.fixture(params=[3, 300], ids="{} cards".format)
def pack_id(request: pytest.FixtureRequest, wiring: Wiring, client: FlaskClient) -> str:
    """A pack with so many cards, lines, questions and terms; all but one card are in the reviews."""
    guest_id, number = become_guest(wiring, client), request.param
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, number, summary="Water moves to where more is dissolved.")
        pack.transcript = [TranscriptLine(n=n, text=f"Line {n}") for n in range(1, number + 1)]
        pack.key_terms = [PackTerm(term=f"term {n}", origin="server") for n in range(number)]
        pack.quiz = [_question(n) for n in range(number)]
        session.flush()
        cards.accept(session, pack, pack.cards[1:], now())
        return pack.id


def _question(n: int) -> QuizQuestion:
    options = [f"answer {n}", "water", "salt", "sugar"]
    return QuizQuestion(
        question=f"question {n}", options=options, answer_index=0, explanation="", origin="server"
    )


@pytest.fixture
def sent(wiring: Wiring) -> Callable[[], Any]:
    """Return a context that collects the statements sent within it."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        found: list[str] = []

        def note(*told: Any) -> None:
            if not told[2].startswith(("BEGIN", "PRAGMA")):
                found.append(told[2])

        event.listen(wiring.database.engine, "before_cursor_execute", note)
        yield found
        event.remove(wiring.database.engine, "before_cursor_execute", note)

    return collect


def test_a_page_sends_as_many_statements_for_many_cards_as_for_few(
    client: FlaskClient, pack_id: str, sent: Callable[[], Any]
) -> None:
    found = {}
    for path in PAGES:
        with sent() as statements:
            read_page(client.get(path.format(pack_id), headers=PAGE))
        found[path] = len(statements)
    assert found == PAGES


def test_an_answer_and_the_next_card_send_as_many_for_many_cards_as_for_few(
    client: FlaskClient, pack_id: str, sent: Callable[[], Any]
) -> None:
    page = client.get("/review", headers=SCRIPT).text
    for _ in range(2):  # The first answer ever begins the student's sums and achievements.
        [address] = set(re.findall(r"/review/cards/\d+/answer", page))
        form = {"rating": "3", "key": field(page, "key"), "ms": "3000"}
        with sent() as statements:
            answer = client.post(address, data=form, headers=SCRIPT)
        page = answer.text
    assert answer.status_code == 200
    assert len(statements) == ANSWER
