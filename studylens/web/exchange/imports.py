"""Bring it in: a deck of Anki, a table of cards, or an account that was exported here."""

from http import HTTPStatus
from pathlib import PurePosixPath
from typing import IO, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from studylens.budget_limits import IMPORTS
from studylens.errors import BadFile, NoFile
from studylens.language import _
from studylens.models import now
from studylens.study.exchange import csv_cards
from studylens.study.exchange.account import file as account_file
from studylens.study.exchange.account.restore import check, restore
from studylens.study.exchange.anki import reading
from studylens.study.exchange.incoming import Kept, Staged, keep_cards
from studylens.web.door.guests import posting_guest
from studylens.web.door.sizes import SMALL_BYTES, Size, takes
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch

blueprint = Blueprint("imports", __name__)
MAX_IMPORT_BYTES = 50 * 1024 * 1024
"""A file: a packed account of 1,000,000 reviews, or a deck with some pictures. It waits on disk."""
IMPORT = Size(
    lambda _config: MAX_IMPORT_BYTES + SMALL_BYTES,
    lambda most: _(
        "A file may have %(most)s MB. An account is a tenth as large when it is packed.",
        most=most // 1024**2,
    ),
)
_SHOWN = ("packs", "cards", "known", "skipped", "media", "reviews", "quizzes", "achievements")
_TABLES = (".csv", ".tsv", ".txt")
_NAME_CHARS = 100
_ZIP, _SQLITE = b"PK", b"SQLite format 3"


@blueprint.get("/import")
def show_import() -> ResponseReturnValue:
    """Show the form; touches no database."""
    return render_template("exchange/import.html", most_mb=MAX_IMPORT_BYTES // 1024**2)


@blueprint.post("/import")
@takes(IMPORT)
def take_in() -> ResponseReturnValue:
    """Keep all of a file or nothing of it. Raises NoFile, BadFile, TooLarge, Busy, QuotaReached, NoRoom."""
    found = request.files.get("file")
    if found is None or not found.filename:
        raise NoFile(_("No file arrived. Choose an Anki deck, a table or an account file."))
    with scratch.turn(), posting_guest(wiring().database) as guest_id:
        scratch.count(IMPORTS, guest_id)
        done = _take(found, guest_id)
    return redirect(url_for("imports.show_done", **done), HTTPStatus.SEE_OTHER)


@blueprint.get("/import/done")
def show_done() -> ResponseReturnValue:
    """Say what became of a file; the address carries numbers alone."""
    counts = {name: _number(request.args.get(name, "")) for name in _SHOWN}
    pack_id = request.args.get("pack", "")
    return render_template(
        "exchange/imported.html", counts=counts, pack_id=pack_id if len(pack_id) == 32 else ""
    )


def _take(found: FileStorage, guest_id: int) -> dict[str, Any]:
    file, name = found.stream, found.filename or ""
    start = file.read(64)
    file.seek(0)
    if start.startswith(_SQLITE):
        raise BadFile(
            _("This is Anki’s database itself. In Anki choose File, Export, and send the .apkg file.")
        )
    if start.startswith(_ZIP):
        return _take_deck(file, guest_id)
    if account_file.is_account(start) and not name.lower().endswith(_TABLES):
        return _take_account(file, guest_id)
    return _take_table(file, name, guest_id)


def _take_deck(file: IO[bytes], guest_id: int) -> dict[str, Any]:
    with scratch.nameless() as staged, scratch.named() as path:
        with reading.opened(file, path) as deck:
            cards = Staged(staged, deck.cards())
        return _kept(cards, guest_id, media=deck.media)


def _take_table(file: IO[bytes], name: str, guest_id: int) -> dict[str, Any]:
    title = PurePosixPath(name.replace("\\", "/")).stem[:_NAME_CHARS]
    with scratch.nameless() as staged:
        return _kept(Staged(staged, csv_cards.read_table(file, title)), guest_id)


def _kept(cards: Staged, guest_id: int, media: int = 0) -> dict[str, Any]:
    with wiring().database.writing() as session:
        kept: Kept = keep_cards(session, guest_id, cards)
    counts = {"cards": kept.cards, "known": kept.known, "skipped": kept.skipped, "media": media}
    only = {"pack": kept.pack_ids[0]} if len(kept.pack_ids) == 1 else {}
    return {"packs": len(kept.pack_ids), **{name: n for name, n in counts.items() if n}, **only}


def _take_account(file: IO[bytes], guest_id: int) -> dict[str, Any]:
    undone = check(file)  # Before the database is asked: a long file must not hold its lock.
    with wiring().database.writing() as session:
        done = restore(session, guest_id, file, undone=undone, at=now())
    return {name: value for name, value in vars(done).items() if value}


def _number(text: str) -> int:
    return int(text[:7]) if text.isascii() and text.isdigit() else 0
