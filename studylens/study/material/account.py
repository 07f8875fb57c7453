"""How the material of a pack was made, for its page: facts with a card, what was left out, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studylens.judging import PAGES, REASONS
from studylens.judging.coverage import unasked
from studylens.language import mark, said
from studylens.models import Flashcard, Pack, QuizQuestion
from studylens.study.material.passages import facts_of
from studylens.study.packs.parts import STUDENT

_NOT_FROM_THE_PAGE = {STUDENT, "import"}
DONE = {"dropped": mark("left out"), "mended": mark("mended"), "marked": mark("kept and marked")}
"""What the judge did, in the words of the page."""


@dataclass(frozen=True)
class Unasked:
    """A fact of the page without a card: its number among all of the pack's facts, its line, its text."""

    number: int
    line: int
    text: str


@dataclass(frozen=True)
class Suggestion:
    """A card that was left out as trivial, with its number among the pack's suggestions."""

    number: int
    front: str
    back: str
    origin: str
    line: int | None


@dataclass(frozen=True)
class Told:
    """So many items of one maker and the reason for which they were left out, mended or marked."""

    count: int
    done: str
    sentence: str
    origin: str


@dataclass(frozen=True)
class MaterialAccount:
    """What a pack's page says about its material, as it is now: it follows edits and deletions.

    Each part is worked out when it is asked for; facts without a card look at every card there is.
    """

    pack: Pack

    @cached_property
    def made(self) -> int:
        """Cards that came from the page and are still there."""
        return sum(card.origin not in _NOT_FROM_THE_PAGE for card in self.pack.cards)

    @property
    def why_none(self) -> str:
        """Why the page as a whole gave nothing; empty: it gave, or nothing is known."""
        return said(PAGES.get((self.pack.judged or {}).get("no_cards", ""), ""))

    @cached_property
    def facts(self) -> int:
        """Facts of the page."""
        return len(facts_of(self.pack))

    @cached_property
    def unasked(self) -> tuple[Unasked, ...]:
        """Facts that neither a card nor a question asks."""
        return _unasked(self.pack) if self.facts else ()

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Cards that were left out as trivial and are not there."""
        return tuple(_suggestions(self.pack))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What the judge did."""
        return tuple(_told(self.pack.judged or {}))

    @property
    def asked(self) -> int:
        """Return how many facts have a card or question."""
        return self.facts - len(self.unasked)


def account_of(pack: Pack) -> MaterialAccount:
    """Return the account of a pack as it is now."""
    return MaterialAccount(pack)


def sentences(marks: Iterable[str] | None) -> list[str]:
    """Return what the judge's codes say, in plain words; codes of other releases are left out."""
    return [said(REASONS[code].sentence) for code in marks or () if code in REASONS]


def _unasked(pack: Pack) -> tuple[Unasked, ...]:
    facts = facts_of(pack)
    items: list[Flashcard | QuizQuestion] = [*pack.cards, *pack.quiz]
    asked = [(item.source_line, _text_of(item)) for item in items]
    left = {id(fact) for fact in unasked(facts, asked)}
    return tuple(
        Unasked(number, fact.first, fact.text) for number, fact in enumerate(facts) if id(fact) in left
    )


def _text_of(item: Flashcard | QuizQuestion) -> str:
    if isinstance(item, Flashcard):
        return f"{item.front}\n{item.back}"
    right = item.options[item.answer_index] if 0 <= item.answer_index < len(item.options) else ""
    return f"{item.question}\n{right}"


def _suggestions(pack: Pack) -> Iterable[Suggestion]:
    there = {(card.front, card.back) for card in pack.cards}
    for number, kept in enumerate((pack.judged or {}).get("suggestions", [])):
        if (kept["front"], kept["back"]) not in there:
            yield Suggestion(number, kept["front"], kept["back"], kept["origin"], kept.get("source_line"))


def _told(judged: Mapping[str, Any]) -> Iterable[Told]:
    for name, done in DONE.items():
        sums: dict[tuple[str, str], int] = {}
        for kept in judged.get(name, []):
            key = (kept["reason"], kept["origin"])
            sums[key] = sums.get(key, 0) + kept["count"]
        for (reason, origin), count in sorted(sums.items(), key=lambda entry: -entry[1]):
            if reason in REASONS:
                yield Told(count, said(done), said(REASONS[reason].sentence), origin)
