"""A pack as Markdown, for a notebook or a message: everything that its page shows, answers at the end."""

import re
from collections.abc import Iterator

from studylens.language import _
from studylens.models import Flashcard, Pack, PackTerm, QuizQuestion
from studylens.study.exchange.markup import FORMULA, LITERAL
from studylens.study.packs.pages import told_of
from studylens.study.packs.tables import Block, blocks_of

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LETTERS = "ABCDEFGHIJ"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
"""Keep Arabic or Hebrew in its own direction within a line that begins with a number or a dash."""


def pack_markdown(pack: Pack) -> str:
    """Return the pack as Markdown text."""
    return "\n".join(_lines(pack)).rstrip() + "\n"


def _lines(pack: Pack) -> Iterator[str]:
    engine = pack.text_engine
    yield from ("# " + _line(pack.title or _("Untitled page"), engine), "")
    for told in told_of(pack):
        yield from (f"## {_line(told.title, engine)}", "") if told.title else ()
        yield from (_text(told.summary, engine), "") if told.summary else ()
        if told.explanation:
            heading = ("### " if told.title else "## ") + _("Explanation")
            yield from (heading, "", told.explanation.strip(), "")
    if pack.caption:
        yield from ("## " + _("The picture"), "", _text(pack.caption, engine), "")
    yield from _section(_("Key terms"), [_term(term) for term in pack.key_terms])
    yield from _section(_("Cards"), [_card(card) for card in pack.cards])
    yield from _section(_("Quiz"), [_question(item, n) for n, item in enumerate(pack.quiz, start=1)])
    yield from _section(_("Answers"), [_answer(item, n) for n, item in enumerate(pack.quiz, start=1)])
    if pack.transcript:
        yield from ("## " + _("Text of the page"), "")
        for block in blocks_of(pack.transcript):
            yield from (*_block(block, engine), "")


def _block(block: Block, engine: str) -> Iterator[str]:
    """A table's first row stands where Markdown wants its heads: the page does not say which row they are."""
    if block.rows:
        rows = [" | ".join(_line(cell, engine) for cell in row) for row in block.rows]
        rule = " | ".join(["---"] * len(block.rows[0]))
        yield from (f"| {row} |" for row in (rows[0], rule, *rows[1:]))
    else:
        yield from (
            f"{line.n}. " + (_line(line.text, engine) or f"_({_('not readable')})_") for line in block.lines
        )


def _section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield from (f"## {title}", "", *items, "")


def _term(term: PackTerm) -> str:
    meaning = f": {_line(term.definition, term.origin)}" if term.definition else ""
    return f"- **{_line(term.term, term.origin)}**{meaning}{_source(term.source_line)}"


def _card(card: Flashcard) -> str:
    back = _line(card.back, card.origin)
    return f"- **{_line(card.front, card.origin)}**  \n  {back}{_source(card.source_line)}"


def _question(item: QuizQuestion, number: int) -> str:
    options = [
        f"    - {letter}) {_line(option, item.origin)}"
        for letter, option in zip(_LETTERS, item.options, strict=False)
    ]
    return "\n".join([f"{number}. {_line(item.question, item.origin)}", *options])


def _answer(item: QuizQuestion, number: int) -> str:
    why = f". {_line(item.explanation, item.origin)}" if item.explanation else ""
    return f"{number}. {_LETTERS[item.answer_index]}{why}{_source(item.source_line)}"


def _source(line: int | None) -> str:
    place = _("line %(n)s", n=line) if line else _("not on the page")
    return f" _({place})_"


def _line(text: str, origin: str) -> str:
    line = " ".join(_text(text, origin).split())
    return f"{_ISOLATE}{line}{_END_ISOLATE}" if _RIGHT_TO_LEFT.search(line) else line


def _text(text: str, origin: str) -> str:
    """Escape what Markdown would read as its own, but leave formulas alone."""
    if origin.partition(":")[0] in LITERAL:
        return _SPECIAL.sub(r"\\\1", text).replace("$", r"\$")
    parts, done = [], 0
    for found in FORMULA.finditer(text):
        parts += [_SPECIAL.sub(r"\\\1", text[done : found.start()]), found[0]]
        done = found.end()
    return "".join(parts) + _SPECIAL.sub(r"\\\1", text[done:])
