"""A set as a file, and back: packed lines of JSON, one a class or photo, so that little is in memory.

The head, the classes, each with its photos behind it, and a last line with the count: a file that was cut off
is refused whole. What comes back belongs to whoever brings it; nothing in it names anything of this database.
"""

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from studylens import teaching_limits as limits
from studylens.analysis.protocol.taught import FEATURE_BYTES, SEEN_BY
from studylens.errors import BadFile, BadText, QuotaReached, TooLarge
from studylens.language import _
from studylens.models import PhotoSet, SetClass, SetPhoto
from studylens.storable import is_sha256, is_storable
from studylens.study.budgets import sums
from studylens.study.teaching.photos import check_total
from studylens.study.teaching.store import Named, add_class, add_set

VERSION = 1
MARK = "studylens_set"
_LINE_BYTES = 200 * 1024
"""A photo's line: 3.4 kB of features and a small picture of 30 kB, both as text; four times that."""
_JPEG = b"\xff\xd8\xff"
_GZIP = b"\x1f\x8b"
MAX_SIDE_PX = 4 * limits.KEPT_PHOTO_PX


@dataclass(frozen=True)
class _Photo:
    """A photo of a file, checked."""

    name: str
    sha256: str
    features: bytes
    jpeg: bytes | None
    width: int
    height: int


def write(session: Session, photo_set: PhotoSet, file: IO[bytes]) -> None:
    """Write a set to `file`, packed; photos that have not been looked at are left out."""
    with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        lines = 0
        for line in _lines(session, photo_set):
            packed.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            lines += 1
        packed.write(json.dumps({"lines": lines}).encode() + b"\n")


def read(session: Session, guest_id: int, file: IO[bytes]) -> PhotoSet:
    """Add the set in `file` to the guest's. Raises BadFile, TooLarge, BadText or QuotaReached."""
    sums.touch_rest(session, guest_id)
    file.seek(0)
    if file.read(2) != _GZIP:
        raise BadFile(_("This is no set that was exported here."))
    file.seek(0)
    try:
        lines = _unpacked(file)
        return _take(session, guest_id, lines)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error, RecursionError) as error:
        raise BadFile from error


def _lines(session: Session, photo_set: PhotoSet) -> Iterator[dict[str, Any]]:
    about = {"name": photo_set.name, "description": photo_set.description}
    yield {MARK: VERSION, "seen_by": SEEN_BY, **about}
    for found in photo_set.classes:
        yield {"class": found.name, "description": found.description}
        ids = select(SetPhoto.id).where(SetPhoto.class_id == found.id, SetPhoto.features.is_not(None))
        for photo_id in session.scalars(ids.order_by(SetPhoto.id)).all():
            yield _photo_line(session, photo_id)


def _photo_line(session: Session, photo_id: int) -> dict[str, Any]:
    whole = (undefer(SetPhoto.features), undefer(SetPhoto.jpeg))
    photo = session.scalars(select(SetPhoto).where(SetPhoto.id == photo_id).options(*whole)).one()
    features = _text(photo.features or b"")
    line: dict[str, Any] = {"photo": photo.name, "sha256": photo.sha256, "features": features}
    if photo.jpeg:
        line |= {"jpeg": _text(photo.jpeg), "width": photo.width, "height": photo.height}
    session.expunge(photo)
    return line


def _unpacked(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the lines before the last, which must count them."""
    received, lines = 0, 0
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        while text := cast("IO[bytes]", packed).readline(_LINE_BYTES + 1):
            received += len(text)
            if len(text) > _LINE_BYTES or received > limits.MAX_FILE_BYTES:
                raise TooLarge(_("This file is longer than a set can be. Nothing of it was kept."))
            line = json.loads(text)
            if not isinstance(line, dict):
                raise BadFile
            if "lines" in line:
                if line["lines"] != lines:
                    raise BadFile
                return
            lines += 1
            yield line
    raise BadFile(_("This file was cut off. Nothing of it was kept."))


def _take(session: Session, guest_id: int, lines: Iterator[dict[str, Any]]) -> PhotoSet:
    head = next(lines, {})
    if not isinstance(head.get(MARK), int) or head[MARK] > VERSION:
        raise BadFile(_("This is no set that was exported here, or one of a newer Studylens."))
    if head.get("seen_by") != SEEN_BY:
        raise BadFile(_("This set was taught by another version, so its photos cannot be compared here."))
    photo_set = add_set(session, guest_id, _named(head, "name"))
    found: SetClass | None = None
    seen: set[str] = set()
    for line in lines:
        if "class" in line:
            found = add_class(session, photo_set, _named(line, "class"))
        elif found is None:
            raise BadFile
        else:
            _add(session, found, _photo(line), seen)
    check_total(session, guest_id, 0)
    return photo_set


def _add(session: Session, found: SetClass, photo: _Photo, seen: set[str]) -> None:
    if photo.sha256 in seen:
        raise BadText(_("A photo is twice in this file: %(name)s. Nothing of it was kept.", name=photo.name))
    seen.add(photo.sha256)
    there = session.scalar(select(func.count()).where(SetPhoto.class_id == found.id)) or 0
    if there >= limits.MAX_PHOTOS:
        told = _("“%(name)s” has more than %(most)s photos.", name=found.name, most=limits.MAX_PHOTOS)
        raise QuotaReached(told)
    row = SetPhoto(class_id=found.id, **vars(photo))
    session.add(row)
    session.flush()
    session.expunge(row)


def _photo(line: dict[str, Any]) -> _Photo:
    """Return what the line says. Raises BadFile, or ValueError, KeyError or TypeError."""
    name, sha256 = str(line["photo"])[:100], str(line["sha256"])
    features = _bytes(line["features"])
    jpeg = _bytes(line["jpeg"]) if "jpeg" in line else None
    width, height = (line["width"], line["height"]) if jpeg else (0, 0)
    whole = len(features) == FEATURE_BYTES and is_sha256(sha256) and is_storable(name)
    sized = all(isinstance(side, int) and 0 <= side <= MAX_SIDE_PX for side in (width, height))
    pictured = sized and (jpeg is None or jpeg.startswith(_JPEG))
    if not (whole and pictured):
        raise BadFile
    return _Photo(name, sha256, features, jpeg, width, height)


def _named(line: dict[str, Any], key: str) -> Named:
    name, description = str(line[key]).strip(), str(line.get("description", ""))
    fits = 0 < len(name) <= limits.MAX_NAME_CHARS and len(description) <= limits.MAX_DESCRIPTION_CHARS
    if not (fits and is_storable(name) and is_storable(description)):
        raise BadFile
    return Named(name, description)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadFile from error
