"""Sentences that say what a thing is or what it is called, and acronyms with their words."""

import re

from studylens.analysis.material.reading.sentences import (
    BOILERPLATE,
    CODE,
    ELSEWHERE,
    Sentence,
    points_elsewhere,
    stands_alone,
)
from studylens.analysis.material.rules.found import Found, is_term, leaks, tells, with_article
from studylens.analysis.material.wording.lexicon import JUDGING, KINDS, NO_KINDS
from studylens.analysis.material.wording.patterns import IS_A, MEANS, NAMED, NARROWED, TURNED
from studylens.analysis.material.wording.phrases import GAP, PHRASES
from studylens.judging.languages import POINTERS, SMALL_WORDS
from studylens.judging.text import words

_OPENING = re.compile(r"^(?:In\s[\w\s]{3,40},|En\s[\w\s]{3,40},|Als\s[\w\s]{3,30},|Dans\s[\w\s'’]{3,40},)\s")
_WE_CALL = re.compile(
    r"^(?:We|Astronomers|Scientists|Biologists|Chemists|Physicists|Economists|Psychologists|Sociologists) "
    r"(?:call|refer to) "
    r"(?P<text>(?:the|an?|this type of)\s.{8,140}?) (?:as )?(?:the |an? )?[\"“]?(?P<term>[a-z-]+(?: "
    r"[a-z-]+)?)[\"”]?$"
)
_SUPERLATIVE = re.compile(
    r"(?i)\b(?:most|more|más|mais|più|plus|meest|best|only|sole|einzige\w*|größte\w*|wichtigste\w*)\b"
)
_NO_POINTERS = frozenset("o a e la y en por sin lo when one if that die der das que qui che dat".split())  # noqa: SIM905
"""Of the words that point elsewhere, those that may stand among the first of a definition."""
_ASIDE = re.compile(
    r"[,;] (?:while|whereas|and (?:it|they|he|she)|but|although|während|mientras|tandis que|mentre"
    r"|enquanto|terwijl)\s"
    r"|(?<=\w), and (?:the|this)\s(?=\w+ (?:of|is|are|determines?))"
)
"""Where a definition goes over to something else."""
_CONDITION = re.compile(
    r"(?i)\b(?:if and only if|genau dann|se e só se|si y sólo si|si et seulement si|se e solo se)\b"
)
_ADVERB = re.compile(r"(?:end|ends|weise|lich|dings|falls|ma(?:ß|ss)en|wegs|ig|isch)$")
"""German words that have a capital only at the head of a sentence."""
_PRAISE = re.compile(
    r"\bcentral (?:organi[sz]ing|idea|principle|theme|part|role|feature)"
    r"|\b(?:very|muito|muy|très|molto|sehr|heel|zeer|fast immer)\b"
)
_VAGUE = re.compile(
    r"(?i)\b(?:variety of|various ways|many (?:things|ways|different)|all kinds of|viele\w* dinge|muchas "
    r"cosas)\b"
)
_LONGEST = 280
"""Characters of a definition."""


def find_definition(sentence: Sentence, language: str) -> Found | None:
    """Return what the sentence defines, or None."""
    text = sentence.text.rstrip(" .!")
    if CODE.search(text) or ELSEWHERE.search(text) or len(text) > 320 or not text[:1].isalnum():
        return None
    bare = _OPENING.sub("", text)
    return (
        _we_call(sentence, text, language)
        or _turned(sentence, text, language)
        or _means(sentence, bare, language)
        or _is_a(sentence, bare, language)
    )


def _made(sentence: Sentence, term: str, text: str, *, language: str, sure: float) -> Found:
    place = max(0, sentence.text.find(term))
    front = PHRASES[language].meaning.format(term=term)
    text = _ASIDE.split(text)[0].strip(" ;,")
    return Found(front, text, "definition", sentence.line_of(place), "definition", sure, term, text)


def _we_call(sentence: Sentence, text: str, language: str) -> Found | None:
    found = _WE_CALL.match(text) if language == "en" else None
    if not found or not is_term(found["term"], language) or not tells(found["text"], language, 2):
        return None
    return _made(sentence, found["term"], found["text"], language=language, sure=0.85)


def _turned(sentence: Sentence, text: str, language: str) -> Found | None:
    for pattern in TURNED.get(language, ()):
        found = pattern.match(text)
        if found and is_term(found["term"], language) and says_what(found["text"], language):
            return _made(sentence, found["term"], found["text"], language=language, sure=0.95)
    return None


def _means(sentence: Sentence, text: str, language: str) -> Found | None:
    found = MEANS[language].match(text)
    if not found or not is_term(found["term"], language) or not says_what(found["text"], language):
        return None
    when = "when " if language == "en" and found[0][: found.start("text")].rstrip().endswith(" when") else ""
    return _made(sentence, found["term"], when + found["text"], language=language, sure=0.9)


def _is_a(sentence: Sentence, text: str, language: str) -> Found | None:
    found = IS_A[language].match(text)
    if not found or not is_term(found["term"], language) or not says_what(found["text"], language):
        return None
    if _compound(sentence, found["term"], (found["article"] or "").strip().lower(), language):
        return None
    bare = found["text"][len(found["a"] or found["the"] or "") :]
    if not (found["a"] or found["the"]) and not _narrowed(bare, language):
        return None
    headed = _headed(sentence.block.head, found["term"])
    if not _names_a_kind(found, bare, language, headed=headed):
        return None
    return _made(sentence, found["term"], found["text"], language=language, sure=0.8)


def _compound(sentence: Sentence, term: str, article: str, language: str) -> bool:
    """Say whether "the fluid" is short for a "cerebrospinal fluid" of the sentences before."""
    if " " in term or not article:
        return False
    above = f"{sentence.before} {sentence.block.text[: sentence.start]}"
    if language != "en":
        return re.search(rf"(?i:\b{re.escape(term)})\s[A-ZÀ-Þ]\w", above) is not None
    longer = re.search(rf"(?i)\b([\w-]{{4,}})\s{re.escape(term)}\b", above) if article == "the" else None
    return longer is not None and longer[1].lower() not in SMALL_WORDS["en"]


def _narrowed(text: str, language: str) -> bool:
    """Say whether a bare noun begins the text and a relative clause narrows it."""
    found = NARROWED[language].match(text)
    if not found:
        return False
    kind = found["kind"].lower().split()
    return not set(kind) & SMALL_WORDS[language] and kind[0] not in JUDGING


def _headed(head: str, term: str) -> bool:
    """Say whether a heading is the term, or asks what it is."""
    asked, named = words(head), words(term)
    short = len(asked) <= len(named) + (5 if head.endswith("?") else 1)
    return short and asked[-len(named) :] == named


def _names_a_kind(found: re.Match[str], bare: str, language: str, *, headed: bool) -> bool:
    head = words(bare)[:3]
    if not head or any(word in JUDGING for word in head[:2]) or set(words(bare)[:5]) & NO_KINDS:
        return False
    if (
        _PRAISE.search(" ".join(words(bare)[:4]))
        or _SUPERLATIVE.search(" ".join(head))
        or not tells(bare, language, 3)
        or _VAGUE.search(bare)
    ):
        return False
    article = (found["article"] or "").strip().lower()
    if language == "de" and not article and (found["term"][:1].islower() or _ADVERB.search(found["term"])):
        return False
    if re.search(r"(?i)\b(?:him|her|it|them)sel(?:f|ves)$", found["term"]):
        return False
    return not found["the"] or headed or bool(set(head) & KINDS)


def says_what(text: str, language: str) -> bool:
    """Say whether a definiens is whole, telling, and points to nothing outside."""
    found = words(text)
    if (
        text.rstrip().endswith(":")
        or len(found) < 4
        or len(text) > _LONGEST
        or text.count("(") != text.count(")")
    ):
        return False
    if (
        _CONDITION.search(text)
        or BOILERPLATE.search(text)
        or ELSEWHERE.search(text)
        or CODE.search(text)
        or points_elsewhere(text, language)
    ):
        return False
    pointing = POINTERS.get(language, frozenset()) - _NO_POINTERS
    return not set(found[:2]) & pointing and tells(text, language, 3)


def find_named(sentence: Sentence, language: str) -> Found | None:
    """Return the name that the sentence gives a thing, as a gap; with the sentence before when that is
    needed."""
    text = sentence.text
    if CODE.search(text) or ELSEWHERE.search(text) or len(text) > 300:
        return None
    for found in NAMED[language].finditer(text):
        group = "term" if found.groupdict().get("term") else "term2"
        term = found.groupdict().get(group) or ""
        made = _gap(sentence, term, found.start(group), language) if is_term(term, language) else None
        if made:
            return made
    return None


def _gap(sentence: Sentence, term: str, start: int, language: str) -> Found | None:
    text, whole = sentence.text, term
    term = _untold(term, text[:start] + text[start + len(term) :])
    left = text[:start] + text[start + len(term) :]
    if left.count('"') % 2 or start < 12 or re.search(re.escape(term), left, re.I) or leaks(term, left):
        return None
    front = text[:start] + GAP + text[start + len(term) :]
    if not stands_alone(sentence, language, 5):
        if not _explained_before(sentence, term, language):
            return None
        front = f"{sentence.before} {front}"
    if not tells(front.replace(GAP, ""), language, 3):
        return None
    n = sentence.line_of(start)
    return Found(with_article(front, language), term, "cloze", n, "named", 0.9, whole)


def _untold(term: str, left: str) -> str:
    """Return a term without a last word that the sentence says anyway: "limiting" of "limiting factor"."""
    *first, last = term.split()
    return " ".join(first) if first and leaks(last, left) and not leaks(" ".join(first), left) else term


def _explained_before(sentence: Sentence, term: str, language: str) -> bool:
    """Say whether the sentence before tells what "this" is, and both together stand alone."""
    before, text = sentence.before, sentence.text
    first = words(text)[:1]
    if not before or not first or first[0] not in POINTERS.get(language, ()) or text[-1:] not in ".!":
        return False
    short = len(before) + len(text) < 320 and term.lower() not in before.lower() and not leaks(term, before)
    return short and stands_alone(before, language) and not re.search(r"\b(?:we|you|your)\b", text)
