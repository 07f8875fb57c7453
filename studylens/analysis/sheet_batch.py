"""The templates of a request, strictly one after another, with the memory after each."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from studylens.analysis.budget import stages
from studylens.analysis.journal import Journal
from studylens.analysis.protocol.sheets import (
    ART,
    CARDS,
    DUE,
    REVISION,
    Card,
    Content,
    Picture,
    SheetMade,
    SheetsMade,
    SheetWish,
    Template,
)
from studylens.analysis.sheets import faces, fonts, render, revision
from studylens.errors import OutOfMemory, StudylensError
from studylens.machine import memory
from studylens.sheet_limits import MAX_PAGES, NEED_SHEETS_MB, ROOM_SHEETS_MB, SHEET_TEXT_CHARS

NOT_SHOWN = "{cards} not on {sheet}: {what} cannot be shown in the letters that are here."
TOO_LONG = "{cards} not on {sheet}: too long even in the smallest letters."
MORE = "{sheet} has room for no more: {cards} stayed out."
NOTHING = "{sheet} stayed empty: the pack has nothing for it."
NO_PICTURE = "{sheet} shows the revision sheet: no picture of this pack is kept here."
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg"}


def make(wish: SheetWish, journal: Journal) -> SheetsMade:
    """Fill one template after another; each is told as soon as it is whole. Raises OutOfMemory."""
    of = len(wish.templates)
    memory.forget_peak()
    highest = 0.0
    for n, template in enumerate(wish.templates, 1):
        if n <= wish.done:
            continue
        if journal.free_mb() < NEED_SHEETS_MB:
            raise OutOfMemory
        journal.log(f"Processing mockup {n}/{of}: {template.id}")
        journal.tell(_made((n, of), template, wish.content))
        highest = max(highest, memory.rss_mb())
        memory.release_memory()
        journal.log(f"Memory usage after mockup {n}: {memory.rss_mb():.1f}MB")
        journal.stage("after_mockup")
    journal.log(f"Peak memory during batch of {of}: {max(highest, memory.peak_mb()):.1f}MB")
    return SheetsMade()


def _made(place: tuple[int, int], template: Template, content: Content) -> SheetMade:
    """Return a filled template; what goes wrong with one picture is said in its notes."""
    try:
        with stages.room(ROOM_SHEETS_MB):
            pages, notes = pages_of(template, content)
    except (OutOfMemory, MemoryError) as error:
        raise OutOfMemory from error
    except StudylensError as error:
        return SheetMade(*place, template.id, (), (f"{template.name}: {error.sentence}",))
    return SheetMade(*place, template.id, [_named(name, drawn) for name, drawn in pages], notes)


def pages_of(template: Template, content: Content) -> tuple[list[tuple[str, render.Drawn]], tuple[str, ...]]:
    """Return the pages of a filled template with their names, and what a student must know of them."""
    template = render.upright(template)
    notes: list[str] = []
    kind = template.content
    if kind == ART:
        if content.art:
            return [("picture", render.picture(template, Path(content.art)))], ()
        notes.append(NO_PICTURE.format(sheet=template.name))
        kind = REVISION
    showable, told = _showable(content, kind, template.name)
    notes += told
    most = MAX_PAGES if render.is_flat(template) else 1
    made = revision.faces(kind, showable, render.art_size(template), most)
    if kind != REVISION and not made.pages:
        notes.append(NOTHING.format(sheet=template.name))
    notes += _lacks(made, template, kind)
    return list(_drawn(template, made.pages)), tuple(notes)


def _drawn(template: Template, pages: Sequence[faces.Face]) -> Iterator[tuple[str, render.Drawn]]:
    for face in pages:
        yield face.name, render.page(template, face.shapes)
        memory.release_memory()  # Before the next one: two at once would need twice the memory.


def _lacks(made: faces.Faces, template: Template, kind: str) -> Iterator[str]:
    if made.left_out and made.pages:
        yield TOO_LONG.format(cards=_counted(len(made.left_out)), sheet=template.name)
    if made.more and kind != DUE:
        yield MORE.format(cards=_counted(made.more), sheet=template.name)


def _showable(content: Content, kind: str, sheet: str) -> tuple[Content, list[str]]:
    """Return what the font can show of what this template shows, and what it cannot, in words."""
    lost: set[str] = set()
    count = 0
    kept: dict[str, tuple[Card, ...]] = {}
    for name in {CARDS: ("cards",), DUE: ("due",)}.get(kind, ("terms", "cards")):
        found = []
        for card in getattr(content, name):
            clear = Card(_clean(card.front), _clean(card.back), card.plain)
            if missing := fonts.unshowable(clear.front + clear.back):
                lost, count = lost | missing, count + 1
            else:
                found.append(clear)
        kept[name] = tuple(found)
    title, summary = (_or_empty(text, lost) for text in (content.title, content.summary))
    told = (
        [NOT_SHOWN.format(cards=_counted(count), sheet=sheet, what=", ".join(sorted(lost)))] if lost else []
    )
    return replace(content, title=title, summary=summary, **kept), told  # type: ignore[arg-type]


def _or_empty(text: str, lost: set[str]) -> str:
    clear = _clean(text)
    missing = fonts.unshowable(clear)
    lost |= missing
    return "" if missing else clear


def _clean(text: str) -> str:
    return fonts.clean(text[:SHEET_TEXT_CHARS])


def _counted(count: int) -> str:
    if not count:
        return "The title is"
    return "1 card is" if count == 1 else f"{count} cards are"


def _named(name: str, drawn: render.Drawn) -> Picture:
    text = base64.b64encode(drawn.data).decode()
    return Picture(f"{name}.{_SUFFIX[drawn.media_type]}", drawn.media_type, drawn.width, drawn.height, text)
