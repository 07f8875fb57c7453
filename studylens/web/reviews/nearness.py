"""How near a typed answer is, in the words of the page. The student decides what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from studylens.analysis.protocol.result import is_literal
from studylens.judging.comparing import Comparison, Nearness, Why, compare
from studylens.judging.differences import Swap
from studylens.judging.typed.verdicts import TypedVerdict
from studylens.judging.typed.verdicts import verdict as verdict_on
from studylens.language import _, mark, ngettext, said
from studylens.models import AGAIN, GOOD

SENTENCES = {
    Why.EXACT: mark("The same as the answer."),
    Why.CAPITALS: mark("The same but for capitals."),
    Why.SIGNS: mark("The same but for spaces and signs."),
    Why.ARTICLE: mark("The same but for the article."),
    Why.AMOUNT: mark("The same amount, written in another way."),
    Why.ACCEPTED: mark("You let this count as right."),
    Why.ACCENTS: mark("Nearly: only accents differ."),
    Why.OTHER_ARTICLE: mark("Nearly: the article is another one."),
    Why.ENDING: mark("Nearly: one or many, only the ending differs."),
    Why.ORDER: mark("Nearly: the same words in another order."),
    Why.MORE: mark("Nearly: the answer is in it, with other words."),
    Why.SMALL_WORDS: mark("Nearly: only small words differ."),
    Why.UNIT_MISSING: mark("Nearly: the number is right, its unit is missing."),
    Why.UNIT: mark("The number is right, the unit is another one."),
    Why.NUMBER: mark("The number is another one."),
    Why.DIFFERENT: mark("It differs from the answer."),
    Why.NOTHING: mark("You typed nothing."),
}
"""What is said of each finding; those with numbers are in `_told`."""


@dataclass(frozen=True)
class Typed:
    """A typed answer as its page shows it."""

    given: str
    found: Comparison
    told: str
    """How near it is, in one sentence."""
    verdict: TypedVerdict
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
        return GOOD if self.verdict in {TypedVerdict.RIGHT, TypedVerdict.NEARLY} else AGAIN


def typed_answer(given: str, answers: Sequence[str], language: str, origin: str) -> Typed:
    """Compare what was typed with the answers that count, the card's own first."""
    found = compare(given, answers, language, literal=is_literal(origin))
    verdict = verdict_on(found, answers[0])
    told = _told(found)
    if verdict is TypedVerdict.YOURS:
        told = _("%(told)s Your call.", told=told)
    elif verdict is TypedVerdict.WRONG and found.nearness is not Nearness.EMPTY:
        told = _("Wrong, it seems. %(told)s", told=told)
    elif verdict is TypedVerdict.NEARLY:
        told = _("%(told)s You decide.", told=told)
    return Typed(given, found, told, verdict, tuple(_in_words(swap) for swap in found.swaps))


def _told(found: Comparison) -> str:
    if found.why is Why.LETTERS:
        return ngettext("Nearly: one letter differs.", "Nearly: %(num)s letters differ.", found.count)
    if found.why is Why.PART:
        return ngettext("Nearly: one part is missing.", "Nearly: %(num)s parts are missing.", found.count)
    if found.why is Why.WORDS:
        return _("%(some)s of %(all)s words that matter are there.", some=found.count, all=found.total)
    return said(SENTENCES[found.why])


def _in_words(swap: Swap) -> str:
    if not swap.wanted:
        return _("“%(typed)s” is not in the answer.", typed=swap.given)
    if not swap.given:
        return _("“%(wanted)s” is missing.", wanted=swap.wanted)
    return _("Not “%(typed)s” but “%(wanted)s”.", typed=swap.given, wanted=swap.wanted)
