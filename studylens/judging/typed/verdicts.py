"""Four verdicts on a typed answer, and the rule behind each with an example; docs/typing.md shows them."""

from dataclasses import dataclass
from enum import StrEnum

from studylens.judging.comparing import Comparison, Nearness, Why
from studylens.judging.text import words

_A_SENTENCE = 4
"""Words of the wanted answer from which other words may say the same."""


class TypedVerdict(StrEnum):
    """What the page says of a typed answer. The student has the last word on each."""

    RIGHT = "right"
    NEARLY = "nearly"
    WRONG = "wrong"
    YOURS = "your call"


@dataclass(frozen=True)
class Rule:
    """A rule by its example: what was typed, what was wanted, in which language, and the verdict."""

    given: str
    wanted: str
    verdict: TypedVerdict
    language: str = "en"


_RIGHT, _NEARLY, _WRONG, _YOURS = TypedVerdict
RULES: dict[Why, Rule] = {
    Why.EXACT: Rule("chlorophyll", "chlorophyll", _RIGHT),
    Why.CAPITALS: Rule("STRASSE", "Straße", _RIGHT, "de"),
    Why.SIGNS: Rule("co-operation", "cooperation", _RIGHT),
    Why.ARTICLE: Rule("stroma", "the stroma", _RIGHT),
    Why.AMOUNT: Rule("5000 m", "5 km", _RIGHT),
    Why.ACCENTS: Rule("ano", "año", _NEARLY, "es"),
    Why.OTHER_ARTICLE: Rule("die Haus", "das Haus", _NEARLY, "de"),
    Why.LETTERS: Rule("recieve", "receive", _NEARLY),
    Why.ENDING: Rule("mitochondria", "mitochondrion", _NEARLY),
    Why.ORDER: Rule("pressure, volume", "volume, pressure", _NEARLY),
    Why.PART: Rule("light, water", "light, water and carbon dioxide", _NEARLY),
    Why.MORE: Rule("ATP (adenosine triphosphate)", "ATP", _NEARLY),
    Why.SMALL_WORDS: Rule("im Zellkern", "in dem Zellkern", _NEARLY, "de"),
    Why.UNIT_MISSING: Rule("5", "5 km", _NEARLY),
    Why.UNIT: Rule("5 m", "5 km", _WRONG),
    Why.NUMBER: Rule("1798", "1789", _WRONG),
    Why.DIFFERENT: Rule("mitosis", "meiosis", _WRONG),
    Why.WORDS: Rule("glucose, from water", "Water and light become glucose.", _YOURS),
}
"""By the finding. ACCEPTED needs a student who let an answer count; NOTHING has no verdict."""


def verdict(found: Comparison, wanted: str) -> TypedVerdict:
    """Return the verdict on what was found; nothing typed is wrong.

    Other words than those of a term are wrong; other words than those of a sentence may say the same, and
    nobody but the student knows.
    """
    if found.nearness is Nearness.SAME:
        return TypedVerdict.RIGHT
    if found.nearness is Nearness.NEARLY:
        return TypedVerdict.NEARLY
    is_sentence = len(words(wanted)) >= _A_SENTENCE
    if is_sentence and found.why in {Why.WORDS, Why.DIFFERENT}:
        return TypedVerdict.YOURS
    return TypedVerdict.WRONG
