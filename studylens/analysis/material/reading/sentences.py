"""Sentences of a block, and whether one can be understood without the page beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studylens.analysis.material.reading.blocks import BULLET, Block
from studylens.analysis.material.wording.patterns import FINITE
from studylens.judging.languages import EAST, POINTERS
from studylens.judging.text import words

_ABBREVIATION = re.compile(
    r"(?:(?<!°)\b[A-HJ-UWYZ]|\be\.g|\bi\.e|\bz\. ?[BT]|\bu\. ?a|\bd\. ?h|\b(?:Dr|Mr|Mrs|St|Prof|ca|bzw|vs"
    r"|Nr|bv|chem|cf|approx|No|vol|ej|ex|etc|resp"
    r"|jh|Jh|Chr|Art|Abs|Mio|Mrd|inkl|usw|franz|engl|lat|gr|dt|Abb|Fig|Eq|al|v|Sr|Sra|pág|núm|env|av|apr"
    r"|ecc|sec|c|b|a))\.$"
)
_CUT = re.compile(r"(?<=[.!?])[\"”’)»]?\s+(?=[\"“„«¿¡(]?[A-ZÀ-Þ0-9])")
CITATION = re.compile(
    r"\s?\((?:[A-Z][^()]{2,60},?\s)?(?:1[89]|20)\d\d[a-z]?(?:;[^()]*)?\)|\s?\[\d+(?:[,–-]\d+)*\]"
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]")
CODE = re.compile(r"[{}\\^~<>|]|\$|\w\(\)|&&|==|:=|=>|->|→|\w_\w|;$|#|\?\?\?|!!!|:::|⇒|↔")
BOILERPLATE = re.compile(
    r"(?i)public domain|image by|photo by|reproduced with|with permission|\bcredit:|©|copyright|licen[cs]"
    r"|creative commons|\bCC[ -]BY"
    r"|\bdoi\b|isbn|https?:|www\.|all rights|alle rechte|todos los derechos|tous droits|et al\.|\bvol\."
    r"|\bpp\.\s?\d|\bin press\b"
    r"|retrieved from|university press|@\w+\."
)
CREDIT = re.compile(r"(?i)\bcredit:|image by|photo by|public domain|with permission|modification of|cc by")
ELSEWHERE = re.compile(
    r"(?i)\b(?:fig(?:ure|ura)?s?\.?|abb(?:ildung)?\.?|table|tabelle|tabla|tableau|see|siehe|vedi|zie|véase"
    r"|voir|ver|capítulo|chapter|kapitel"
    r"|section|abschnitt|slide|document|above|below|oben|unten)\s(?:\d|the figure|hoofd|[A-Z]\d)|\(\)"
    r"|\(\s*[,.]|\b(?:of|in)\s\."
    r"|as (?:shown|seen|mentioned|discussed)|(?:nach|vorher)?(?:folgend|gehend)e[nrs]?\b|siguiente"
    r"|suivante?s?\b|seguinte|seguent[ei]"
    r"|volgende\b|hiernaast|hieronder|hierboven|nebenstehend\w*|ci-(?:contre|dessous|dessus)|a fianco"
    r"|accanto|al lado|abaixo|acima|following|\bon this page\b|\bwe will\b|\bin this (?:chapter|section"
    r"|module|unit|lesson"
    r"|example|article)\b|earlier\b"
    r"|\b(?:shown|listed|described|pictured) (?:above|below|here)\b|\bthe (?:image|picture|diagram|photo"
    r"|graph) (?:above|below)?"
)
_ORDINAL = re.compile(
    r"(?i)(?:der|die|das|the|el|la|le|o|a|il|de|het)\s(?:erste|zweite|dritte|vierte|letzte|first|second"
    r"|third|fourth|primer[ao]|segund[ao]"
    r"|tercer[ao]?|premi[eè]re?|deuxième|troisième|second[oa]|terz[oa]|terceir[ao]|eerste|tweede|derde"
    r"|latter|former|others?|remaining|last|same|andere[rsn]?|otr[oa]s?|autres?|outr[oa]s?|altr[oaie]"
    r"|resto?)n?\b"
)
_ADDRESSES_READER = {
    "en": r"\b(?:we|you|your|I|our|us|my|let['’]s)\b",
    "de": r"\b(?:wir|ich|du|dir|uns|unser\w*|Sie (?:k|m|s))\b",
    "es": r"(?i)\b(?:tu|tus|te|ti|tú|usted|vosotros|nosotros|vamos|\w{3,}[aei]mos|nuestr[oa]s?)\b",
    "fr": r"(?i)\b(?:vous|votre|vos|tu|tes|nous|notre|nos)\b",
    "pt": r"(?i)\b(?:tu|teu|tua|você|vocês|nós|vamos|nosso|nossa|\w{3,}[aei]mos)\b",
    "it": r"(?i)\b(?:tu|tuoi|tue|noi|abbiamo|\w{3,}[aei]amo|nostr[oaie])\b",
    "nl": r"(?i)\b(?:je|jij|jouw|u|uw|we|wij|ons|onze)\b",
}
_POINTS_BACK = {
    "en": r"\b(?:this|these|those|such)\b|\bthe (?:country|city|state|town|company|team|region)['’]s\b",
    "de": r"\b(?:diese[rsnm]?|dies)\b",
    "es": r"(?i)\b(?:est[aeo]s?|es[aeo]s?|estas)\b",
    "fr": r"\b(?:cette|ces|cet|ce|cela|celle-ci|celui-ci)\b",
    "pt": r"(?i)\b(?:est[aeo]s?|isto|isso|ess[ae]s?)\b",
    "it": r"(?i)\b(?:quest[aeio])\b",
    "nl": r"(?i)\b(?:deze|dit)\b",
}
_EARLY_PRONOUN = re.compile(r"(?i)\b(?:it|its|he|she|his|her|they|their|them)\b")
_FOR_EXAMPLE = re.compile(
    r"(?i)(?:typically|generally|usually|often|sometimes|occasionally|normalerweise|meistens|oft\b|for "
    r"(?:example|instance)|zum beispiel|por ejemplo|par exemple|por exemplo|ad esempio|per "
    r"esempio|bijvoorbeeld|in (?:contrast|addition|fact)"
    r"|on the other hand|as a result|per contro|au contraire|en revanche|sin embargo|no obstante|no "
    r"entanto)\b"
)
_FOREIGN = re.compile(r"[\u3040-\u9fff]")
MOST_CHARS = 300
"""A longer sentence is no front of a card."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and the block it stands in; `start` is its place there, `before` the sentence above it."""

    text: str
    block: Block
    start: int
    before: str = ""

    def line_of(self, place: int) -> int:
        """Return the number of the line that holds character `place` of this sentence."""
        return self.block.line_at(self.start + place)


def split(text: str, language: str) -> list[str]:
    """Return the sentences of `text`."""
    if language in EAST:
        return [part for part in re.findall(r"[^。！？．]+[。！？．]?", text) if part.strip()]
    parts, start = [], 0
    for cut in _CUT.finditer(text):
        if not _ABBREVIATION.search(text[start : cut.start()]):
            parts.append(text[start : cut.end()].strip())
            start = cut.end()
    return [part for part in [*parts, text[start:].strip()] if part]


def sentences(block: Block, language: str) -> Iterator[Sentence]:
    """Yield the sentences of a block without those about its pictures' makers; citations are taken out."""
    parts = split(block.text, language)
    credits_ = {place for place, part in enumerate(parts) if CREDIT.search(part)}
    if credits_ and (len(parts) <= 3 or len(block.text) < 220):
        return
    at = 0
    before = ""
    for place, part in enumerate(parts):
        at = max(at, block.text.find(part, at))
        caption = place in credits_ or (place + 1 in credits_ and len(part) < 120)
        bare = CITATION.sub("", part).strip()
        if not caption and not bare.endswith(("?", "？")) and not BOILERPLATE.search(bare):
            yield Sentence(bare, block, at, before)
        before = bare


def stands_alone(sentence: Sentence | str, language: str, least: int = 6, most: int = 42) -> bool:
    """Say whether a sentence of `least` to `most` words is whole and understood alone."""
    text = sentence if isinstance(sentence, str) else sentence.text
    found = words(text)
    if (
        not least <= len(found) <= most
        or len(text) > MOST_CHARS
        or re.split(r"['’]", found[0])[0] in POINTERS.get(language, ())
    ):
        return False
    if _FOR_EXAMPLE.match(text):
        return False
    if (
        not _is_whole(sentence, text, language)
        or _FOREIGN.search(text)
        or EMOJI.search(text)
        or _ORDINAL.match(text)
    ):
        return False
    if (
        BOILERPLATE.search(text)
        or ELSEWHERE.search(text)
        or CODE.search(text)
        or text.count("(") != text.count(")")
        or text.count('"') % 2
    ):
        return False
    return not points_elsewhere(text, language)


def points_elsewhere(text: str, language: str) -> bool:
    """Say whether a text speaks to its reader, or of something named before it."""
    if language == "en" and _EARLY_PRONOUN.search(" ".join(text.split()[:6])):
        return True
    patterns = (_ADDRESSES_READER.get(language), _POINTS_BACK.get(language))
    return any(re.search(pattern, text) for pattern in patterns if pattern)


def _is_whole(sentence: Sentence | str, text: str, language: str) -> bool:
    begins = text.lstrip('"“„«(')[:1].isupper() or text[:1].isdigit()
    if not begins:
        return False
    if text[-1:] in ".!":
        return True
    bullet = (
        isinstance(sentence, Sentence)
        and sentence.block.kind == BULLET
        and sentence.block.text.endswith(text)
    )
    return (
        bullet and text[-1:] not in ",;:?-" and re.search(FINITE[language], text) is not None
        if language in FINITE
        else False
    )
