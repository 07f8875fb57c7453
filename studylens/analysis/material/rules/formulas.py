"""A formula and its name, where both stand on the page: a heading or a label, and an equation by it.

A reader is rarely sure of a formula. With a box the answer is that part of the photo; what was read is kept
beside it. Without a box the line was typed or read by a model, and the text is the answer.
"""

import re
from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEADING, PROSE, TABLE, Block
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.wording.lexicon import EMPTY_HEADS, GENERIC_LABELS
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.analysis.protocol.result import Box
from studylens.judging.languages import EAST
from studylens.judging.text import words

_EQUATION = re.compile(r"[^\W\d_].*[=≈≤≥→⇌].*[\w)]")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LABELLED = re.compile(r"(?P<name>[^:=$]{3,48}):\s+(?P<formula>[^:]{5,90})$")
_BROKEN = re.compile(r"\\(?:begin|end|lim)|[?？]|\.\.|_{2,}")
_MOST_CHARS = 90
_MARGIN = 0.01
"""Added around a formula's box, in shares of the picture: accents and indices reach out of it."""
_NO_NAME = re.compile(
    r"(?i)^(?:erste|zweite|first|second|allgemein|formula|formel|fórmula|formule|equation|gleichung"
    r"|example|solution|lösung)"
)


def find_formulas(blocks: Sequence[Block], language: str) -> Iterator[Found]:
    """Yield each named formula."""
    code = language or "en"
    for above, block in zip([None, *blocks], blocks, strict=False):
        labelled = (
            _LABELLED.match(block.text) if block.kind in {BULLET, PROSE} and len(block.spans) == 1 else None
        )
        if labelled and is_formula(labelled["formula"]) and _is_name(labelled["name"], code):
            yield _made(labelled["name"].strip(), labelled["formula"], block, code)
        elif above is not None and above.kind == HEADING and block.kind != TABLE and is_formula(block.text):
            name = above.text.rstrip(": ")
            if _is_name(name, code):
                yield _made(name, block.text, block, code)


def is_formula(text: str) -> bool:
    """Say whether a line is an equation: a relation with something on both sides, and next to no words."""
    bare = re.sub(r"\\\w+", "", text)
    long_words = _LONG_WORD.findall(bare)
    left = re.split(r"[=≈≤≥→⇌]", bare)[0]
    if not re.search(r"[^\W\d_]", left) or re.search(r"(?<!\d)-?\d{3,4}\b", left):
        return False
    return (
        5 <= len(text) <= _MOST_CHARS
        and not _BROKEN.search(text)
        and len(long_words) <= 1
        and _EQUATION.search(bare) is not None
    )


def _is_name(name: str, language: str) -> bool:
    plain = (
        not re.search(r"[()\[\]=\d,]", name) and _WORD.search(name) is not None and not _NO_NAME.match(name)
    )
    empty = EMPTY_HEADS.match(name) or set(words(name)) <= GENERIC_LABELS
    return plain and not empty and (language in EAST or is_term(name, language))


def _made(name: str, formula: str, block: Block, language: str) -> Found:
    front = PHRASES[language].formula.format(term=name)
    return Found(
        front,
        formula.strip(" ."),
        "short_answer",
        block.n,
        "formula",
        0.7,
        group="formula",
        box=_area(block.boxes),
    )


def _area(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (
        max(0.0, left - _MARGIN),
        max(0.0, top - _MARGIN),
        min(1.0, right + _MARGIN),
        min(1.0, bottom + _MARGIN),
    )
