"""What a rule finds on a page, before it is judged: one fact with its question and answer."""

import re
from dataclasses import dataclass

from studylens.analysis.material.wording.lexicon import DULL, DULL_ALONE, JUDGING
from studylens.analysis.protocol.result import Box
from studylens.judging.languages import POINTERS, SMALL_WORDS
from studylens.judging.text import STEM_CHARS, WORD, content, words

_INNER = frozenset([
    "of",
    "de",
    "del",
    "da",
    "do",
    "das",
    "dos",
    "di",
    "du",
    "des",
    "von",
    "der",
    "van",
    "y",
    "und",
    "d",
    "la",
    "le",
    "the",
    "and",
    "het",
    "in",
])
"""Small words that a term may hold inside."""
_LONGEST_TERM = 48
"""Characters."""
_NO_TERM = re.compile(
    r"\d{3}|[$%=\\{}|/<>?!\[\]]|(?i:\bc['’]est\b|\b[dlsn]['’](?:est|a|ont)\b)|^(?!.*[^\W\d_]{2})"
)
_BAD_START = re.compile(
    r"(?i)(?:existen[cz]|existenz|bestaan|esistenza|presen[cz]|présence|presenza|absen[cz]|assenza|ausencia|"
    r"remark|note|main|principa|important|métricas|remarque|bemerkung|anmerkung)|[®©]"
    r"|(?:one|two|three|four|five|zwei|drei|vier|dos|tres|deux|trois|due|tre|twee|drie|dois|três|estos"
    r"|most|many|some|according)\b"
)


@dataclass(frozen=True)
class Found:
    """A fact: `front` and `back` of its card, the rule that found it and how sure that rule is (0-1).

    `term` and `text` are set where it says what a thing is; `group` names its siblings (a list, a column).
    """

    front: str
    back: str
    kind: str
    n: int
    rule: str
    sure: float
    term: str = ""
    text: str = ""
    group: str = ""
    box: Box | None = None


def is_term(text: str, language: str, most: int = 5) -> bool:
    """Say whether `text` names a thing in one to `most` words: nothing dull, no judgement, no loose end."""
    found = [part for word in words(text) for part in re.split(r"['’]", word) if part]
    if not found or len(text) > _LONGEST_TERM or len(found) > most or _NO_TERM.search(text):
        return False
    if _BAD_START.match(text) or text.count("(") != text.count(")"):
        return False
    return not _dull(found, language) and (language != "de" or _has_capital(text))


def _dull(found: list[str], language: str) -> bool:
    """Say whether these words are no name: small ones at an end, a dull or judging one, an adverb."""
    small = SMALL_WORDS.get(language, frozenset())
    ends = {found[0], found[-1]} & small or found[0] in POINTERS.get(language, ())
    inside = any(word in small and word not in _INNER for word in found)
    empty = (
        (found[0] in DULL and (len(found) == 1 or found[0] not in DULL_ALONE))
        or found[0] in JUDGING
        or (found[-1] in DULL and len(found) < 2)
    )
    ending = {"en": "ly", "es": "mente", "pt": "mente", "it": "mente"}.get(language)
    return bool(ends) or inside or empty or (ending is not None and found[0].endswith(ending))


def _has_capital(text: str) -> bool:
    return any(word[:1].isupper() for word in WORD.findall(text))


def leaks(term: str, front: str) -> bool:
    """Say whether the beginning of a telling word of `term` still stands in `front`."""
    left = words(front.replace("_", " "))
    for word in words(term):
        if len(word) > 4:
            head = word[: max(4, len(word) - 3)][:STEM_CHARS]
            if any(other.startswith(head) for other in left):
                return True
    return False


def tells(text: str, language: str, least: int) -> bool:
    """Say whether `text` holds so many words that carry a fact."""
    return len(content(text, language)) >= least


def with_article(front: str, language: str) -> str:
    """Return an English front whose article before the gap gives nothing away."""
    return re.sub(r"\b([Aa])n? (?=_____)", r"\1(n) ", front) if language == "en" else front
