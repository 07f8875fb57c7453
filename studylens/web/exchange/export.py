"""Take it with you: decks, tables, Markdown and the whole account as files."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import IO, cast

from flask import Blueprint, Response, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.budget_limits import EXPORTS
from studylens.errors import BadText, NotFound, TooManyFiles, UnsupportedType
from studylens.language import _
from studylens.limits import MAX_PHOTOS
from studylens.models import now
from studylens.study.exchange.account.writing import write_account
from studylens.study.exchange.anki.scheduling.leaving import Leaving
from studylens.study.exchange.anki.writing import Along, write_anki
from studylens.study.exchange.contents import Deck, count_cards, decks_of, freeze
from studylens.study.exchange.markdown_pack import pack_markdown
from studylens.study.exchange.tables.writing import write_csv
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.labels.shown import count_without_copy
from studylens.study.packs.store import find_pack
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import settings_of
from studylens.uploads.upload import accept
from studylens.web.door.guests import guest_id
from studylens.web.door.sizes import PHOTOS, takes
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch
from studylens.web.packs.chosen import packs_in_turn

blueprint = Blueprint("exchange", __name__)
Writer = Callable[[Session, list[Deck], IO[bytes]], object]
Finder = Callable[[Session, int], Iterable[Deck]]
_APKG, _CSV = "application/octet-stream", "text/csv; charset=utf-8"
_MARKDOWN = "text/markdown; charset=utf-8"
_JSON, _GZIP = "application/json", "application/gzip"
_PAGE = re.compile("page-[0-9]{1,4}")
_NAME_CHARS = 60
"""Of a file's name: the rest of a long title adds nothing in a folder."""


@blueprint.get("/export")
def show_export() -> ResponseReturnValue:
    """Show everything that can be taken along, and the ways back in."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        packs, cards = count_cards(session, guest)
        has_calendar = settings_of(session, guest).calendar_token_hash is not None
        alone = count_without_copy(session, guest)
    about = {"packs": packs, "cards": cards, "has_calendar": has_calendar, "alone": alone}
    return render_template("exchange/export.html", **about)


@blueprint.get("/export/cards.apkg")
def export_anki() -> ResponseReturnValue:
    """Send all cards as an Anki deck file; `schedule=1` and `questions=1` let those go along."""
    return _sent("studylens.apkg", _APKG, _anki)


@blueprint.get("/export/cards.csv")
def export_csv() -> ResponseReturnValue:
    """Send all cards as a table."""
    return _sent("studylens.csv", _CSV, write_csv)


@blueprint.get("/export/account.json")
def export_account() -> ResponseReturnValue:
    """Send the whole account as JSON."""
    return _answer(_made(_write_account), f"studylens-{now():%Y-%m-%d}.json", _JSON)


@blueprint.get("/export/account.json.gz")
def export_packed_account() -> ResponseReturnValue:
    """Send the whole account as packed JSON, a tenth as large."""
    return _answer(_made(_write_packed_account), f"studylens-{now():%Y-%m-%d}.json.gz", _GZIP)


@blueprint.get("/packs/<pack_id>/cards.apkg")
def export_pack_anki(pack_id: str) -> ResponseReturnValue:
    """Send a pack's cards as an Anki deck file, as `/export/cards.apkg` does. Raises NotFound."""
    return _sent(f"{_file_name(pack_id)}.apkg", _APKG, _anki, _of_pack(pack_id))


@blueprint.post("/packs/<pack_id>/cards.apkg")
@takes(PHOTOS)
def export_pack_with_pictures(pack_id: str) -> ResponseReturnValue:
    """Send the same with pictures (JPEG, `page-<n>`) that only the browser has; none of them is kept.

    Raises NotFound, TooManyFiles, UnsupportedType, and what `accept` raises.
    """
    try:
        write = partial(_anki, pictures=_brought())
        return _sent(f"{_file_name(pack_id)}.apkg", _APKG, write, _of_pack(pack_id))
    finally:
        request.close()  # Its files: who downloads slowly shall not hold them.


@blueprint.get("/packs/<pack_id>/cards.csv")
def export_pack_csv(pack_id: str) -> ResponseReturnValue:
    """Send a pack's cards as a table. Raises NotFound."""
    return _sent(f"{_file_name(pack_id)}.csv", _CSV, write_csv, _of_pack(pack_id))


@blueprint.post("/export/packs")
def export_chosen() -> ResponseReturnValue:
    """Send the packs that were chosen in the library, in one file. Raises NotFound, BadText."""
    form = request.form.get("form", "")
    if form == "apkg":
        return _sent("studylens-packs.apkg", _APKG, _anki, _of_chosen)
    if form == "csv":
        return _sent("studylens-packs.csv", _CSV, write_csv, _of_chosen)
    if form == "md":
        return _answer(_made(_write_chosen), "studylens-packs.md", _MARKDOWN)
    raise BadText(_("Choose in which form these packs are exported."))


@blueprint.get("/packs/<pack_id>/pack.md")
def export_markdown(pack_id: str) -> ResponseReturnValue:
    """Send a pack as Markdown. Raises NotFound."""
    with wiring().database.reading() as session:
        text = pack_markdown(find_pack(session, guest_id(session), pack_id))
    answer = make_response(text, HTTPStatus.OK, {"Content-Type": _MARKDOWN})
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(pack_id)}.md")
    return answer


def _sent(name: str, kind: str, write: Writer, find: Finder = decks_of) -> Response:
    """Send the cards of all packs, or those of `find`. Raises NotFound, also for a newcomer, who has none."""

    def write_cards(file: IO[bytes]) -> None:
        with wiring().database.reading() as session:
            guest = guest_id(session)
            if guest is None:
                raise NotFound
            write(session, list(find(session, guest)), file)

    return _answer(_made(write_cards), name, kind)


def _of_pack(pack_id: str) -> Finder:
    return lambda session, guest: decks_of(session, guest, find_pack(session, guest, pack_id))


def _of_chosen(session: Session, guest: int) -> Iterator[Deck]:
    for pack in packs_in_turn(session):
        yield from decks_of(session, guest, pack)


def _write_chosen(file: IO[bytes]) -> None:
    with wiring().database.reading() as session:
        texts = (pack_markdown(pack) for pack in packs_in_turn(session))
        file.writelines(f"{text}\n".encode() for text in texts)


def _made(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """Return a file that is written already: who downloads slowly must hold no connection.

    Raises Busy, QuotaReached; StillMoving: a file of half of what a student has would be taken for all of it.
    """
    with wiring().database.reading() as session:
        guest = guest_id(session)
        check_all_here(session, guest)
    scratch.count(EXPORTS, guest)
    with scratch.turn():
        file = scratch.nameless()
        try:
            write(file)
        except BaseException:
            file.close()
            raise
    return file


def _anki(
    session: Session, decks: list[Deck], file: IO[bytes], pictures: Mapping[int, IO[bytes]] | None = None
) -> None:
    """Write a deck file; `schedule` and `questions` in the request say what goes along."""
    at = now()
    leaving = Leaving(moment_of(session, guest_id(session), at)) if request.values.get("schedule") else None
    with scratch.named() as path:
        along = Along(pictures, leaving, questions=bool(request.values.get("questions")))
        write_anki(session, decks, file, scratch=Path(path), at=at.timestamp(), along=along)


def _brought() -> dict[int, IO[bytes]]:
    """Return the pictures of the request by their page; each is looked at, and stays in its file."""
    files = {name: file for name, file in request.files.items() if _PAGE.fullmatch(name)}
    if len(files) > MAX_PHOTOS:
        raise TooManyFiles
    for file in files.values():
        most = wiring().config.max_upload_bytes
        if accept(file.stream.read(), file.filename or "", max_bytes=most).kind != "jpeg":
            raise UnsupportedType
    return {int(name.removeprefix("page-")): file.stream for name, file in files.items()}


def _write_account(file: IO[bytes]) -> None:
    with wiring().database.reading() as session:
        freeze(session)
        write_account(session, guest_id(session), file, at=now())


def _write_packed_account(file: IO[bytes]) -> None:
    import gzip  # noqa: PLC0415 - few ask for it.

    with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        _write_account(cast("IO[bytes]", packed))


def _answer(file: IO[bytes], name: str, kind: str) -> Response:
    size = file.tell()
    file.seek(0)
    answer = send_file(file, kind, as_attachment=True, download_name=name)
    answer.content_length = size
    return answer


def _file_name(pack_id: str) -> str:
    """Return the pack's title as a file's name, in plain letters. Raises NotFound."""
    with wiring().database.reading() as session:
        title = find_pack(session, guest_id(session), pack_id).title
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:_NAME_CHARS] or "pack"
