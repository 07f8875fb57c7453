"""A small world for tests of reviews: a guest with a pack whose cards are accepted, and answers to them."""

import re
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import REVIEW, CardSchedule, Flashcard, Guest, Pack, ReviewLog, new_id
from studylens.study.reviews import answers
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.answers import Answer, Outcome


def add_guest(session: Session) -> int:
    """Add a guest whom no browser knows."""
    guest = Guest(token_hash=secrets.token_hex(32))
    session.add(guest)
    session.flush()
    return guest.id


def add_deck(session: Session, guest_id: int, cards: int = 5, **fields: Any) -> Pack:
    """Add a pack of drafts, each from a line of its own."""
    pack = Pack(guest_id=guest_id, title="Osmosis", **fields)
    pack.cards = [
        Flashcard(front=f"front {n}", back=f"back {n}", kind="short_answer", source_line=n, origin="student")
        for n in range(1, cards + 1)
    ]
    session.add(pack)
    session.flush()
    return pack


def learn(session: Session, pack: Pack, at: datetime) -> list[int]:
    """Accept all cards of a pack and answer each well until it is known; return their ids."""
    schedule.accept(session, pack, pack.cards, at)
    for card in pack.cards:
        row = session.get_one(CardSchedule, card.id)
        while row.state != REVIEW:
            send(session, pack.guest_id, card.id, max(at, row.due_at))
            session.refresh(row)
            row.buried_on = None
    return [card.id for card in pack.cards]


def send(session: Session, guest_id: int, card_id: int, at: datetime, rating: int = 3) -> Outcome:
    """Answer a card from a form of its own."""
    return answers.answer(session, guest_id, Answer(card_id, rating, new_id(), 4_000), at)


def log_of(session: Session, card_id: int) -> list[ReviewLog]:
    """Return the card's rows, oldest first."""
    rows = select(ReviewLog).where(ReviewLog.card_id == card_id).order_by(ReviewLog.id)
    return list(session.scalars(rows))


def set_schedule(database: Database, card_id: int, **columns: Any) -> None:
    """Change a schedule past all rules."""
    with database.writing() as session:
        session.execute(update(CardSchedule).where(CardSchedule.card_id == card_id).values(**columns))


def field(page: str, name: str) -> str:
    """Return the value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]
