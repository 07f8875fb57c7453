"""Join, undo, rate, correct, write, move pages, in any order: nothing that a student did is lost."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.models import (
    GOOD,
    CardSchedule,
    Flashcard,
    Pack,
    PackPage,
    PackTag,
    ReviewLog,
    TranscriptLine,
    new_id,
    now,
)
from studylens.study.packs import editing
from studylens.study.packs.merging import begin_parting, merge, step
from studylens.study.packs.pages import move_page, pages_of
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.answers import Answer, answer
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.web.world import add_pack

pytestmark = pytest.mark.own_sql
PACKS, MOVES = 4, 15
Act = Callable[[Session, list[Pack], random.Random], None]


def _join(session: Session, packs: list[Pack], chance: random.Random) -> None:
    if len(packs) > 1:
        merge(session, chance.sample(packs, chance.randint(2, len(packs))))


def _undo(session: Session, packs: list[Pack], chance: random.Random) -> None:
    pack = chance.choice(packs)
    try:
        begin_parting(session, pack)
    except NotFound:
        return
    while step(session, pack.id):
        pass


def _rate(session: Session, packs: list[Pack], chance: random.Random) -> None:
    pack = chance.choice(packs)
    if pack.cards:
        card = chance.choice(pack.cards)
        schedule.accept(session, pack, [card], now())
        session.flush()
        answer(session, pack.guest_id, Answer(card.id, GOOD, new_id()), now())


def _write(session: Session, packs: list[Pack], chance: random.Random) -> None:
    pack = chance.choice(packs)
    line = chance.choice([None, *pack.transcript])
    card = Flashcard(front=new_id(), back="mine", kind="cloze", origin="student")
    card.source_line = line.n if line else None
    editing.add_card(session, pack, card)


def _correct(session: Session, packs: list[Pack], chance: random.Random) -> None:
    line = chance.choice(chance.choice(packs).transcript)
    line.text, line.edited_at = f"Corrected {new_id()}", now()


def _tag(session: Session, packs: list[Pack], chance: random.Random) -> None:
    pack = chance.choice(packs)
    session.merge(PackTag(pack_id=pack.id, tag=f"tag {chance.randint(1, 5)}"))


def _move(session: Session, packs: list[Pack], chance: random.Random) -> None:
    pack = chance.choice(packs)
    places = range(1, len(pages_of(session, pack)) + 1)
    move_page(session, pack, chance.choice(places), to=chance.choice(places))


ACTS: tuple[Act, ...] = (_join, _join, _undo, _rate, _rate, _write, _correct, _tag, _move)


def _check(session: Session) -> None:
    """Every card names the line that it is from; schedules and answers are where their card is."""
    for pack in session.scalars(select(Pack)):
        numbers = [line.n for line in pack.transcript]
        assert numbers == list(range(1, len(numbers) + 1))
        assert pack.joining_at is None
        pages = session.scalars(
            select(PackPage.n).where(PackPage.pack_id == pack.id).order_by(PackPage.n)
        ).all()
        assert pages == list(range(1, len(pages) + 1))
        assert {line.page for line in pack.transcript} == set(pages or [1])
    for table in (CardSchedule, ReviewLog):
        astray = select(func.count()).select_from(table).join(Flashcard, Flashcard.id == table.card_id)
        assert session.scalar(astray.where(table.pack_id != Flashcard.pack_id)) == 0


def _work(session: Session) -> Counter[str]:
    """Return all that a student has: cards with the text of their line, lines, answers, tags, summaries."""
    found: Counter[str] = Counter()
    lines = {(line.pack_id, line.n): line.text for line in session.scalars(select(TranscriptLine))}
    for card in session.scalars(select(Flashcard)):
        found[f"card {card.uid} {lines.get((card.pack_id, card.source_line or 0))}"] += 1
    found.update(f"line {line.id} {line.text}" for line in session.scalars(select(TranscriptLine)))
    found.update(
        f"answer {entry.card_uid} {entry.request_key}" for entry in session.scalars(select(ReviewLog))
    )
    found.update(f"tag {tag}" for tag in set(session.scalars(select(PackTag.tag))))
    for row in session.scalars(select(Pack)):
        found.update(told for told in (row.summary, row.explanation) if told)
    for page in session.scalars(select(PackPage)):
        found.update(told for told in (page.summary, page.explanation) if told)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost(wiring: Wiring, seed: int) -> None:
    chance, guest_id = random.Random(seed), add_guest(wiring)
    ids = [add_pack(wiring, guest_id) for _ in range(PACKS)]
    with wiring.database.writing() as session:
        for pack_id in ids:
            pack = session.get_one(Pack, pack_id)
            pack.title, pack.summary, pack.explanation = pack_id, f"Of {pack_id}", f"Why {pack_id}"
            for line in pack.transcript:
                line.text = f"{pack_id} {line.n}"
    for _ in range(MOVES):
        act = chance.choice(ACTS)
        with wiring.database.writing() as session:
            before = _work(session)
            act(session, list(session.scalars(select(Pack).order_by(Pack.created_at))), chance)
            session.flush()
            session.expire_all()
            if act in {_join, _undo, _move}:
                assert _work(session) == before, act.__name__
            _check(session)
    with wiring.database.writing() as session:
        for _ in range(PACKS):  # Each time what is joined the latest comes apart.
            for pack in session.scalars(select(Pack)).all():
                _undo(session, [pack], chance)
        assert {pack.id for pack in session.scalars(select(Pack))} == set(ids)
        _check(session)
