"""The blocks of a page as reading models write them: JSON with boxes, tags with boxes, HTML with boxes."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from studylens.analysis.llm.slips import escaped

Numbers = tuple[float, float, float, float]
_BOX_NAMES = ("bbox_2d", "bbox", "box")
"""Left, top, right, bottom; Qwen's, Surya's and dots.ocr's, and what others call it."""
_TEXT_NAMES = ("text_content", "text", "content", "transcription")
_PICTURES = frozenset({"image", "figure", "diagram", "picture", "blank-page"})
"""Blocks whose text, if any, describes a picture and does not stand on the page."""
_TAGGED = re.compile(
    r"<\|ref\|>([^<]{0,1000})<\|/ref\|>\s{0,9}<\|det\|>[\s\[]{0,9}([^\]<]{0,99})[^<]{0,999}<\|/det\|>"
)
"""DeepSeek-OCR's: a label, then a box, then the text until the next one."""
_FENCE = re.compile(r"^```\w*|```$")
_HTML = re.compile(
    r"</?(?:div|p|br|hr|table|tbody|thead|tr|td|th|h[1-6]|ul|ol|li|math|chem|sup|sub|b|i|u|strong|em|span|img|pre"
    r"|code|section|caption)(?=[\s/>])[^>]*>",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BREAKING = frozenset((
    "br",
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "ul",
    "ol",
    "pre",
    "caption",
    "hr",
))
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


@dataclass(frozen=True)
class Block:
    """A part of the page: its text, of one or several lines, and its box in the model's own scale."""

    text: str
    box: Numbers | None = None


def json_blocks(text: str) -> tuple[Block, ...] | None:
    """Return the blocks of a JSON answer, fenced or not, cut off or not; None when it is not JSON."""
    bare = _FENCE.sub("", text.strip()).strip()
    if not bare.startswith(("[", "{")):
        return None
    for candidate in (bare, escaped(bare)):
        with suppress(ValueError, RecursionError):
            return tuple(_json_items(_listed(json.loads(candidate))))
    return tuple(_json_items(_whole_objects(bare))) or None


def _listed(found: Any) -> Any:
    """Return the list of an answer that wraps it into an object."""
    if isinstance(found, Mapping):
        return next((value for value in found.values() if isinstance(value, list)), [found])
    return found


def _whole_objects(text: str) -> list[Any]:
    """Return the whole objects of a list that was cut off."""
    found = []
    for piece in re.findall(r"\{[^{}]*\}", text):
        with suppress(ValueError, RecursionError):
            found.append(json.loads(escaped(piece)))
    return found


def _json_items(items: Any) -> Iterator[Block]:
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, Mapping):
            continue
        text = next((item[name] for name in _TEXT_NAMES if isinstance(item.get(name), str)), "")
        label = str(item.get("category") or item.get("label") or "").lower()
        if text.strip() and label not in _PICTURES:
            yield Block(
                _without_html(text), _numbers(next((item[name] for name in _BOX_NAMES if name in item), None))
            )


def tagged_blocks(text: str) -> tuple[Block, ...] | None:
    """Return the blocks of an answer with `<|ref|>` and `<|det|>` tags; None when it has no such tag."""
    found = list(_TAGGED.finditer(text))
    ends = [match.start() for match in found[1:]]
    blocks = []
    for match, end in zip(found, [*ends, len(text)], strict=False):
        if match[1].strip().lower() not in _PICTURES:
            body = text[match.end() : end].strip() or match[1].strip()
            blocks.append(Block(_without_html(body), _numbers(match[2])))
    return tuple(blocks) if found else None


def _without_html(text: str) -> str:
    """Return a block's text; tables stand as HTML in some models' Markdown."""
    inner = html_blocks(text)
    return text if inner is None else "\n".join(block.text for block in inner)


def html_blocks(text: str) -> tuple[Block, ...] | None:
    """Return the blocks of an HTML answer; None when there is no tag in it."""
    if not _HTML.search(text):
        return None
    reader = _Reader()
    with suppress(AssertionError, ValueError):  # html.parser's words for markup that it gives up on.
        reader.feed(text)
        reader.close()
    return tuple(block for block in reader.blocks() if block.text)


class _Reader(HTMLParser):
    """Collects text line by line; an element with `data-bbox` begins a block of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[tuple[list[str], Numbers | None]] = [([], None)]
        self._skipped = False
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "data-bbox" in told:
            self._parts.append(([], _numbers(told["data-bbox"])))
            self._skipped = str(told.get("data-label") or "").lower() in _PICTURES
        self._mark(tag)
        self._script = tag if tag in {"sup", "sub"} else self._script

    def handle_endtag(self, tag: str) -> None:
        self._script = "" if tag == self._script else self._script
        self._mark(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._parts[-1][0].append(_small(data, self._script) if self._script else data)

    def _mark(self, tag: str) -> None:
        if self._skipped:
            return
        if tag in _BREAKING:
            self._parts[-1][0].append("\n")
        elif tag in {"td", "th"}:
            self._parts[-1][0].append(" | ")
        elif tag in {"math", "chem"}:
            self._parts[-1][0].append("$")

    def blocks(self) -> Iterator[Block]:
        for pieces, box in self._parts:
            rows = [_row(line) for line in "".join(pieces).splitlines()]
            yield Block("\n".join(filter(None, rows)), box)


def _small(data: str, script: str) -> str:
    """Return a raised or lowered text: only digits and signs have small forms that every font shows."""
    if re.fullmatch(r"[0-9+-]+", data.strip()):
        return data.strip().translate(_RAISED if script == "sup" else _LOWERED)
    return f"{'^' if script == 'sup' else '_'}{data}"


def _row(line: str) -> str:
    """Return a line without the bars of empty and outer cells."""
    return " | ".join(filter(None, (cell.strip() for cell in line.split(" | "))))


def _numbers(value: Any) -> Numbers | None:
    """Read a box from a list of four numbers, or from a text that holds four."""
    if isinstance(value, str):
        value = [float(number) for number in _NUMBER.findall(value)[:5]]
    if not isinstance(value, list) or len(value) != 4:
        return None
    if not all(isinstance(number, int | float) and abs(number) < 1e6 for number in value):
        return None
    left, top, right, bottom = map(float, value)
    return left, top, right, bottom
