"""What of a pack stands on sheets: its terms and cards, what of it is due by tomorrow, a picture of it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.cutting import PAGE
from studylens.analysis.protocol.result import is_literal
from studylens.analysis.protocol.sheets import Card, Content
from studylens.models import LABEL, NEW, PICTURED, CardPicture, Cutout, Pack, PackPicture
from studylens.sheet_limits import MAX_SHEET_CARDS
from studylens.study.schedule.days import day_end
from studylens.study.schedule.live import CARDS, SCHEDULES, live, schedules
from studylens.study.schedule.moment import moment_of

DUE = "Due by tomorrow"
FIRST = "To learn"
"""Heading where nothing is due: the first cards of the pack stand there then."""
NEED_PICTURES = (LABEL, PICTURED)
"""Kinds of cards that are nothing without their picture, which sheets have no room for."""
_FORMULA_SIGNS = ("$", "\\(", "\\[")


def content_of(session: Session, pack: Pack, at: datetime) -> Content:
    """Return everything that a template may show of the pack, except its picture."""
    in_words = [card for card in pack.cards if card.kind not in NEED_PICTURES]
    cards = [Card(card.front, card.back, is_literal(card.origin)) for card in in_words[:MAX_SHEET_CARDS]]
    due = _due(session, pack, at)
    return Content(
        title=pack.title,
        summary=pack.summary,
        terms=[
            Card(term.term, term.definition, is_literal(term.origin))
            for term in pack.key_terms
            if term.definition
        ],
        cards=cards,
        due=_formulas_first(due or cards),
        due_title=DUE if due else FIRST,
    )


def art_of(session: Session, pack: Pack) -> bytes | None:
    """Return a picture of the pack; None when nothing of it is kept here.

    The page made white comes first, while it is kept; then the copy of the photo, then a card's picture.
    """
    white = select(Cutout.picture).where(Cutout.pack_id == pack.id, Cutout.way == PAGE)
    photo = select(PackPicture.jpeg).where(PackPicture.pack_id == pack.id).order_by(PackPicture.page)
    cut = select(CardPicture.picture).where(CardPicture.pack_id == pack.id).order_by(CardPicture.id)
    white = white.where(Cutout.picture.is_not(None)).order_by(Cutout.created_at.desc())
    found = (session.scalar(wanted.limit(1)) for wanted in (white, photo, cut))
    return next((picture for picture in found if picture), None)


def _due(session: Session, pack: Pack, at: datetime) -> list[Card]:
    """Return the known cards that come back until the end of tomorrow, the first first."""
    moment = moment_of(session, pack.guest_id, at)
    until = day_end(moment.today + timedelta(days=1), moment.zone)
    wanted = schedules(CARDS.c.front, CARDS.c.back, CARDS.c.origin).where(
        live(scoped=True), SCHEDULES.c.state != NEW, CARDS.c.kind.not_in(NEED_PICTURES)
    )
    wanted = wanted.where(SCHEDULES.c.due_at < until).order_by(SCHEDULES.c.due_at, CARDS.c.id)
    rows = session.execute(wanted.limit(MAX_SHEET_CARDS), {"guest": pack.guest_id, "pack": pack.id})
    return [Card(front, back, is_literal(origin)) for front, back, origin in rows]


def _formulas_first(cards: list[Card]) -> list[Card]:
    """Formulas are what one looks up; the rest follows in its order."""
    return sorted(
        cards,
        key=lambda card: card.plain or not any(sign in card.back + card.front for sign in _FORMULA_SIGNS),
    )
