"""A card's text as Anki keeps it (HTML, formulas for MathJax), and Anki's HTML as plain text. Pure."""

import html
import re
from html.parser import HTMLParser

from studylens.analysis.protocol.result import SERVER
from studylens.study.packs.parts import STUDENT

LITERAL = {SERVER, "ocr", "pdf", STUDENT}
"""Origins whose dollar signs are money: such text is shown letter for letter."""
FORMULA = re.compile(r"\$\$(?P<block>[^$`]+)\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\])?)\$(?!\d)")
"""The same as on the pages (web/text/markdown.py); a test compares the two."""
BLANK = "_____"
_BLANKS = re.compile("_{3,}")
_CLOZE = re.compile(
    r"\{\{c(?P<n>\d{1,3})::(?P<answer>(?:(?!\{\{c\d|::|\}\}).)*)(?:::(?P<hint>(?:(?!\{\{c\d|\}\}).)*))?\}\}",
    re.DOTALL,
)
_MATHJAX = re.compile(
    r"\\\(((?:(?!\\\(|\\\)).)*)\\\)|\\\[((?:(?!\\\[|\\\]).)*)\\\]"
    r"|\[\$\]((?:(?!\[/?\$).)*)\[/\$\]|\[\$\$\]((?:(?!\[/?\$).)*)\[/\$\$\]",
    re.DOTALL,
)
"""Each stops where the next one begins: a hostile field of nothing but openings costs no more than a page."""
_SOUND = re.compile(r"\[sound:[^\[\]]*\]")
_LINES = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "hr", "ul", "ol", "table"}
"""Elements that begin a new line."""
_SILENT = {"script", "style", "head", "title"}
"""Elements whose text nobody sees."""


def to_html(text: str, origin: str) -> str:
    """Return a card's text as a field of Anki: escaped, lines kept, formulas in MathJax's brackets."""
    if origin.partition(":")[0] in LITERAL:
        return _escaped(text)
    parts, done = [], 0
    for found in FORMULA.finditer(text):
        parts += [_escaped(text[done : found.start()]), _formula(found)]
        done = found.end()
    return "".join(parts) + _escaped(text[done:])


def to_cloze(front: str, back: str, origin: str) -> str | None:
    """Return a sentence with its gap as Anki's cloze text; None when there is no gap in it."""
    if not _BLANKS.search(front):
        return None
    answer = _unbraced(to_html(back, origin)).replace("::", ":&#58;")
    return _BLANKS.sub(lambda _: "{{c1::" + answer + "}}", _unbraced(to_html(front, origin)))


def from_html(field: str) -> str:
    """Return a field of Anki as plain text: no markup, no scripts, formulas in dollar signs."""
    reader = _Reader()
    reader.feed(_SOUND.sub("", field))
    reader.close()
    text = _MATHJAX.sub(_dollars, "".join(reader.parts))
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def from_cloze(field: str) -> list[tuple[str, str]]:
    """Return (sentence with gaps, answer) for each gap number of a cloze field, in order; plain text."""
    numbers = sorted({int(found["n"]) for found in _CLOZE.finditer(field)})
    return [(_with_gap(field, number), _answer(field, number)) for number in numbers]


def _with_gap(field: str, number: int) -> str:
    return from_html(_CLOZE.sub(lambda found: BLANK if int(found["n"]) == number else found["answer"], field))


def _answer(field: str, number: int) -> str:
    answers = [from_html(found["answer"]) for found in _CLOZE.finditer(field) if int(found["n"]) == number]
    return ", ".join(dict.fromkeys(answers))


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _unbraced(text: str) -> str:
    return text.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def _formula(found: re.Match[str]) -> str:
    if found["block"] is not None:
        return rf"\[{html.escape(found['block'].strip(), quote=False)}\]"
    return rf"\({html.escape(found['inline'].strip(), quote=False)}\)"


def _dollars(found: re.Match[str]) -> str:
    inline, block, old_inline, old_block = found.groups()
    inside = next(part for part in (inline, block, old_inline, old_block) if part is not None)
    sign = "$$" if block is not None or old_block is not None else "$"
    return f"{sign}{' '.join(inside.split())}{sign}"


class _Reader(HTMLParser):
    """Collects what a person would see; pictures leave a word, everything else about them is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a formula, or silence."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "img":
            self.parts.append("[picture]")
        elif tag == "anki-mathjax":
            self.parts.append("\\[" if ("block", "true") in attrs else "\\(")
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "anki-mathjax":
            opened = "".join(self.parts[-2:])
            self.parts.append("\\]" if "\\[" in opened else "\\)")
        elif tag in _LINES - {"br", "hr"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep text that is seen."""
        if not self._silent:
            self.parts.append(data)
