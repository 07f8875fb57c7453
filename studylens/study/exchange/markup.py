"""A card's text as Anki keeps it (HTML, formulas for MathJax), and Anki's HTML as plain text. Pure."""

import html
import re

from studylens.analysis.protocol.result import SERVER
from studylens.study.exchange.html_text import seen_text
from studylens.study.packs.parts import STUDENT

LITERAL = {SERVER, "ocr", "pdf", STUDENT}
"""Origins whose dollar signs are money: such text is shown letter for letter."""
FORMULA = re.compile(r"\$\$(?P<block>[^$`]+)\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\])?)\$(?!\d)")
"""The same as on the pages (web/text/markdown.py); a test compares the two."""
BLANK = "_____"
LONGEST_SENTENCE = 1_000
"""Characters of a card's side (ANSWER_ITEM_CHARS); longer sentences are left out."""
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
_OPEN, _SHUT, _DONE = "\ue000", "\ue001", "\ue002"
"""Stand for the braces of a gap while its field is read: characters that no language has."""
_MARKED = re.compile(f"{_OPEN}(\\d{{1,3}}){_SHUT}([^{_OPEN}{_DONE}]*){_DONE}")


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
    return _tidy(_plain(field))


def from_cloze(field: str, longest: int = LONGEST_SENTENCE) -> list[tuple[str, str]]:
    """Return (sentence with gaps, answer) for each gap number of a cloze field, in order; plain text.

    The field is read once for all gaps. A sentence of more than `longest` characters has two empty sides: no
    card has room for it, and a field of hundreds of gaps would be written out as often.
    """
    marked = _plain(_CLOZE.sub(_mark, re.sub(f"[{_OPEN}{_SHUT}{_DONE}]", "", field)))
    answers: dict[int, dict[str, None]] = {}
    for found in _MARKED.finditer(marked):
        answers.setdefault(int(found[1]), {})[_tidy(found[2])] = None
    if len(_MARKED.sub(r"\2", marked)) > longest:
        return [("", "") for _ in answers]
    return [(_with_gap(marked, number), ", ".join(answers[number])) for number in sorted(answers)]


def _mark(found: re.Match[str]) -> str:
    return f"{_OPEN}{found['n']}{_SHUT}{found['answer']}{_DONE}"


def _with_gap(marked: str, number: int) -> str:
    return _tidy(_MARKED.sub(lambda found: BLANK if int(found[1]) == number else found[2], marked))


def _plain(field: str) -> str:
    return _MATHJAX.sub(_dollars, seen_text(_SOUND.sub("", field)))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


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
