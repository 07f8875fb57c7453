"""When a key term is mastered, and what proves it. Pure: nothing here asks the database.

The rule, as the pages tell it: it was recalled on two study days or more after the one on which it was met,
not forgotten since, and once explained in the student's own words, or typed and right.

Days, and not a number of answers: recalling a thing until it is right and then again on other days is what
lasts (successive relearning: Rawson and Dunlosky, Current Directions in Psychological Science 31, 2022),
while more recalls on the first day add nothing once there are later ones (Vaughn, Dunlosky and Rawson,
Memory & Cognition 44, 2016). Two is the least that may be called days. They are far apart since only
reviews count, which the schedule spaces. Own words: who has learned a card's wording by heart recalls it too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

from studylens.study.record.evidence import Held

LATER_DAYS = 2
"""Study days on which it was recalled, the first one and all before it was forgotten not counted."""
GOOD_SHARE = 2 / 3
"""Of a term's points that an explanation must have: three of four, two of three, the only one."""
DAYS_TOLD = 4
"""Days that are named, the latest: the first of many would be of no interest."""


class Missing(StrEnum):
    """What a term lacks."""

    CARD = "card"
    """No card asks for it."""
    RECALL = "recall"
    WORDS = "words"


@dataclass(frozen=True)
class Explained:
    """An explanation in the student's own words: on which study day, and how many of its points were said."""

    on: date
    said: int
    points: int

    @property
    def needed(self) -> int:
        """How many points make it a good one."""
        return needed(self.points)

    @property
    def is_good(self) -> bool:
        """Say whether it was good enough."""
        return 0 < self.needed <= self.said


@dataclass(frozen=True)
class Proof:
    """What proves that a term is mastered. Days are study days, in order."""

    recalled_on: tuple[date, ...] = ()
    """Later days on which it was recalled, since it was last forgotten."""
    lost_on: date | None = None
    explained: Explained | None = None
    typed_on: date | None = None
    has_cards: bool = True

    @property
    def is_recalled(self) -> bool:
        """Say whether it was recalled on later days enough."""
        return len(self.recalled_on) >= LATER_DAYS

    @property
    def is_said(self) -> bool:
        """Say whether it was explained well, or typed."""
        return self.typed_on is not None or (self.explained is not None and self.explained.is_good)

    @property
    def is_mastered(self) -> bool:
        """Say whether both are there."""
        return not self.missing

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is still to be done, in the order in which the page says it."""
        recall = () if self.is_recalled else (Missing.RECALL if self.has_cards else Missing.CARD,)
        return (*recall, *(() if self.is_said else (Missing.WORDS,)))

    @property
    def is_begun(self) -> bool:
        """Say whether there is anything to tell."""
        return bool(self.recalled_on or self.lost_on or self.explained or self.typed_on)


def needed(points: int) -> int:
    """Return how many of so many points an explanation must have said."""
    return ceil(GOOD_SHARE * points)


def proof_of(cards: Iterable[Held], explained: Explained | None) -> Proof:
    """Return what the cards that ask for one term, and its explanation, prove together.

    A day on which any of them was forgotten ends what was before it, for the term as a whole.
    """
    held = list(cards)
    lost = max((card.lost_on for card in held if card.lost_on), default="")
    days = {day for card in held for day in (card.held_from, card.held_to) if day and day > lost}
    typed = max((card.typed_on for card in held if card.typed_on), default="")
    recalled = tuple(date.fromisoformat(day) for day in sorted(days)[-DAYS_TOLD:])
    return Proof(recalled, _day(lost), explained, _day(typed), has_cards=bool(held))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
