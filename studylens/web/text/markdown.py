"""Markdown with formulas to HTML that is safe to show, whoever wrote it.

A photo can hold any text and a model repeats it, so what comes in is data: HTML is off, formulas become
MathML of known elements only, and the rest is sanitised last.
"""

import html
import re
from collections.abc import Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from studylens.judging.formulas import dollared
from studylens.web.text.formulas import Formulas

MAX_NESTING = 20
"""Lists in lists in quotes; deeper is an attack, not an explanation."""
_FORMULA = re.compile(r"\$\$(?P<block>[^$`]+)\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\])?)\$(?!\d)")
"""As pandoc reads it, so that `$5 and $6` stays money; never across code."""
MAX_TABLE_CELLS = 2_000
"""Of all tables of a text: short rows are filled up, so a lone `|` may cost 1,000 cells."""
MAX_LINES_SEARCHED = 20_000
"""For the ends of `$$` blocks: three times what the longest text has. A `$$` in each item of a list looked
through all that follow: 64 kB took 13 s."""
MAX_HTML_CHARS = 400_000
"""What becomes longer is shown as plain text: 20,000 characters of Markdown take a tenth of it."""
_TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def render(text: str, formulas: Formulas | None = None) -> Markup:
    """Return the Markdown text as safe HTML; `formulas` are those of the page."""
    formulas = formulas or Formulas()
    env = {"formulas": formulas, "cells": MAX_TABLE_CELLS, "lines": MAX_LINES_SEARCHED}
    raw = _MARKDOWN.render(dollared(text), env)
    if len(raw) > MAX_HTML_CHARS:
        return Markup("<p>{}</p>").format(text)
    return formulas.put_back(_CLEANER.clean(raw))


def is_plain(text: str) -> bool:
    """Say whether a text surely holds no formula: nothing that could begin one."""
    return "$" not in text and "\\(" not in text and "\\[" not in text


def render_maths(text: str, formulas: Formulas | None = None) -> Markup:
    """Return plain text as safe HTML in which only the formulas are formatted."""
    formulas = formulas or Formulas()
    text = dollared(text)
    parts, done = [], 0
    for found in _FORMULA.finditer(text):
        parts += [html.escape(text[done : found.start()]), _place(found, formulas)]
        done = found.end()
    return formulas.put_back("".join(parts) + html.escape(text[done:]))


def _place(found: re.Match[str], formulas: Formulas) -> str:
    block = found["block"] is not None
    return formulas.place((found["block"] if block else found["inline"]).strip(), block=block)


def _inline_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's own signature.
    found = _FORMULA.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = _place(found, state.env["formulas"])
    state.pos = found.end()
    return True


def _block_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read `$$` alone on its line until the next such line: what stands between is no list or quote."""
    if _line(state, start) != "$$":
        return False
    last = _closing_line(state, start, end)
    if last is None:
        return False
    if not silent:
        tex = state.getLines(start + 1, last, 0, False).strip()  # noqa: FBT003 - not keyword-friendly upstream.
        state.push("formula", "", 0).content = state.env["formulas"].place(tex, block=True)
    state.line = last + 1
    return True


def _closing_line(state: StateBlock, start: int, end: int) -> int | None:
    """Return the next line that is `$$`; None without one, or when the text was looked through too often."""
    for number in range(start + 1, end):
        state.env["lines"] -= 1
        if state.env["lines"] < 0:
            return None
        if _line(state, number) == "$$":
            return number
    return None


def _table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """Read a table while there are cells left; the other tables of the text are shown as written."""
    if state.env["cells"] <= 0 or not table(state, start, end, True):  # noqa: FBT003
        return False
    if silent:
        return True
    columns, row = _line(state, start + 1).count("|") + 1, start
    while row < end and _line(state, row) and state.env["cells"] > 0:
        state.env["cells"] -= columns
        row += 1
    return state.env["cells"] > 0 and table(state, start, end, False)  # noqa: FBT003


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _render_formula(
    _renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: OptionsDict, _env: EnvType
) -> str:
    return tokens[place].content


def _lower_headings(state: Any) -> None:
    """The page's own headings are h1 and h2; a skipped level would mislead screen readers."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"


def _build() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable([
        "table",
        "strikethrough",
    ])
    # A reference is defined once and used often: 20 kB of them made 13 MB of HTML.
    markdown.disable(["image", "reference"])
    markdown.block.ruler.at("table", _table_rule, {"alt": ["paragraph", "reference"]})
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.inline.ruler.before("escape", "formula", _inline_rule)
    markdown.block.ruler.before("fence", "formula", _block_rule, {"alt": ["paragraph", "list", "blockquote"]})
    markdown.add_render_rule("formula", _render_formula)
    return markdown


_MARKDOWN = _build()
