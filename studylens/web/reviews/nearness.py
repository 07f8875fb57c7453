"""How near a typed answer is, in the words of the page. The student decides what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from studylens.judging.comparing import Comparison, Nearness, Why, compare
from studylens.judging.differences import Swap
from studylens.models import AGAIN, GOOD
from studylens.web.text.filters import is_literal

SENTENCES = {
    Why.EXACT: "The same as the answer.",
    Why.CAPITALS: "The same but for capitals.",
    Why.SIGNS: "The same but for spaces and signs.",
    Why.ARTICLE: "The same but for the article.",
    Why.AMOUNT: "The same amount, written in another way.",
    Why.ACCEPTED: "You let this count as right.",
    Why.ACCENTS: "Nearly: only accents differ.",
    Why.OTHER_ARTICLE: "Nearly: the article is another one.",
    Why.ORDER: "Nearly: the same words in another order.",
    Why.MORE: "Nearly: the answer is in it, with other words.",
    Why.SMALL_WORDS: "Nearly: only small words differ.",
    Why.UNIT_MISSING: "Nearly: the number is right, its unit is missing.",
    Why.UNIT: "The number is right, the unit is another one.",
    Why.NUMBER: "The number is another one.",
    Why.DIFFERENT: "It differs from the answer.",
    Why.NOTHING: "You typed nothing.",
}
"""What is said of each finding; those with numbers are in `_told`."""


@dataclass(frozen=True)
class Typed:
    """A typed answer as its page shows it."""

    given: str
    found: Comparison
    told: str
    """How near it is, in one sentence."""
    differences: tuple[str, ...]
    """Each difference in words, so that nobody needs colours to see it."""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed, so that there is nothing to compare."""
        return self.found.nearness is Nearness.EMPTY

    @property
    def is_same(self) -> bool:
        """Say whether it is the answer, but for what a reader takes for the same."""
        return self.found.nearness is Nearness.SAME

    @property
    def suggests(self) -> int:
        """Return the rating that Enter gives after the check: the student may press another."""
        return GOOD if self.found.nearness in {Nearness.SAME, Nearness.NEARLY} else AGAIN


def typed_answer(given: str, answers: Sequence[str], language: str, origin: str) -> Typed:
    """Compare what was typed with the answers that count, the card's own first."""
    found = compare(given, answers, language, literal=is_literal(origin))
    decided = found.nearness in {Nearness.SAME, Nearness.EMPTY}
    told = _told(found) if decided else f"{_told(found)} You decide."
    return Typed(given, found, told, tuple(_in_words(swap) for swap in found.swaps))


def _told(found: Comparison) -> str:
    if found.why is Why.LETTERS:
        return "Nearly: one letter differs." if found.count == 1 else f"Nearly: {found.count} letters differ."
    if found.why is Why.WORDS:
        return f"{found.count} of {found.total} words that matter are there."
    return SENTENCES[found.why]


def _in_words(swap: Swap) -> str:
    if not swap.wanted:
        return f"“{swap.given}” is not in the answer."
    if not swap.given:
        return f"“{swap.wanted}” is missing."
    return f"Not “{swap.given}” but “{swap.wanted}”."
