"""Labels and what they label: "term: text", with the heading in front; and questions with their answers."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, GLOSSARY, HEAD_NUMBER, PROSE, Block
from studylens.analysis.material.reading.sentences import (
    BOILERPLATE,
    CODE,
    ELSEWHERE,
    EMOJI,
    points_elsewhere,
    split,
)
from studylens.analysis.material.rules.east import find_east_label
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.rules.told import told_of
from studylens.analysis.material.wording.lexicon import DULL, EMPTY_HEADS, GENERIC_LABELS
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
_VERBS = frozenset("is are ist sind es son est sont é são è sono zijn se on peut puede".split())  # noqa: SIM905
"""A heading with one of these is a sentence."""
_CAN_BE = re.compile(r"\b(?:ser|sein|être|be|essere|zijn)\s?:$")
_MOST_CHARS = 240


class Labels:
    """The labels of one page's blocks."""

    def __init__(self, blocks: Sequence[Block], language: str) -> None:
        """Look at `blocks` in their order."""
        self._blocks, self._language = blocks, language
        self._place = {id(block): place for place, block in enumerate(blocks)}

    def find(self, block: Block) -> Found | None:
        """Return the label that a bullet or a short paragraph is, or None."""
        if block.kind == PROSE and len(block.text) > _MOST_CHARS and not self._siblings(block):
            return None
        return find_east_label(block, self._language) if self._language in EAST else self._western(block)

    def _siblings(self, block: Block) -> int:
        """Return how many of the blocks beside it are labels of the same kind."""
        place = self._place[id(block)]
        beside = [self._blocks[i] for i in (place - 1, place + 1) if 0 <= i < len(self._blocks)]
        small = block.text[:1].islower()
        alike = [
            other for other in beside if other.kind == block.kind and (other.text[:1].islower() or not small)
        ]
        return sum(_SIBLING.match(other.text) is not None for other in alike)

    def _western(self, block: Block) -> Found | None:
        found = LABEL.match(block.text)
        siblings = self._siblings(block)
        if (
            (found and self._titled(found))
            or not found
            or (
                block.kind == PROSE
                and GLOSSARY.match(block.text) is None
                and siblings == 0
                and len(words(found["text"])) < 5
            )
        ):
            return None
        term = re.sub(r"\s*\([^()]*\)$", "", found["term"].strip(' "“”„'))
        said = told_of(term, split(found["text"], self._language)[0])
        text = said or self._text_of(found["text"])
        if self._repeats(term, text):
            return None
        if not text or not self._is_label(term, siblings) or not self._is_text(term, text, siblings):
            return None
        head = self.head_of(block, term)
        bare = re.sub(r"\([^()]*\)", "", text)
        if not head and (len(words(bare)) < 3 or len(content(bare, self._language)) < 2 or "+" in term):
            return None
        generic = set(words(term)) <= GENERIC_LABELS | SMALL_WORDS[self._language]
        listed = block.kind == PROSE and GLOSSARY.match(block.text) is not None
        clause = not said and not listed and self._is_clause(text)
        if not head and (self._led(block) or generic or clause):
            return None
        phrases = PHRASES[self._language]
        asked = phrases.ask.format(what=f"{head} – {term}")
        front = asked if head and not said else phrases.meaning.format(term=term)
        n = block.line_at(found.start("text"))
        named = "" if generic else term
        return Found(
            front,
            text,
            "definition",
            block.n if len(block.spans) == 1 else n,
            "label",
            0.85 if said else 0.75 if head else 0.7,
            named,
            text,
            f"label:{block.head}",
        )

    def _titled(self, found: re.Match[str]) -> bool:
        """Say whether this is an author and a title ("Platon - La République"), no term and meaning."""
        dashed = ":" not in found[0][: found.start("text")]
        return dashed and self._language in {"fr", "es", "it", "pt"} and found["text"][:1].isupper()

    def _led(self, block: Block) -> bool:
        """Say whether a clause with a colon above the list says what its labels are kinds of."""
        above = self._above(block)
        clause = above.endswith(":") and (FINITE[self._language].search(above) or _CAN_BE.search(above))
        return block.kind == BULLET and bool(clause)

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
        if BOILERPLATE.search(text) or EMOJI.search(text) or text[:1] in '—–-(["“«' or ELSEWHERE.search(text):
            return False
        if points_elsewhere(text, self._language) or CODE.search(text.replace("->", "").replace("→", "")):
            return False
        if found and found[0] in POINTERS.get(self._language, frozenset()) - _NO_POINTERS:
            return False
        if not found or found[0] in IMPERATIVES or set(words(term)) <= set(found[:4]):
            return False
        least = (4, 2, 1)[min(siblings, 2)]
        if len(found) < least or len(content(text, self._language)) < min(least, 3):
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

    def _title_case(self, text: str) -> bool:
        telling = [word for word in WORD.findall(text) if word.lower() not in SMALL_WORDS[self._language]]
        return (
            self._language != "de"
            and len(telling) >= 2
            and sum(w[:1].isupper() for w in telling) >= 0.7 * len(telling)
        )

    def head_of(self, block: Block, term: str = "") -> str:
        """Return the heading to put in front, or nothing where none is fit."""
        head = HEAD_NUMBER.sub("", self._lead(block) or block.head).strip(' "“”„')
        parts = head.split()
        if (
            not head
            or len(head) >= 50
            or len(parts) > 6
            or ":" in head
            or head.endswith("?")
            or self._above(block).endswith("?")
        ):
            return ""
        if (
            EMOJI.search(head)
            or CODE.search(head)
            or not re.search(r"[^\W\d_]{3}", head)
            or not head[:1].isupper()
        ):
            return ""
        if (
            head.count("(") != head.count(")")
            or EMPTY_HEADS.match(head)
            or EXERCISE_HEADS.match(head)
            or words(head)[0] in DULL
        ):
            return ""
        if words(head)[0] in IMPERATIVES or (
            self._language == "fr"
            and re.match(r"[A-ZÀ-Þ][\w-]+(?:er|ir|re)\s(?:le|la|les|l['’]|un|une|des)", head)
        ):
            return ""
        small = SMALL_WORDS[self._language]
        if (
            points_elsewhere(head, self._language)
            or set(words(head)) & _VERBS
            or words(head)[-1] in small
            or (bool(term) and head.lower().endswith(term.lower()))
        ):
            return ""
        return head

    def _lead(self, block: Block) -> str:
        """Return the short line with a colon above the list that a bullet is in."""
        above = self._above(block)
        lead = above.rstrip(": ")
        short = block.kind == BULLET and above.endswith(":") and len(above) < 60
        return lead if short and len(lead.split()) <= 3 and not FINITE[self._language].search(lead) else ""

    def _above(self, block: Block) -> str:
        """Return the text above the list that a bullet is in."""
        place = self._place[id(block)]
        while place > 0 and self._blocks[place].kind == BULLET:
            place -= 1
        return self._blocks[place].text
