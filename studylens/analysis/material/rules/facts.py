"""Single facts of a sentence that a gap can ask: a year, a measure, a reason, parts of a whole, a "
"superlative."""

import re

from studylens.analysis.material.reading.sentences import (
    CODE,
    Sentence,
    stands_alone,
)
from studylens.analysis.material.rules.found import Found, is_term, tells
from studylens.analysis.material.wording.lexicon import COUNTS
from studylens.analysis.material.wording.patterns import AND, BEFORE_YEAR, CAUSE, FINITE, MEMBERS
from studylens.analysis.material.wording.phrases import GAP, PHRASES
from studylens.judging.languages import POINTERS
from studylens.judging.text import words

_BEFORE_CHRIST = r"(?=\s?(?:B\.?\s?C\.?(?:E\b)?|a\.\s?(?:de\s)?C\b|v\.\s?Chr|av(?:ant)?\.?\sJ|a\.\s?d\.\s?C))"
YEAR = re.compile(rf"(?<![\d.,/–-])(1[0-9]\d\d|20[0-3]\d|\d{{2,4}}{_BEFORE_CHRIST})(?![\d/%–-]|\.\d|,\d)")
UNIT_AFTER_YEAR = re.compile(r"\s?(?:%|km|m\b|kg|metres|people|years|Jahre|años|AU|feet|miles)")
_NOW = re.compile(r"(?i)(?:as of|currently|today|desde|since|attualmente|heute|aujourd|hoy|nowadays)\b")
_UNIT = (
    r"(?:%|percent|per ?cent|Prozent|por ciento|pour ?cent|por cento|procent|°C|°|(?:square |cubic )?(?:km"
    r"|kilomet\w+|met(?:er|re)s?|miles|feet)|inhabitants|species|Einwohner|habitantes|habitants|abitanti"
    r"|inwoners|Kilometer|Meter|metros|mètres|metri|cm\b|mm\b"
    r"|nm\b|µm|μm|kg\b|million|Millionen|millones|millions|milhões|milioni|miljoen|billion|milliard"
    r"|bits?\b|bytes?\b|hPa|Hz|V\b|degrees|Grad)"
)
_NUMBER = re.compile(
    r"(?<![\w.,/–−-])(?<!\bto )(?<!\band )(?<!\bor )\d+(?:[.,\s]\d{3})*(?:[.,]\d+)?(?=\s?" + _UNIT + ")"
)
_RANGE = re.compile(
    r"(?<![\w.,–-])(\d[\d.,]*\s?(?:–|-|to|bis|a|à|tot|e|y)\s?\d[\d.,]*)(?=\s?(?:"
    + _UNIT
    + r"|AU|g\b|years|Jahre|años|anos|ans|anni|jaar|ms|ns))"
)
_CONVERTED = re.compile(r"\s\([\d.,\s–-]+\s?[^\W\d_°%][^()]{0,12}\)|\s\([\d.,]+\s?°[CF]\)")
"""The same measure in another unit."""
_COMMON = re.compile(r"(?:The|El|La|Los|Las|Le|Les|L['’]|Il|Lo|I|De|Het|O|A|Os|As)\s?[a-zà-ÿ-]+\s")
_APART = 12
"""Characters between two years of a sentence: closer together they are a span of time."""
_STUDIES = re.compile(
    r"(?i)(?:one|a|another|un|una|eine|une|um|uma) (?:study|survey|report|estudio|encuesta|studie|étude"
    r"|estudo)\b|.{0,30}\b(?:approximately|reported)\b"
)
_SUPERLATIVE = re.compile(
    r"^(?:The (?:\w+est|most \w+|first)\s.{12,90}?\s(?:is|was)\s(?:the\s)?|Der "
    r"(?:\w+ste)\s.{12,90}?\s(?:ist|war)\s(?:der|die|das)?\s?)"
    r"(?P<term>[\w-]+(?:\s[\w-]+){0,3})\.$"
)
_DENIED = re.compile(
    r"(?i)\b(?:did|was|were|had|would|could) not\b|\bnicht\b|\bno (?:fue|era|se)\b|\bn[e’']\s?\w+ pas\b"
    r"|\bnão (?:foi|era)\b"
    r"|\bnon (?:fu|era)\b|\bniet\b"
)
"""What did not happen is dated badly."""
_LATER = re.compile(
    r"(?i)\b(?:years?|months?|days?|weeks?) (?:later|earlier|after|before)\b|\bjahre später\b|\baños "
    r"después\b"
)
_NEGATED = re.compile(r"(?i)(?:no|not|do|don['’]t|never|kein|keine|nicht|no|ne|não|non|niet)\s")


_NOBODY = re.compile(r"En [^,]{3,24},\s\w+(?:ó|aron|ieron)\s(?:a|al|en|con|por)\s")
"""In Spanish a verb alone may be the sentence: who did it was named before."""


def find_year(sentence: Sentence, language: str) -> Found | None:
    """Return the one year of a sentence that names somebody or something."""
    text = sentence.text
    years = list(YEAR.finditer(text))
    if not 1 <= len(years) <= 2 or not stands_alone(sentence, language, 6) or _NOW.match(text):
        return None
    year = years[0]
    if (
        ":" in text[: year.start()]
        or _LATER.search(text)
        or _the_thing(text, language)
        or _NOBODY.match(text)
    ):
        return None
    if len(years) == 2 and (years[0][0] == years[1][0] or years[1].start() - year.end() < _APART):
        return None
    if text[year.start() - 1 : year.start()] == "(" or not BEFORE_YEAR[language].search(text[: year.start()]):
        return None
    if (
        UNIT_AFTER_YEAR.match(text, year.end())
        or _DENIED.search(text)
        or not _names(text, language)
        or not tells(text, language, 4)
    ):
        return None
    return _gap(sentence, year, "year", 0.75)


def _the_thing(text: str, language: str) -> bool:
    """Say whether a sentence begins with "The service was ...": a noun that only its page explains."""
    found = _COMMON.match(text)
    return found is not None and language != "de" and FINITE[language].match(text, found.end()) is not None


def _names(text: str, language: str) -> bool:
    """Say whether something in the sentence is written as a name."""
    parts = text.split()
    bare = [part.strip(".,;:()\"“”„«»’'") for part in parts]
    found = [
        part
        for place, part in enumerate(bare)
        if part[:1].isupper() and len(part) > 2 and (place or not part.istitle())
    ]
    return len(found) >= (2 if language == "de" else 1)


def find_number(sentence: Sentence, language: str) -> Found | None:
    """Return the one measure of a sentence, or the one range."""
    text = sentence.text
    if (
        not stands_alone(sentence, language, 7)
        or not tells(text, language, 3)
        or _STUDIES.match(text)
        or _goes_on(sentence, language)
        or re.search(r"\b(?:[A-Z]{3,4}|[A-Z]{2}) (?:a|has|hat|tiene|tem|ha|heeft)\b", text)
    ):
        return None
    shown = _CONVERTED.sub(lambda found: " " * len(found[0]), text)
    numbers, ranges = list(_NUMBER.finditer(shown)), list(_RANGE.finditer(shown))
    for found in (ranges, numbers):
        if len(found) == 1 and not re.search(r"\d", shown[: found[0].start()] + shown[found[0].end() :]):
            return _measure(sentence, found[0])
    return None


def _goes_on(sentence: Sentence, language: str) -> bool:
    """Say whether "The mean is 18" goes on about what the sentence before only points to."""
    before = words(sentence.before)[:1]
    return _COMMON.match(sentence.text) is not None and bool(
        set(before) & POINTERS.get(language, frozenset())
    )


def _measure(sentence: Sentence, found: re.Match[str]) -> Found:
    """Return the gap of a measure, without the same measure in another unit beside it."""
    text = sentence.text
    front = text[: found.start()] + GAP + _CONVERTED.sub("", text[found.end() :])
    return Found(front, found[0].strip(), "cloze", sentence.line_of(found.start()), "number", 0.7)


def _gap(sentence: Sentence, found: re.Match[str], rule: str, sure: float) -> Found:
    text = sentence.text
    front = text[: found.start()] + GAP + text[found.end() :]
    return Found(front, found[0].strip(), "cloze", sentence.line_of(found.start()), rule, sure)


def find_cause(sentence: Sentence, language: str) -> Found | None:
    """Return the reason that a sentence gives, asked at its end."""
    text = sentence.text
    if not stands_alone(sentence, language, 10, 36) or _NEGATED.match(text) or _the_thing(text, language):
        return None
    found = CAUSE[language].search(text)
    if not found:
        return None
    effect, why = text[: found.end()].rstrip(), text[found.end() :].rstrip(". ")
    if (
        len(words(text[: found.start()])) < 5
        or not 3 <= len(words(why)) <= 22
        or not tells(text[: found.start()], language, 3)
    ):
        return None
    return Found(f"{effect} {GAP}.", why, "cloze", sentence.line_of(found.end()), "cause", 0.7)


_THERE_ARE = re.compile(
    r"^(?:There are|Es gibt|Hay|Existen|Il y a|Il existe|On distingue|Existem|Há|Ci sono|Esistono|Si "
    r"distinguono|Er zijn|Man unterscheidet)\s"
    r"(?P<count>\w+)\s(?P<what>(?:[\w’'-]+\s){0,6}[\w’'-]+):\s(?P<list>[^;:()]+)$"
)


def find_kinds(sentence: Sentence, language: str) -> Found | None:
    """Return the kinds that "There are three kinds of X: a, b and c" names, when the count fits."""
    found = _THERE_ARE.match(sentence.text.rstrip("."))
    count = COUNTS.get(found["count"].lower()) if found else None
    if not found or not count or CODE.search(sentence.text):
        return None
    members = [member for member in AND.split(found["list"].strip()) if member]
    if (
        len(members) != count
        or any(len(member.split()) > 6 for member in members)
        or not tells(found["what"], language, 1)
    ):
        return None
    what = found["what"][0].upper() + found["what"][1:]
    front = PHRASES[language].name_all.format(what=what, count=count)
    return Found(
        front, "; ".join(members), "short_answer", sentence.line_of(found.start("list")), "list", 0.9
    )


def find_members(sentence: Sentence, language: str) -> Found | None:
    """Return the three to six parts that a sentence names of a whole, when it ends with them."""
    text = sentence.text.rstrip(".")
    if not stands_alone(sentence, language, 6):
        return None
    found = MEMBERS[language].search(text)
    if not found or found.end() < len(text) - 1 or not tells(text[: found.start()], language, 1):
        return None
    members = [member for member in AND.split(found["list"].strip()) if member]
    if not 3 <= len(members) <= 6 or any(len(member.split()) > 6 or len(member) < 3 for member in members):
        return None
    front = f"{text[: found.start('list')]}{GAP} ({len(members)})."
    return Found(
        front, found["list"].strip(), "cloze", sentence.line_of(found.start("list")), "members", 0.85
    )


def find_superlative(sentence: Sentence, language: str) -> Found | None:
    """Return what is the largest, the first, ... of something."""
    found = _SUPERLATIVE.match(sentence.text)
    if not found or not stands_alone(sentence, language, 7) or not is_term(found["term"], language):
        return None
    front = sentence.text[: found.start("term")] + GAP + "."
    return Found(front, found["term"], "cloze", sentence.line_of(found.start("term")), "superlative", 0.7)
