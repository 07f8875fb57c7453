"""Labels and what they label: "term: text", with the heading in front; and questions with their answers."""

import re
from collections import Counter
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import GLOSSARY, PROSE, Block
from studylens.analysis.material.reading.sentences import (
    BOILERPLATE,
    CODE,
    ELSEWHERE,
    EMOJI,
    points_elsewhere,
    split,
)
from studylens.analysis.material.rules.acronyms import spelled
from studylens.analysis.material.rules.east import find_east_label
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.rules.heads import Heads
from studylens.analysis.material.rules.told import told_of
from studylens.analysis.material.wording.lexicon import DULL, GENERIC_LABELS
from studylens.analysis.material.wording.patterns import FINITE, SURE_VERBS
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS, IMPERATIVES
from studylens.judging.languages import EAST, POINTERS, SMALL_WORDS
from studylens.judging.text import WORD, content, stems, words

LABEL = re.compile(r"(?P<term>[^:=–—]{2,60}?)\s?(?::|\s[–—-])\s+(?P<text>\S.{2,400})$")
_SIBLING = re.compile(r"[^:]{2,60}(?::\s|\s[–—-]\s)|[^：]{2,14}：")
_NEXT_LABEL = re.compile(r"(?<=[.!;])\s+(?=[A-ZÀ-Þ][\w’' -]{1,30}\s?:\s)")
_INNER_LABEL = re.compile(r"\s[A-ZÀ-Þ][\w’'() -]{1,40}\s?:\s")
_TALKS = re.compile(
    r"(?i)\b(?:pista|escenario|duración|herramientas|tareas|laboratorio|hint|scenario|duration|tools"
    r"|lección|niveau|cycle|CM\d|CE\d|CP)\b"
)
_NO_POINTERS = frozenset("sin por y o e sein se c on lo or one if when als ci".split())  # noqa: SIM905
"""Of the words that point elsewhere, those that may begin what a label says."""
_VALUE = re.compile(
    r"(?:ca\.|approx\.|about|~|≈)?\s?\d[\d.,]*(?:[–-]\d[\d.,]*)?(?:\s?[^\W\d_%°€$£]{1,14}|\s?[%°€$£]C?)?"
    r"(?:\s[\w/²³]{1,12}){0,3}"
)
"""A measure: all that a label may say of a thing."""
_MOST_CHARS = 240
_STORY_SENTENCES = 3
_LEAST_ABOVE = 4
"""Words of a label with bullets below it: with fewer it only leads over to them ("Layers: four of them")."""
_SAMPLE = re.compile(r"(?i)(?:e\.\s?g|i\.\s?e|z\.\s?B|d\.\s?h|p\.\s?ej|por ej|p\. ex|par ex|ad es|bijv|bv)\b")


class Labels:
    """The labels of one page's blocks."""

    def __init__(self, blocks: Sequence[Block], language: str) -> None:
        """Look at `blocks` in their order."""
        self._blocks, self._language = blocks, language
        self._place = {id(block): place for place, block in enumerate(blocks)}
        self._heads = Heads(blocks, language)
        self._uppers = {id(block.parent) for block in blocks if block.parent}
        self._terms = Counter(match["term"] for b in blocks if (match := LABEL.match(b.text)))

    def find(self, block: Block) -> Found | None:
        """Return the label that a bullet or a short paragraph is, or None."""
        if block.kind == PROSE and len(block.text) > _MOST_CHARS and not self._siblings(block):
            return None
        return find_east_label(block, self._language) if self._language in EAST else self._western(block)

    def _siblings(self, block: Block) -> int:
        """Return how many of the blocks beside it are labels of the same kind."""
        beside = self._beside(block)
        small = block.text[:1].islower()
        alike = [
            other for other in beside if other.kind == block.kind and (other.text[:1].islower() or not small)
        ]
        return sum(_SIBLING.match(other.text) is not None for other in alike)

    def _beside(self, block: Block) -> list[Block]:
        """Return the blocks right before and after, of a bullet those that stand below the same one."""
        found, place = [], self._place[id(block)]
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(self._blocks) and self._inner(self._blocks[at], block):
                at += step
            if 0 <= at < len(self._blocks):
                found.append(self._blocks[at])
        return found

    @staticmethod
    def _inner(other: Block, block: Block) -> bool:
        """Say whether `other` stands deeper than `block`, below it or below one beside it."""
        return (
            other.parent is not None
            and other.parent is not block.parent
            and other.parent.parent is block.parent
        )

    def _western(self, block: Block) -> Found | None:
        found = LABEL.match(block.text)
        if not found or self._titled(found) or self._is_stray(block, found):
            return None
        term = re.sub(r"\s*\([^()]*\)$", "", found["term"].strip(' "“”„'))
        long = spelled(term, found["text"], self._language)
        if long:
            front = PHRASES[self._language].acronym.format(term=term)
            return Found(front, long, "definition", block.n, "acronym", 0.95, term, long)
        said = told_of(term, split(found["text"], self._language)[0])
        text = said or self._text_of(found["text"])
        return self._labelled(block, found, term, text, told=bool(said)) if text else None

    def _is_stray(self, block: Block, found: re.Match[str]) -> bool:
        """Say whether a paragraph only happens to hold a colon: it is short, and no other label is near."""
        alone = block.kind == PROSE and GLOSSARY.match(block.text) is None and self._siblings(block) == 0
        return alone and len(words(found["text"])) < 5

    def _labelled(
        self, block: Block, found: re.Match[str], term: str, text: str, *, told: bool
    ) -> Found | None:
        siblings = self._siblings(block)
        if id(block) in self._uppers and len(words(text)) < _LEAST_ABOVE:
            return None
        if self._repeats(term, text) or not self._is_label(term, siblings):
            return None
        if not self._is_text(term, text, siblings) or (not told and self._tells_story(block)):
            return None
        head = self.head_of(block, term)
        generic = set(words(term)) <= GENERIC_LABELS | SMALL_WORDS[self._language]
        if not head and (self._needs_head(block, found, text, told=told) or generic):
            return None
        phrases = PHRASES[self._language]
        asked = phrases.ask.format(what=f"{head} – {term}")
        front = asked if head and not told else phrases.meaning.format(term=term)
        n = block.n if len(block.spans) == 1 else block.line_at(found.start("text"))
        sure = 0.85 if told else 0.75 if head else 0.7
        named = "" if generic else term
        return Found(front, text, "definition", n, "label", sure, named, text, f"label:{block.head}")

    def _needs_head(self, block: Block, found: re.Match[str], text: str, *, told: bool) -> bool:
        """Say whether a label says nothing without the heading that it stands below."""
        bare = re.sub(r"\([^()]*\)", "", text)
        short = len(words(bare)) < 3 or len(content(bare, self._language)) < 2 or "+" in found["term"]
        listed = block.kind == PROSE and GLOSSARY.match(block.text) is not None
        clause = not told and not listed and self._is_clause(text)
        verb = SURE_VERBS[self._language].match(text) if self._language in SURE_VERBS else None
        unclear = _VALUE.fullmatch(text) or verb or self._terms[found["term"]] > 1
        return bool(short or clause or unclear) or self._heads.led(block) or self._heads.asked(block)

    def _titled(self, found: re.Match[str]) -> bool:
        """Say whether this is an author and a title ("Platon - La République"), no term and meaning."""
        dashed = ":" not in found[0][: found.start("text")]
        return dashed and self._language in {"fr", "es", "it", "pt"} and found["text"][:1].isupper()

    def _text_of(self, text: str) -> str:
        """Return what a label says, without a label that follows, of its first sentence when it is long."""
        first = _NEXT_LABEL.split(text.strip())[0]
        if first.rstrip().endswith((":", "?")) or _INNER_LABEL.search(first):
            return ""
        if len(first) > 200:
            first = split(first, self._language)[0]
        return first.rstrip(" .;,") if len(first) <= _MOST_CHARS else ""

    def _is_label(self, term: str, siblings: int) -> bool:
        if EXERCISE_HEADS.match(term) or EMOJI.search(term) or _TALKS.search(term) or len(term.split()) > 5:
            return False
        generic = set(words(term)) <= GENERIC_LABELS
        if not generic and not is_term(term, self._language, 5):
            return False
        if not words(term) or (words(term)[0] in IMPERATIVES and self._language != "de"):
            return False
        return (
            not re.search(r"\d{2,}", term)
            and words(term)[0] not in DULL
            and (siblings > 0 or term[:1].isupper() or generic)
        )

    def _is_text(self, term: str, text: str, siblings: int) -> bool:
        found = words(text)
        if _VALUE.fullmatch(text):
            return siblings > 0
        if not found or not self._is_plain(text) or set(words(term)) <= set(found[:4]):
            return False
        many = self._language == "en" and term.endswith("s")
        if found[0] in POINTERS.get(self._language, frozenset()) - _NO_POINTERS:
            return False
        if found[0] in IMPERATIVES and not many:
            return False
        least = (4, 2, 2 if term[:1].islower() else 1)[min(siblings, 2)]
        return len(found) >= least and len(content(text, self._language)) >= min(least, 3)

    def _is_plain(self, text: str) -> bool:
        """Say whether a text is words, of the page's own, and no title."""
        if BOILERPLATE.search(text) or EMOJI.search(text) or text[:1] in '—–-(["“«' or ELSEWHERE.search(text):
            return False
        if (
            _SAMPLE.match(text)
            or points_elsewhere(text, self._language)
            or CODE.search(text.replace("->", "").replace("→", ""))
        ):
            return False
        letters = sum(c.isalpha() or c == " " for c in text)
        return (
            letters >= 0.8 * len(text) and not self._title_case(text) and text.count("(") == text.count(")")
        )

    @staticmethod
    def _repeats(term: str, text: str) -> bool:
        """Say whether a text only says its label again."""
        told = stems(term)
        return len(told) > 1 and told <= stems(text)

    def _is_clause(self, text: str) -> bool:
        """Say whether a text is a sentence with a subject of its own, and so no meaning of a term."""
        pattern = SURE_VERBS.get(self._language)
        head = " ".join(text.split()[:7])
        begins = (
            re.match(
                r"(?i)(?:the|der|die|das|el|la|los|las|le|les|l['’]|il|lo|i|gli|o|a|os|as|de|het)\s?\w", text
            )
            or text[:1].isupper()
        )
        return bool(
            pattern
            and begins
            and pattern.search(head)
            and not re.match(r"\w+(?:\s\w+){0,2},?\s(?:that|which|who|der|die|das|que|qui|che|dat)\b", text)
        )

    def _tells_story(self, block: Block) -> bool:
        """Say whether the label of a paragraph is its heading, and several sentences tell what happened."""
        parts = split(block.text, self._language)
        verb = FINITE[self._language].search(parts[0])
        return block.kind == PROSE and len(parts) >= _STORY_SENTENCES and verb is not None

    def _title_case(self, text: str) -> bool:
        telling = [word for word in WORD.findall(text) if word.lower() not in SMALL_WORDS[self._language]]
        return (
            self._language != "de"
            and len(telling) >= 2
            and sum(w[:1].isupper() for w in telling) >= 0.7 * len(telling)
        )

    def head_of(self, block: Block, term: str = "") -> str:
        """Return the heading to put in front, or nothing where none is fit."""
        return self._heads.of(block, term)
