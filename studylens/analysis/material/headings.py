"""The title of a page: its largest or topmost heading that is no running head, address or number."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import HEADING, PROSE, Block
from studylens.analysis.material.reading.breaks import TALL
from studylens.analysis.material.reading.page import Page
from studylens.analysis.material.reading.sentences import BOILERPLATE, CODE
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.wording.lexicon import EMPTY_HEADS
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS
from studylens.judging.languages import EAST
from studylens.judging.text import content, words

MOST_CHARS, MOST_WORDS = 80, 12
"""A longer heading is a sentence."""
_TOP = 8
"""Blocks from the top among which a title stands."""
_RUNNING = re.compile(
    r"(?i)\b(?:authenticated|download(?:ed)? by|confidential|draft|page \d+|seite \d+|página \d+|all "
    r"rights|copyright|university of|universität"
    r"|department of|professor|prof\.|dr\.|lecture \d+$|chapter \d+$|kapitel \d+$|name:|date:|datum:"
    r"|fecha:|class:|klasse:)"
)
_EDGE = re.compile(r"^\s*\d{1,4}\s+|\s+\d{1,4}\s*$")
_ONLY_NUMBER = re.compile(
    r"(?i)^(?:chapter|kapitel|capítulo|chapitre|capitolo|hoofdstuk|unit|lesson|lektion|lección|lição"
    r"|lezione|les|module|section|abschnitt|teil|part"
    r"|week|lecture|vorlesung|class|klasse)?\W*(?:\d+|[ivxlc]+)?(?:\.\d+)*\W*$|^\W*[a-z]{2,4}\W?\d{2,4}\W*$"
)
_LEAD = re.compile(
    r"^(?:(?:\d{1,2}\.)*\d{1,2}[.)]?|[IVX]{1,4}\.|[A-Z][.)]|第[\d一二三四五六七八九十]+[章节節])\s+(?=\D)"
)
_CHAPTER = re.compile(
    r"(?i)(?:chapter|kapitel|capítulo|chapitre|capitolo|hoofdstuk|unit|lesson|lektion|lección|module)\s+[\divxl]+\b"
)
_MARGIN = 0.07
"""Share of the picture's height at its top and bottom where running heads and page numbers stand."""
_UPPER = 0.6
"""The same, from the top, within which a page's title stands."""


def find_title(page: Page, facts: Sequence[Found]) -> str:
    """Return the page's title, or the first term that it defines, or nothing."""
    heads = [block for block in page.blocks[: _TOP * 3] if block.kind == HEADING and _is_title(block, page)]
    heads = [block for block in heads if not _is_torn(block)] or heads
    early = [block for block in page.blocks[:_TOP] if block in heads]
    tall = sorted((block for block in heads if block.height), key=lambda block: -block.height)
    usual = _usual_height(page.blocks)
    if tall and usual and tall[0].height > TALL * usual and (_is_high(tall[0]) or not early):
        return _shown(tall[0].text)
    if early:
        # A running head names the chapter; the page's own heading follows it.
        own = [block for block in early if not _CHAPTER.match(block.text)]
        return _shown((own or early)[0].text)
    return next((_capital(fact.term) for fact in facts if fact.rule == "definition" and fact.term), "")


def _is_torn(block: Block) -> bool:
    """Say whether a heading begins in the middle: words that the photo cuts off, or those of a drawing."""
    text = _shown(block.text)
    return text[:1].islower() and " " in text


def _is_high(block: Block) -> bool:
    """Say whether a heading stands high on the page; farther below, large words label a drawing."""
    return not block.boxes or block.boxes[0][1] < _UPPER


def _usual_height(blocks: Sequence[Block]) -> float:
    heights = sorted(block.height for block in blocks if block.kind == PROSE and block.height)
    return heights[len(heights) // 2] if heights else 0.0


def _is_title(block: Block, page: Page) -> bool:
    text = _shown(block.text)
    if (
        not block.trusted
        or not 2 <= len(text) <= MOST_CHARS
        or len(text.split()) > MOST_WORDS
        or text.endswith("?")
    ):
        return False
    if (
        _RUNNING.search(text)
        or BOILERPLATE.search(text)
        or CODE.search(text)
        or " = " in text
        or _ONLY_NUMBER.match(text)
    ):
        return False
    if _ONLY_NUMBER.match(text) or EXERCISE_HEADS.match(text) or _says_nothing(text) or _runs_along(block):
        return False
    return page.language in EAST or any(len(word) > 2 for word in words(text))


def _says_nothing(text: str) -> bool:
    """Say whether a heading names no matter: "Tips", but not "Tips for reading a map"."""
    empty = EMPTY_HEADS.match(text)
    return empty is not None and not content(text[empty.end() :])


def _runs_along(block: Block) -> bool:
    """Say whether a line stands in the margin, in letters no larger than the text, and holds a number."""
    if not block.boxes or not re.search(r"\d", block.text):
        return False
    top, bottom = block.boxes[0][1], block.boxes[0][3]
    return bottom < _MARGIN or top > 1 - _MARGIN


def _shown(text: str) -> str:
    """Return a heading without its number and page number, and not all in capitals."""
    bare = _EDGE.sub("", _LEAD.sub("", text)).strip(" :：-–—•")
    letters = [c for c in bare if c.isalpha()]
    return bare.capitalize() if len(letters) > 12 and all(c.isupper() for c in letters) else bare


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
