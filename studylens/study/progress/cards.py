"""Progress as cards tell it: what is remembered, how far each pack is, what gives trouble, who made it."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import NEW, REVIEW, CardSchedule, Flashcard, Pack
from studylens.study.record.known import LEAST_CARDS, is_known
from studylens.study.schedule.days import study_date
from studylens.study.schedule.settings import settings_of
from studylens.study.schedule.weights import DECAY, USUAL, Weights, weights_of

_LEAST_STABILITY = 0.001
"""The package's own lower bound, in days; a restored file may say 0."""


def chance(stability: float, days: int, weights: Weights = ()) -> float:
    """Return the chance of recall, 0-1, so many study days after the last review; 0.9 after `stability`."""
    decay = -(weights or USUAL)[DECAY]
    share = max(0, days) / max(stability, _LEAST_STABILITY)
    return float((1 + (0.9 ** (1 / decay) - 1) * share) ** decay)


TROUBLE_CARDS = 10
"""Cards on the trouble list: as many as one can mend in a sitting."""
TROUBLE_LAPSES = 3
"""Times forgotten from which a card gives trouble."""


@dataclass(frozen=True)
class KnownNow:
    """What would be known now: `known` is mean retrievability x `cards`, those answered at least once."""

    cards: int
    known: int
    mean_retrievability: float | None
    new_cards: int


@dataclass(frozen=True)
class PackKnown:
    """How far a pack is. Its cards are new, being learned, young (under 21 days) or known."""

    pack_id: str
    title: str
    cards: int
    new: int
    learning: int
    young: int
    known_cards: int
    percent: int
    all_known: bool
    mean_retrievability: float | None


@dataclass(frozen=True)
class TroubleCard:
    """A card that is forgotten again and again; a leech was set aside for it."""

    card_id: int
    pack_id: str
    pack_title: str
    front: str
    origin: str
    lapses: int
    leech: bool
    suspended: bool


@dataclass(frozen=True)
class Source:
    """Who made how many of the cards."""

    origin: str
    cards: int


class CardRow(NamedTuple):
    """One accepted card and its schedule."""

    card_id: int
    pack_id: str
    state: int
    stability: float | None
    last_review_at: datetime | None
    lapses: int
    suspended: bool
    leech: bool
    origin: str


class Known(NamedTuple):
    """A card, and the chance (0-1) that it is remembered now; None when it was never answered."""

    row: CardRow
    chance: float | None


def known_cards(session: Session, guest_id: int, at: datetime, zone: str) -> list[Known]:
    """Return the guest's accepted cards: neither deleted nor in the trash, but also those set aside."""
    columns = (
        Flashcard.id, Flashcard.pack_id, CardSchedule.state, CardSchedule.stability,
        CardSchedule.last_review_at, CardSchedule.lapses, CardSchedule.suspended, CardSchedule.leech,
        Flashcard.origin,
    )  # fmt: skip
    cards = select(*columns).join(CardSchedule, CardSchedule.card_id == Flashcard.id)
    cards = cards.join(Pack, Pack.id == Flashcard.pack_id).where(CardSchedule.guest_id == guest_id)
    cards = cards.where(Flashcard.deleted_at.is_(None), Pack.deleted_at.is_(None))
    today = study_date(at, zone)
    found = (CardRow(*row) for row in session.execute(cards))
    weights = weights_of(settings_of(session, guest_id))
    return [Known(row, _chance(row, today, zone, weights)) for row in found]


def memory_of(cards: Iterable[Known]) -> KnownNow:
    """Return how many cards would be known now."""
    chances, new = [], 0
    for card in cards:
        if card.chance is None:
            new += 1
        else:
            chances.append(card.chance)
    mean = _mean(chances)
    return KnownNow(len(chances), round(sum(chances)), mean, new)


def known_of(session: Session, guest_id: int, cards: Iterable[Known]) -> tuple[PackKnown, ...]:
    """Return how far each pack with accepted cards is, the newest pack first."""
    by_pack: dict[str, list[Known]] = defaultdict(list)
    for card in cards:
        by_pack[card.row.pack_id].append(card)
    titles = select(Pack.id, Pack.title).where(Pack.guest_id == guest_id, Pack.deleted_at.is_(None))
    newest = session.execute(titles.order_by(Pack.created_at.desc(), Pack.id)).all()
    return tuple(_known(pack_id, title, by_pack[pack_id]) for pack_id, title in newest if pack_id in by_pack)


def trouble_of(session: Session, cards: Iterable[Known]) -> tuple[TroubleCard, ...]:
    """Return leeches and the cards most often forgotten, the worst first."""
    bad = (card.row for card in cards if card.row.leech or card.row.lapses >= TROUBLE_LAPSES)
    worst = heapq.nlargest(TROUBLE_CARDS, bad, key=lambda row: (row.leech, row.lapses, -row.card_id))
    texts = select(Flashcard.id, Flashcard.front, Pack.title).join(Pack, Pack.id == Flashcard.pack_id)
    found = session.execute(texts.where(Flashcard.id.in_([row.card_id for row in worst]))) if worst else ()
    words = {card_id: (front, title) for card_id, front, title in found}
    return tuple(_trouble(row, *words[row.card_id]) for row in worst if row.card_id in words)


def sources_of(cards: Iterable[Known]) -> tuple[Source, ...]:
    """Return how many cards each origin made, the most first."""
    made = Counter(card.row.origin for card in cards)
    return tuple(Source(origin, number) for origin, number in made.most_common())


def _chance(row: CardRow, today: date, zone: str, weights: Weights) -> float | None:
    if row.stability is None or row.last_review_at is None:
        return None
    return chance(row.stability, (today - study_date(row.last_review_at, zone)).days, weights)


def _known(pack_id: str, title: str, cards: Sequence[Known]) -> PackKnown:
    sure = sum(is_known(card.row.state, card.row.stability) for card in cards)
    review = sum(card.row.state == REVIEW for card in cards)
    new = sum(card.row.state == NEW for card in cards)
    return PackKnown(
        pack_id=pack_id,
        title=title,
        cards=len(cards),
        new=new,
        learning=len(cards) - new - review,
        young=review - sure,
        known_cards=sure,
        percent=100 * sure // len(cards),
        all_known=len(cards) == sure >= LEAST_CARDS,
        mean_retrievability=_mean([card.chance for card in cards if card.chance is not None]),
    )


def _trouble(row: CardRow, front: str, title: str) -> TroubleCard:
    return TroubleCard(
        card_id=row.card_id,
        pack_id=row.pack_id,
        pack_title=title,
        front=front,
        origin=row.origin,
        lapses=row.lapses,
        leech=row.leech,
        suspended=row.suspended,
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None
