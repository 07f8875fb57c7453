"""Sentences of a page with one term, year or number left out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studylens.analysis.material.facts import YEAR
from studylens.analysis.material.page import Page
from studylens.analysis.material.phrases import root, stands_alone
from studylens.analysis.material.sentences import Sentence
from studylens.analysis.material.terms import Term
from studylens.analysis.material.words import UNKNOWN, Language

BLANK = "_____"
TERM, YEAR_KIND, NUMBER = "term", "year", "number"

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)*(?=\s?(?:%|°C|°|[^\W\d_]))(?![\w/-])")
_REFERENCE = re.compile(
    r"\b(?:fig|figure|table|page|section|chapter|abb|seite|see|siehe|véase|example|beispiel)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:(?<!call )(?<!calls )(?<!called )this (?!is (?:called|known|termed))|these |those )"
)
"""English words for something in another sentence; "..., and this is called X" stays within its own."""
_CODE_SIGNS = re.compile(r"[{}\[\]|\\<>=_~^]|\w\(\)|\w\.\w+\(|https?:")
_ENGLISH_ARTICLE = re.compile(r"\b([Aa])n? (?=_____)")
_FIRST_CLAUSE_WORDS = 3


@dataclass(frozen=True)
class Cloze:
    """A sentence with `answer` left out; `kind` is term, year or number, `n` the line of the answer."""

    front: str
    answer: str
    kind: str
    n: int
    source: str
    proper: bool = False
    unit: str = ""


def find_clozes(page: Page, terms: Sequence[Term], taken: frozenset[str]) -> list[Cloze]:
    """Return clozes in the page's order; none from the sentences `taken`, at most two for one term."""
    if page.language is UNKNOWN:
        return []
    found: list[Cloze] = []
    for sentence in page.sentences:
        if sentence.text in taken or not is_studiable(sentence, page.language):
            continue
        cut = (_year(sentence), _number(sentence), _term(sentence, terms, page.language, found))
        found += [cloze for cloze in cut if cloze is not None and _worth(cloze, page.language)]
    return list({cloze.front: cloze for cloze in found}.values())


def is_studiable(sentence: Sentence, language: Language) -> bool:
    """Whether a sentence is understood alone: whole, readable, of middling length, pointing nowhere else."""
    text = sentence.text
    words = _WORD.findall(text)
    if not (sentence.trusted and sentence.complete and 6 <= len(words) <= 40 and len(text) <= 260):
        return False
    first = [word.lower() for word in words[:_FIRST_CLAUSE_WORDS]]
    if first[0] in language.pointers or (language.code == "en" and _POINTING.search(text)):
        return False
    begins = text.lstrip('"“„«(¿¡')[:1]
    balanced = text.count("(") == text.count(")") and text.count('"') % 2 == 0
    return (
        (begins.isupper() or begins.isdigit())
        and balanced
        and not (_REFERENCE.search(text) or _CODE_SIGNS.search(text))
    )


def _worth(cloze: Cloze, language: Language) -> bool:
    """Whether enough is left to know what is asked for: three content words beside the blank."""
    left = [word.lower() for word in _WORD.findall(cloze.front.replace(BLANK, " "))]
    return len(left) >= 5 and len({word for word in left if word not in language.function_words}) >= 3


def _year(sentence: Sentence) -> Cloze | None:
    years = list(YEAR.finditer(sentence.text))
    if len(years) != 1 or _measured(sentence.text, years[0].end()):
        return None
    return _cut(sentence, years[0].start(), years[0].end(), YEAR_KIND)


def _measured(text: str, end: int) -> bool:
    """Whether a unit follows, so that 1230 is no year but kilometres."""
    return (
        re.match(
            r"\s?(?:%|°|km|m\b|cm|mm|kg|g\b|l\b|ml|euros?\b|dollars?\b|people|metres|meter|years|Jahre|años)",
            text[end:],
        )
        is not None
    )


def _number(sentence: Sentence) -> Cloze | None:
    numbers = [
        m
        for m in _NUMBER.finditer(sentence.text)
        if _measured(sentence.text, m.end()) or not YEAR.fullmatch(m[0])
    ]
    days = re.compile(
        r"\s?(?:\.\s)?(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz]|de\s[a-z]+\b)", re.I
    )
    numbers = [m for m in numbers if not days.match(sentence.text[m.end() :])]
    if len(numbers) != 1:
        return None
    unit = re.match(r"\s?(\S+)", sentence.text[numbers[0].end() :])
    return _cut(
        sentence, numbers[0].start(), numbers[0].end(), NUMBER, unit=unit[1].strip(".,;") if unit else ""
    )


def _term(
    sentence: Sentence, terms: Sequence[Term], language: Language, found: Sequence[Cloze]
) -> Cloze | None:
    """Return the cloze of the highest ranked term that stands in the sentence as a whole phrase."""
    asked = Counter(root(cloze.answer) for cloze in found)
    plain = sentence.text.lower()
    for term in terms:
        if term.text.lower() not in plain or asked[root(term.text)] >= 2:
            continue
        for start, end in _places(term.text, sentence.text):
            if stands_alone(sentence.text, start, end, language):
                cloze = _cut(sentence, start, end, TERM, proper=term.proper)
                if cloze is not None:
                    return cloze
    return None


def _places(term: str, text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text, re.IGNORECASE):
        yield match.span()


def _cut(
    sentence: Sentence, start: int, end: int, kind: str, *, proper: bool = False, unit: str = ""
) -> Cloze | None:
    """Return the sentence with its answer blanked wherever it stands; None when a form of it would stay."""
    text, answer = sentence.text, sentence.text[start:end]
    if (
        text[max(0, start - 1) : start] in {"-", "–"}
        or "'" in text[end : end + 1]
        or "’" in text[end : end + 1]
    ):
        return None
    front = re.sub(
        rf"(?<![\w-]){re.escape(answer)}(?![\w-])", BLANK, text, flags=re.IGNORECASE if start else 0
    )
    if _stays(answer, front):
        return None
    front = _ENGLISH_ARTICLE.sub(r"\1(n) ", front)
    return Cloze(front, answer, kind, sentence.line_at(start), sentence.text, proper, unit)


def _stays(answer: str, front: str) -> bool:
    """Whether a word of the answer, or one of the same stem, is still to be read."""
    left = [word.lower() for word in _WORD.findall(front.replace(BLANK, " "))]
    stems = [word.lower()[: max(4, len(word) - 3)] for word in _WORD.findall(answer) if len(word) > 3]
    return any(word.startswith(stem) for word in left for stem in stems) or root(answer) in map(root, left)


def words_in(text: str) -> list[str]:
    """Return the words of `text`, without numbers, in small letters."""
    return [word.lower() for word in _WORD.findall(text)]
