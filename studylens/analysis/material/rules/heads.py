"""The heading to put in front of what is only understood below it: also a bullet above, or a short lead."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEAD_NUMBER, HEADING, PROSE, Block
from studylens.analysis.material.reading.sentences import CODE, EMOJI, points_elsewhere
from studylens.analysis.material.wording.lexicon import DULL, EMPTY_HEADS, LIST_KINDS
from studylens.analysis.material.wording.patterns import FINITE
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS, IMPERATIVES
from studylens.judging.languages import SMALL_WORDS
from studylens.judging.text import content, words

_VERBS = frozenset("is are ist sind es son est sont é são è sono zijn se on peut puede".split())  # noqa: SIM905
"""A heading with one of these is a sentence."""
_CAN_BE = re.compile(r"\b(?:ser|sein|être|be|essere|zijn)\s?:$")
_TO_DO = re.compile(r"[A-ZÀ-Þ][\w-]+(?:er|ir|re)\s(?:le|la|les|l['’]|un|une|des)")
"""A French heading that begins with an infinitive tells what to do."""
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_CHAPTER = re.compile(
    r"(?i)(?:chapter|unit|lesson|topic|part|section|kapitel|thema|teil|lektion|capítulo|tema|unidad|lección"
    r"|chapitre|leçon|thème|unité|capitolo|lezione|unità|unidade|lição|hoofdstuk|les)\s?[\dIVX.]+\s?[:.–-]\s*"
)
"""Before the name of a chapter."""
_LABEL = re.compile(r"(?P<term>[^:=–—]{2,40}?)\s?(?::|\s[–—-])(?:\s|$)")
_LEADS_OVER = re.compile(r":\s*(?:\(|$)")
"""A heading with a colon at its end stands below the last one that has none."""
_PRAISE = re.compile(
    r"(?i)\b(?:(?:dis)?advantages?|pros|cons|benefits|drawbacks|examples?|tips?|vorteile?|nachteile?|beispiele?|tipps?"
    r"|(?:des)?ventajas|ejemplos?|(?:dés)?avantages|inconvénients|exemples?|(?:des)?vantagens|exemplos?|(?:s)?vantaggi"
    r"|esempi|voordelen|nadelen|voorbeelden)\W*$"
)
"""At the end of a heading: what stands below is praise, blame or a sample, and no meaning of a term."""
_ACRONYM = re.compile(r"[A-Z][A-Z\d]{1,5}")
_MOST_CHARS, _MOST_WORDS = 50, 6
_TELLING_WORDS = 3
"""A bullet of so many words needs no heading in front of it."""
_MOST_JOINED = 60
"""Characters of a heading and a bullet below it together."""


class Heads:
    """The headings of one page's blocks."""

    def __init__(self, blocks: Sequence[Block], language: str) -> None:
        """Look at `blocks` in their order."""
        self._blocks, self._language = blocks, language
        self._place = {id(block): place for place, block in enumerate(blocks)}
        self._over: dict[int, str] = {}
        plain, lower = "", False
        for block in blocks:
            if block.kind == HEADING:
                lower = _LEADS_OVER.search(block.text) is not None
                plain = plain if lower else block.text
            elif block.kind == PROSE:
                plain = ""
            self._over[id(block)] = plain if lower else ""

    def of(self, block: Block, term: str = "") -> str:
        """Return the heading of a block, or nothing where none is fit; `term` must not end it."""
        if self._above(block).endswith("?"):
            return ""
        outer = self._joined(self._over[id(block)], self._fit(self._lead(block) or block.head, term))
        above = self._named(block.parent) if block.parent else ""
        inner = self._fit(above, term) if above else ""
        if not above or normal(inner) == normal(outer):
            return outer
        return self._joined(outer, inner, fit=True)

    def _joined(self, outer: str, inner: str, *, fit: bool = False) -> str:
        """Return a heading with the one that it stands below in front, when it says little alone."""
        upper = outer if fit else self._fit(outer, "") if ":" not in outer else ""
        joined = f"{upper} – {inner}"
        short = len(inner.split()) < _TELLING_WORDS and len(joined) <= _MOST_JOINED
        return joined if inner and upper and short and normal(upper) != normal(inner) else inner

    def led(self, block: Block) -> bool:
        """Say whether a clause with a colon above the list says what its labels are kinds of."""
        above = self._above(block)
        clause = above.endswith(":") and (FINITE[self._language].search(above) or _CAN_BE.search(above))
        return block.kind == BULLET and bool(clause)

    def asked(self, block: Block) -> bool:
        """Say whether what stands above is a question or praise: labels below it are its answers."""
        above = self._above(block)
        return any(text.endswith("?") or _PRAISE.search(text) is not None for text in (above, block.head))

    def _named(self, parent: Block) -> str:
        """Return what a bullet with others below it names: its label, or the whole of it when it is short."""
        found = _LABEL.match(parent.text)
        text = found["term"] if found else parent.text
        short = len(text.split()) <= _MOST_WORDS and text[-1:] not in ".!?;,"
        return text if short and (found or not FINITE[self._language].search(text)) else ""

    def _fit(self, head: str, term: str) -> str:
        """Return a heading as it is put in front, or nothing when it is not fit for that."""
        bare = _ASIDE.sub("", _CHAPTER.sub("", HEAD_NUMBER.sub("", head))).strip(' "“”„:–—-')
        fits = bare and self._readable(bare) and not self._says_nothing(bare)
        return bare if fits and not (term and bare.lower().endswith(term.lower())) else ""

    @staticmethod
    def _readable(head: str) -> bool:
        """Say whether a heading is short and holds words and no signs."""
        short = len(head) < _MOST_CHARS and len(head.split()) <= _MOST_WORDS
        named = re.search(r"[^\W\d_]{3}", head) or _ACRONYM.fullmatch(head)
        plain = not EMOJI.search(head) and not CODE.search(head) and head.count("(") == head.count(")")
        return bool(short and named and plain and head[:1].isupper() and head[-1:] != "?")

    def _says_nothing(self, head: str) -> bool:
        """Say whether a heading is empty, a task, or a sentence."""
        found = words(head)
        listed = LIST_KINDS.match(head) and len(content(head, self._language)) > 1
        if EMPTY_HEADS.match(head) or EXERCISE_HEADS.match(head) or found[0] in IMPERATIVES:
            return True
        if found[0] in DULL and not listed:
            return True
        if points_elsewhere(head, self._language) or (self._language == "fr" and _TO_DO.match(head)):
            return True
        return bool(set(found) & _VERBS) or found[-1] in SMALL_WORDS[self._language]

    def _lead(self, block: Block) -> str:
        """Return the short line with a colon above the list that a bullet is in."""
        above = self._above(block)
        lead = above.rstrip(": ")
        short = block.kind == BULLET and above.endswith(":") and len(above) < _MOST_JOINED
        return lead if short and len(lead.split()) <= 3 and not FINITE[self._language].search(lead) else ""

    def _above(self, block: Block) -> str:
        """Return the text above the list that a bullet is in."""
        if block.parent:
            return block.parent.text
        place = self._place[id(block)]
        while place > 0 and self._blocks[place].kind == BULLET:
            place -= 1
        return self._blocks[place].text


def normal(text: str) -> str:
    """Return a heading's letters alone."""
    return "".join(c for c in text.lower() if c.isalnum())
