"""The rows of a page: what each line of the transcript is (heading, bullet, prose, code, noise)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studylens.analysis.material.words import word_set
from studylens.analysis.protocol.result import Line
from studylens.config import MATERIAL_MIN_SCORE, MAX_TEXT_CHARS

HEADING, BULLET, PROSE, FORMULA, CODE, NOISE = "heading", "bullet", "prose", "formula", "code", "noise"

_MARKER = re.compile(r"(?:[•●▪◦‣·*+–—-]|\(?\d{1,2}[.)]|\(?[a-zA-Z]\))\s+(?=\S)")
_NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+(?=\S)")
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:page|seite|página|pág\.|p\.|s\.)\s*)?\d{1,4}(?:\s*/\s*\d+)?[-–—\s]*", re.I
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_FORM = re.compile(r"_{3,}|\.{5,}|\(\d+\s*(?:points?|marks?|punkte?|puntos?|p\.)\)|^!!", re.I)
_CODE = re.compile(
    r"(?:def|class|import|return|while|elif|public|private|static|const|let|var|void|#include|SELECT|INSERT)\b.*[\w:;)>{]$"
    r"|(?:for|if|with|try|else|except)\b.*:$|.*[{};]$|[\w.]+\([^=]*\)[;:]?$|\w+\s*[+-]?=\s*(?:\[|\{|\"|'|\w+\.\w+\().*"
    r"|\w+\.\w+\s*=.*"
)
_PROSE_END = re.compile(r"[.!?;,]$")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_MARKDOWN = re.compile(r"\*\*|__(?=\w)|(?<=\w)__|`")
_OPERATOR = re.compile(r"[=→⇌≈≤≥⇒]|->|=>")
_LETTERS = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôûãõåæœøAEIOUYÄÖÜÁÉÍÓÚ]")
LABEL = re.compile(r"(?P<label>[^:=–—|]{1,60}?)\s*(?P<mark>:(?!\d)|\s[-–—]|\s=)\s+(?P<text>\S.*)$")
"""A label and what follows it: "term: text", "term - text", "1789 - event", "term = text"."""
_MATH_WORDS = word_set("sin cos tan log ln exp max min sqrt lim heat light energy mol")
_LONGEST_WORD = 34
"""Letters; a longer "word" is several that the reader ran together (German compounds stay below)."""


@dataclass(frozen=True)
class Row:
    """One line: its number, text without marker and marks, what it is, and whether the reader was sure."""

    n: int
    text: str
    kind: str
    trusted: bool = True


def read_rows(lines: Sequence[Line]) -> list[Row]:
    """Return a row for each line that is not empty, of the first MAX_TEXT_CHARS characters."""
    rows: list[Row] = []
    room = MAX_TEXT_CHARS
    letter_o = sum(line.text.lstrip().startswith("o ") for line in lines) >= 2
    for line in lines:
        text, room = line.text[: max(0, room)], room - len(line.text)
        if text.strip():
            rows.append(_row(line, text, rows[-1] if rows else None, letter_o=letter_o))
    return find_headings(rows)


def _row(line: Line, raw: str, before: Row | None, *, letter_o: bool) -> Row:
    text = clean(raw)
    trusted = (line.score is None or line.score >= MATERIAL_MIN_SCORE) and not _run_together(text)
    marker = _MARKER.match(text) or (letter_o and re.match(r"o\s+", text)) or None
    bare = text[marker.end() :] if marker else text
    kind = _kind(bare, indented=raw[:2].isspace(), after_code=before is not None and before.kind == CODE)
    if kind != PROSE:
        return Row(line.n, text, kind, trusted)
    if raw.lstrip().startswith("#") or _NUMBERED_HEADING.match(text):
        return Row(line.n, _NUMBERED_HEADING.sub("", text.lstrip("# "), count=1), HEADING, trusted)
    if marker and before is None and marker[0][0].isdigit():
        # A number before the first line of a page counts a chapter, not the members of a list.
        return Row(line.n, bare, PROSE, trusted)
    return Row(line.n, bare, BULLET if marker else PROSE, trusted)


def clean(raw: str) -> str:
    """Return `raw` in composed form, without tags, marks of Markdown, invisible characters, double spaces."""
    text = _MARKDOWN.sub("", _TAG.sub(" ", unicodedata.normalize("NFC", raw)))
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    return " ".join(text.lstrip(" >").split())


def _kind(text: str, *, indented: bool, after_code: bool) -> str:
    if is_formula(text):
        return FORMULA
    if _CODE.fullmatch(text) or (after_code and indented):
        return CODE
    if not text or _PAGE_NUMBER.fullmatch(text) or _ADDRESS.fullmatch(text) or _FORM.search(text):
        return NOISE
    return PROSE if _readable(text) or _labelled_formula(text) else NOISE


def _readable(text: str) -> bool:
    """Whether a line looks like words: mostly letters and digits, most words with a vowel."""
    solid = [c for c in text if not c.isspace()]
    if sum(c.isalnum() for c in solid) < 0.7 * len(solid):
        return False
    words = _LETTERS.findall(text)
    if not any(_LETTERS.fullmatch(c) and ord(c) < 0x250 for c in solid):
        return any(c.isalpha() for c in solid)
    whole = [word for word in words if len(word) >= 3 and (_VOWEL.search(word) or word.isupper())]
    return len(whole) >= max(1, 0.4 * len(words)) and not any(_mixed(word) for word in words)


def _labelled_formula(text: str) -> bool:
    """Whether it is "Momentum: p = m · v", which has few letters but says something."""
    parts = LABEL.match(text)
    return parts is not None and len(parts["label"]) > 3 and is_formula(parts["text"])


def _mixed(word: str) -> bool:
    """Whether capitals stand inside of a short word ("aS"), as in letters thrown together."""
    return len(word) == 2 and word[0].islower() and word[1].isupper() and word != "pH"


def _run_together(text: str) -> bool:
    return any(len(word) > _LONGEST_WORD for word in _LETTERS.findall(text))


def is_formula(text: str) -> bool:
    """Whether `text` is an equation or a reaction: an operator, something on both sides, no long words."""
    if len(text) > 120 or not _OPERATOR.search(text):
        return False
    sides = [side for side in _OPERATOR.split(text) if side.strip()]
    words = [word for word in _LETTERS.findall(text) if len(word) > 3 and word.lower() not in _MATH_WORDS]
    chemical = all(re.search(r"[A-Z].*[A-Z]|[A-Z]$", word) for word in words)
    return len(sides) >= 2 and chemical and "()" not in text and "[]" not in text


def find_headings(rows: Sequence[Row]) -> list[Row]:
    """Return `rows` with short lines above others as headings, a run of them as bullets under the first."""
    width = line_width(rows)
    marked = list(rows)
    for i, row in enumerate(rows):
        before = marked[i - 1] if i else None
        after = rows[i + 1] if i + 1 < len(rows) else None
        if row.kind == PROSE and _heads(row, before, after, width=width):
            marked[i] = replace(row, kind=HEADING)
    for start, end in _runs(marked):
        marked[start + 1 : end] = [replace(row, kind=BULLET) for row in marked[start + 1 : end]]
    return marked


def _runs(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield where at least four short lines follow each other without a sentence between them."""
    start = 0
    for i in range(len(rows) + 1):
        if i == len(rows) or not _short(rows[i]):
            if i - start >= 4:
                yield start, i
            start = i + 1


def _short(row: Row) -> bool:
    return (
        row.kind in {HEADING, PROSE} and len(row.text.split()) <= 5 and not re.search(r"[.!?;:,=]", row.text)
    )


def line_width(rows: Sequence[Row]) -> int:
    """Return how long (characters) a full line of this page is: nine of ten are no longer."""
    lengths = sorted(len(row.text) for row in rows if row.kind != NOISE) or [1]
    return lengths[int(0.9 * (len(lengths) - 1))]


def _heads(row: Row, before: Row | None, after: Row | None, *, width: int) -> bool:
    text = row.text
    if _PROSE_END.search(text) or len(text) > 80 or len(text.split()) > 10 or text.endswith("-"):
        return False
    if not (text[0].isupper() or text[0].isdigit()) or _goes_on(after):
        return False
    if LABEL.match(text) and (before is not None or not _labels_the_page(text, after)):
        return False
    if after is not None and after.kind == FORMULA and len(text.split()) <= 5:
        return True
    if before is not None and before.kind == PROSE and not re.search(r"[.!?:]$", before.text):
        return False
    return before is None or len(text) <= 0.8 * width


def _labels_the_page(text: str, after: Row | None) -> bool:
    """Whether "Mechanics: formulas to know" is the page's title and not the first of its labels."""
    mine, next_one = LABEL.match(text), LABEL.match(after.text) if after is not None else None
    if mine is None or after is None or mine["label"].strip().isdigit():
        return False
    if next_one is None or next_one["mark"] != mine["mark"]:
        return True
    return next_one["label"].strip().isdigit() or is_formula(next_one["text"])


def _goes_on(after: Row | None) -> bool:
    """Whether the next line looks like the middle of a sentence."""
    return (
        after is not None and after.kind == PROSE and after.text[0].islower() and not LABEL.match(after.text)
    )
