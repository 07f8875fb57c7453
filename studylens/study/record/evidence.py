"""What the log proves of one card: on which later days it was recalled, and that its answer was typed.

A later day is a study day after that of the first answer. Only reviews count as recall: practice is not
spaced, and the options of a quiz are recognised. What was recalled before a card was forgotten counts no
longer, and neither does the rest of that day. `Held` is kept with the schedule and moves with each answer;
`held_of` makes the same from the log, as after an answer that was taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import Any, Protocol, Self

from sqlalchemy import BindParameter, Table, bindparam, select, update
from sqlalchemy.orm import Session

from studylens.models import HARD, LOG_QUIZ, LOG_REVIEW, LOG_UNDO, TYPED_RIGHT, CardSchedule, ReviewLog

_LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_SCHEDULES: Table = CardSchedule.__table__  # type: ignore[assignment]


class Logged(Protocol):
    """The columns of ReviewLog that this looks at."""

    id: Any
    kind: Any
    local_date: Any
    rating: Any
    verdict: Any
    undoes_id: Any


@dataclass(frozen=True)
class Held:
    """Study days as YYYY-MM-DD, None where there is none; models/reviews.py says which."""

    met_on: str | None = None
    held_from: str | None = None
    held_to: str | None = None
    lost_on: str | None = None
    typed_on: str | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Read a row of CardSchedule, or one that has its columns."""
        return cls(*(getattr(row, name) for name in COLUMNS))

    def columns(self) -> dict[str, str | None]:
        """Return the values by the names of the columns."""
        return {name: getattr(self, name) for name in COLUMNS}

    def follows(self, day: str) -> bool:
        """Say whether nothing is known of days after this one: a late answer needs the log."""
        return day >= max(found or "" for found in (self.met_on, self.held_to, self.lost_on, self.typed_on))

    def answered(self, day: str, *, recalled: bool, verdict: str | None = None) -> Self:
        """Return the same after a review on a day that `follows`."""
        typed = self.typed(day, verdict)
        if self.met_on is None or day == self.met_on:
            return replace(typed, met_on=day)
        if not recalled:
            return replace(typed, lost_on=day, held_from=None, held_to=None)
        return typed if day == self.lost_on else replace(typed, held_from=self.held_from or day, held_to=day)

    def typed(self, day: str, verdict: str | None) -> Self:
        """Return the same after an answer was typed, in a review or a quiz."""
        return replace(self, typed_on=day) if verdict == TYPED_RIGHT else self


COLUMNS = tuple(field.name for field in fields(Held))
_CARDS: BindParameter[Sequence[int]] = bindparam("cards", expanding=True)
_OF_CARDS = (
    select(_LOG.c.card_id, *(_LOG.c[name] for name in Logged.__annotations__))
    .where(_LOG.c.card_id.in_(_CARDS), _LOG.c.kind.in_((LOG_REVIEW, LOG_QUIZ, LOG_UNDO)))
    .order_by(_LOG.c.card_id)
)
_AS_KEPT = (
    select(_SCHEDULES.c.card_id, *(_SCHEDULES.c[name] for name in COLUMNS))
    .where(_SCHEDULES.c.card_id.in_(_CARDS))
    .order_by(_SCHEDULES.c.card_id)
    .with_for_update()
)
_KEPT = (
    update(_SCHEDULES)
    .where(_SCHEDULES.c.card_id == bindparam("card"))
    .values({name: bindparam(name, type_=_SCHEDULES.c[name].type) for name in COLUMNS})
)


def held_of(rows: Iterable[Logged]) -> Held:
    """Return what the rows of one card prove, whatever their order; what was taken back proves nothing."""
    ordered = sorted(rows, key=lambda row: (row.local_date, row.id))
    gone = {row.undoes_id for row in ordered if row.kind == LOG_UNDO}
    held = Held()
    for row in ordered:
        if row.id in gone:
            continue
        if row.kind == LOG_REVIEW:
            recalled = (row.rating or 0) >= HARD
            held = held.answered(row.local_date, recalled=recalled, verdict=row.verdict)
        elif row.kind == LOG_QUIZ:
            held = held.typed(row.local_date, row.verdict)
    return held


def read(session: Session, card_ids: Sequence[int]) -> dict[int, Held]:
    """Return from the log what these cards prove; those without an answer prove nothing."""
    rows = session.connection().execute(_OF_CARDS, {"cards": list(card_ids)})
    told = {card: held_of(some) for card, some in groupby(rows, key=lambda row: int(row.card_id))}
    return {card: told.get(card, Held()) for card in card_ids}


def recount(session: Session, card_ids: Sequence[int]) -> int:
    """Make anew from the log what is kept of cards, past the session's own copies; say how many differed."""
    session.flush()
    connection = session.connection()
    kept = {row.card_id: Held.of(row) for row in connection.execute(_AS_KEPT, {"cards": list(card_ids)})}
    told = read(session, card_ids)  # Locked by now: whoever answers one of them waits.
    other = [card_id for card_id, held in kept.items() if held != told[card_id]]
    if other:
        connection.execute(_KEPT, [{"card": card_id, **told[card_id].columns()} for card_id in other])
    for card_id in other:
        copy = session.identity_map.get(session.identity_key(CardSchedule, card_id))
        if copy is not None:
            session.expire(copy, COLUMNS)
    return len(other)
