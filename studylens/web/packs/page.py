"""Study packs: one pack, and its end."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.models import Flashcard, Pack, TranscriptLine, now
from studylens.storable import whole_number
from studylens.study.labels.shown import labels_of
from studylens.study.packs import trash
from studylens.study.packs.counting.figures import figures_of
from studylens.study.packs.counting.present import present_in
from studylens.study.packs.ending import erasing
from studylens.study.packs.joins.records import joined_into, undoable
from studylens.study.packs.pages import doubts_of, pages_shown
from studylens.study.packs.parts import CARDS, LINES, find_part
from studylens.study.packs.pictures import first_photos, pictures_of
from studylens.study.packs.proposals import corrected_lines
from studylens.study.packs.store import find_pack
from studylens.study.packs.subjects import tags_of
from studylens.study.reviews import cards
from studylens.study.reviews.contents import counts_of
from studylens.study.reviews.typed import MOST_TYPED_WORDS
from studylens.study.schedule.moment import moment_of
from studylens.study.terms.packs import mastered_terms
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.packs.edit_forms import gone_id
from studylens.web.packs.second_reading import pages_to_read_again
from studylens.web.text.kept import kept_texts
from studylens.web.upload.chart import draw

blueprint = Blueprint("packs", __name__)
LOW_SCORE = 0.9
"""Lines that the reader itself trusts less than this are marked: check this."""
LINES_UNFOLDED = 20
"""Lines of a photo above the fold: with the picture, two screens of a phone."""
LEAST_FOLDED = 5
"""Fewer are not worth a fold."""
LINES_AT_ONCE = 150
"""Lines that one page shows: some photos; a longer lecture is shown photo by photo."""


@blueprint.get("/packs/<pack_id>")
def show_pack(pack_id: str) -> ResponseReturnValue:
    """Show what a pack is about and how far the student is; one that was joined leads to what it is in now.

    Raises NotFound.
    """
    with wiring().database.reading() as session:
        try:
            pack = find_pack(session, guest_id(session), pack_id)
        except NotFound:
            if (joined := joined_into(session, guest_id(session), pack_id)) is None:
                raise
            return redirect(url_for("packs.show_pack", pack_id=joined))
        there = present_in(session, pack)
        pages = pages_shown(pack)
        shown: dict[str, Any] = {
            "there": there,
            "photo": there.photo,
            "doubts": doubts_of(pages),
            "taken": _just_taken(),
            "join": undoable(session, pack) if request.args.get("joined") else None,
        }
        shown["again"] = pages_to_read_again(session, pack)
        at = now()
        counts = shown["counts"] = counts_of(session, pack.id, moment_of(session, pack.guest_id, at))
        shown["mastered"] = mastered_terms(session, pack)
        shown["due"] = cards.due_now(session, pack.guest_id, at, pack_id=pack.id) if counts.total else None
        return _render(session, pack, "study", pages=pages, **shown)


@blueprint.get("/packs/<pack_id>/page")
def show_page(pack_id: str) -> ResponseReturnValue:
    """Show a pack's photos beside their text; a long lecture photo by photo.

    `page` or `line` say which photo. Raises NotFound.
    """
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        pages = pages_shown(pack)
        number = _page_number(pack)
        lines = [line for line in pack.transcript if not number or line.page == number]
        pictures = [picture for picture in pictures_of(session, pack) if not number or picture.page == number]
        shown = {"lines": lines, "pictures": pictures, "low_score": LOW_SCORE, "number": number}
        at_first = _lines_at_first(lines)
        opened = whole_number(request.args.get("line")) in {line.n for line in lines[at_first:]}
        shown |= {"at_first": at_first, "opened": opened}
        shown |= {"made": _just_made(pack), "corrected": corrected_lines(pack), "doubts": doubts_of(pages)}
        return _render(session, pack, "page", pages=pages, **shown, **_just_deleted(session, pack))


@blueprint.get("/packs/<pack_id>/more")
def show_more(pack_id: str) -> ResponseReturnValue:
    """Show what else can be done with a pack, and how it was made. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        chart = draw(pack.job.stages, pack.job.kind) if pack.job else None
        tags = tags_of(session, pack)
        shown: dict[str, Any] = {"chart": chart, "tags": tags, "figures": figures_of(session, pack)}
        shown["most_typed_words"] = MOST_TYPED_WORDS
        shown["brought"] = _brought(session, pack)
        return _render(session, pack, "more", join=undoable(session, pack), **shown)


@blueprint.app_template_global("line_url")
def line_url(pack_id: str, line: int) -> str:
    """Return where a line of the page stands."""
    pages: dict[str, str] = g.setdefault("line_urls", {})  # A page names dozens of lines of one pack.
    if pack_id not in pages:
        pages[pack_id] = url_for("packs.show_page", pack_id=pack_id)
    return f"{pages[pack_id]}?line={line}#line-{line}"


@blueprint.get("/packs/<pack_id>/delete")
def confirm_deletion(pack_id: str) -> ResponseReturnValue:
    """Ask before a pack is deleted. Raises NotFound."""
    with wiring().database.reading() as session:
        return render_template("packs/delete.html", pack=find_pack(session, guest_id(session), pack_id))


@blueprint.post("/packs/<pack_id>/delete")
def delete(pack_id: str) -> ResponseReturnValue:
    """Put a pack into the trash, or delete it for good when the form says so. Raises NotFound."""
    for_good = request.form.get("for_good") == "1"
    with wiring().database.writing() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        if for_good:
            erasing.begin(session, [pack])
        else:
            trash.throw_away(session, pack)
    if for_good:
        kept_texts.clear()
        erasing.finish_soon(wiring().database, pack_id)
    target = url_for("library.show", deleted=None if for_good else pack_id)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _brought(session: Session, pack: Pack) -> str:
    """Return as JSON the pictures that the browser brings to Anki itself: no copy is here. Empty: none."""
    pictures = [page.picture for page in labels_of(session, pack) if page.picture]
    names = ("page", "sha256", "turned")
    found = [{name: getattr(one, name) for name in names} for one in pictures if not one.kept_bytes]
    return json.dumps(found) if found else ""


def _render(session: Session, pack: Pack, tab: str, **shown: Any) -> str:
    """Render one tab of a pack; `pages` may be known already."""
    shown.setdefault("pages", pages_shown(pack))
    if "photo" not in shown:
        shown["photo"] = first_photos(session, [pack]).get(pack.id)
    return render_template(f"packs/tab_{tab}.html", pack=pack, tab=tab, **shown)


def _page_number(pack: Pack) -> int:
    """Return which page of a long lecture is shown; 0: all of them, they are not many lines."""
    if len(pack.transcript) <= LINES_AT_ONCE or pack.transcript[0].page == pack.transcript[-1].page:
        return 0
    line = whole_number(request.args.get("line"))
    there = {found.page for found in pack.transcript}
    wanted = next((found.page for found in pack.transcript if found.n == line), 0)
    wanted = wanted or whole_number(request.args.get("page"))
    return wanted if wanted in there else min(there)


def _lines_at_first(lines: Sequence[TranscriptLine]) -> int:
    """Return how many lines stand above the fold; all of them when few are left, and no table is cut."""
    at_first = LINES_UNFOLDED
    while (
        at_first < len(lines)
        and lines[at_first].table_n
        and _is_one_table(*lines[at_first - 1 : at_first + 1])
    ):
        at_first += 1
    return at_first if len(lines) - at_first >= LEAST_FOLDED else len(lines)


def _is_one_table(one: TranscriptLine, other: TranscriptLine) -> bool:
    return (one.page, one.table_n) == (other.page, other.table_n)


def _just_taken() -> str:
    """Return when all new cards were taken a moment ago, in microseconds, so that they can be given back."""
    text = request.args.get("taken", "")
    return text if text.isascii() and text.isdigit() else ""


def _just_made(pack: Pack) -> Flashcard | None:
    """Return the card that was made from a line a moment ago, so that it can be named there."""
    number = request.args.get("made", "")
    return next((card for card in pack.cards if str(card.id) == number), None)


def _just_deleted(session: Session, pack: Pack) -> dict[str, Any]:
    """Return the line or card that was deleted a moment ago, so that it can be brought back."""
    for kind in (LINES, CARDS):
        number = gone_id(kind)
        if number:
            return {"gone": find_part(session, pack, kind, number), "kind": kind}
    return {}
