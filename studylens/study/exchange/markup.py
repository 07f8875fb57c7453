"""A card's text as Anki keeps it (HTML, formulas for MathJax), and Anki's HTML as plain text. Pure."""

import html
import re

from studylens.analysis.protocol.result import SERVER
from studylens.study.exchange.html_text import KEPT_BLANK, PICTURE, SIGNS, seen_text
from studylens.study.packs.parts import STUDENT

LITERAL = {SERVER, "ocr", "pdf", STUDENT}
"""Origins whose dollar signs are money: such text is shown letter for letter."""
FORMULA = re.compile(r"\$\$(?P<block>[^$`]+)\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\])?)\$(?!\d)")
"""The same as on the pages (web/text/markdown.py); a test compares the two."""
_BLANKS = re.compile("_{3,}")
_SIGNS = re.compile(r"\[(?=/?(?:sound:|latex\]|\$|anki:))|\\[()\[\]]", re.IGNORECASE)
"""What begins something of Anki's own in a field."""
_RUNS = re.compile(r"(?<=\n) +| (?= )")
"""Blanks that HTML would join: those of a program's lines."""
_FORMULAS = re.compile(
    "|".join(f"{SIGNS[begin]}([^{SIGNS[begin]}{SIGNS[end]}]*){SIGNS[end]}" for begin, end in (
        ("\\(", "\\)"), ("\\[", "\\]"), ("[$]", "[/$]"), ("[$$]", "[/$$]"), ("[latex]", "[/latex]"),
    ))
)  # fmt: skip
_BACK = str.maketrans({mark: sign for sign, mark in SIGNS.items()})
_SOUND = re.compile(r"\[sound:[^\[\]]*\]|\[anki:tts[^\[\]]*\](?:(?!\[/?anki:tts).)*\[/anki:tts\]", re.DOTALL)
_TEX = re.compile(r"\$\$?([^$]*)\$\$?|\\\[(.*)\\\]|\\\((.*)\\\)", re.DOTALL)


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
    """Return a sentence with its gap filled, as Anki's cloze text; None when there is no gap in it."""
    if not _BLANKS.search(front):
        return None
    answer = _unbraced(to_html(back, origin)).replace("::", ":&#58;")
    return _BLANKS.sub(lambda _: "{{c1::" + answer + "}}", _unbraced(to_html(front, origin)))


def from_html(field: str) -> str:
    """Return a field of Anki as plain text: no markup, no scripts, formulas in dollar signs."""
    return _tidy(_plain(field).replace(PICTURE, "[picture]"))


def words_of(field: str) -> str:
    """The same without a trace of the field's pictures: they come along beside the words."""
    text = _plain(field)
    if PICTURE not in text:
        return _tidy(text)
    lines = ((line, line.replace(PICTURE, " ")) for line in text.splitlines())
    return _tidy("\n".join(bare for line, bare in lines if bare.strip() or PICTURE not in line))


def _plain(field: str) -> str:
    return _FORMULAS.sub(_dollars, seen_text(_SOUND.sub("", field))).translate(_BACK)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().split("\n")
    return "\n".join(line.rstrip(KEPT_BLANK) for line in tidy).replace(KEPT_BLANK, " ").strip("\n")


def _escaped(text: str) -> str:
    """Return text as HTML that Anki takes for nothing else: no `[sound:...]`, no `[latex]`, no `\\(`."""
    safe = _SIGNS.sub(_split, html.escape(text, quote=False))
    return _RUNS.sub(lambda found: "&nbsp;" * len(found[0]), safe).replace("\n", "<br>")


def _split(found: re.Match[str]) -> str:
    """Take what is no sign of Anki's apart: an entity where its own code looks, a tag where MathJax does."""
    return "&#91;" if found[0] == "[" else f"\\<span>{found[0][1]}</span>"


def _unbraced(text: str) -> str:
    return text.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def _formula(found: re.Match[str]) -> str:
    if found["block"] is not None:
        return rf"\[{html.escape(found['block'].strip(), quote=False)}\]"
    return rf"\({html.escape(found['inline'].strip(), quote=False)}\)"


def _dollars(found: re.Match[str]) -> str:
    """Return a formula in dollar signs; LaTeX may bring signs of its own."""
    inline, block, old_inline, old_block, latex = (part and part.translate(_BACK) for part in found.groups())
    inside = next(part for part in (inline, block, old_inline, old_block, latex) if part is not None)
    whole = _TEX.fullmatch(inside.strip()) if latex is not None else None
    formula = next(part for part in whole.groups() if part is not None) if whole else inside
    sign = "$$" if block is not None or old_block is not None else "$"
    plain = " ".join(formula.replace(KEPT_BLANK, " ").split())
    return f"{sign}{plain}{sign}" if plain else ""
