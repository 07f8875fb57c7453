"""The pictures of a deck's cards: drawn once each, and kept in a file until they are stored.

The file outlives a kill: what was drawn before is found in it again. It is a line of JSON for each picture,
its bytes behind it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import PurePosixPath
from typing import IO

from studylens.analysis.protocol.shrinking import Small, Wanted
from studylens.budget_limits import MAX_KEPT_BYTES
from studylens.errors import BadFile, BadText, OutOfMemory, StudylensError, TooLarge, TooManyPixels
from studylens.models.cutouts import ALT_CHARS
from studylens.storable import printable
from studylens.study.exchange.anki import drawing
from studylens.study.exchange.anki.drawing import Draws
from studylens.study.exchange.anki.media import Media
from studylens.study.exchange.counted import BEYOND, BROKEN, LABELS, MISSING, PICTURES, TOO_MANY_PIXELS
from studylens.study.exchange.hidden import HiddenLabel, box_of
from studylens.study.exchange.html_pictures import Img
from studylens.study.exchange.incoming import Incoming, Row
from studylens.study.labels.boxes import parse_box

MOST_PICTURES = 1_000
"""Pictures a file: two of the largest packs' cards; each takes 20-60 ms."""
PICTURES_CPU_SECONDS = 60.0
"""Processor time for all of them: a thousand photos of a camera would take ten minutes."""
MOST_A_SIDE = 4
"""Pictures of one side, one below the other: more are no card."""
_NOT_WORDS = re.compile(
    r"\d{4}|[0-9a-f]{8}|[%=+@#]|^(?:img|image|paste|dsc|screenshot|clip|tmp|pic)\b"
    r"|[a-z]\d|\d[a-z]|(?-i:[a-z][A-Z])",
    re.IGNORECASE,
)
"""What cameras, screens and programs name their files, and sums of letters."""
_WORD = re.compile(r"[^\W\d_]{3,}")
Wish = Callable[[list[bytes]], Wanted]
"""Returns what is asked for with files."""


class Painter:
    """Gives cards their pictures, and counts what became of the pictures."""

    def __init__(self, media: Media, kept: IO[bytes], draws: Draws) -> None:
        self._media, self._kept, self._draws = media, kept, draws
        self.said = Counter[str]()
        self._known = _read_kept(kept)
        self._drawn = sum("place" in row for row in self._known.values())
        self.shown: set[str] = set()
        """Names of the files that cards show."""

    def drawn(self, card: Incoming) -> Incoming:
        """Return the card with its pictures; one that is nothing without them says so in `left`."""
        if card.label:
            return self._labelled(card, card.label)
        sides = ((False, card.front, card.asked), (True, card.back, card.told))
        rows = []
        for on_back, words, images in sides:
            row = self._side(images) if images else None
            if images and row is None and not words:
                return replace(card, left=PICTURES)
            if row is not None:
                hidden = _hidden(images)
                about = {"alt": _alt(card, images, on_back=on_back), "hidden": hidden, "alone": not words}
                # What a front covers stands behind in Anki, where nothing covers it.
                is_behind = on_back and (hidden is None or bool(card.asked))
                rows.append({**row, **about, "on_back": is_behind})
        return replace(card, pictures=tuple(rows))

    def _labelled(self, card: Incoming, label: HiddenLabel) -> Incoming:
        """Return the card with its picture and the box that it hides."""
        row = self._painted([label.image], "page", lambda files: drawing.of_page(files[0]))
        if row is None:
            return replace(card, left=PICTURES)
        box = box_of(label.shapes, *row["source"])
        if box is None:
            return replace(card, left=LABELS)
        about = {name: getattr(label, name) for name in ("set_uid", "n", "labels", "hides_all", "extra")}
        return replace(card, pictures=({**row, **about, "box": astuple(box), "name": _named(label.image)},))

    def _side(self, images: tuple[Img, ...]) -> Row | None:
        self.said[BEYOND] += max(0, len(images) - MOST_A_SIDE)
        return self._painted(list(images[:MOST_A_SIDE]), "card", drawing.of_card)

    def _painted(self, images: list[Img], kind: str, wish: Wish) -> Row | None:
        key = hashlib.sha256(json.dumps([kind, *(image.src for image in images)]).encode()).hexdigest()[:32]
        self.shown.update(name for image in images for name in image.names)
        if key not in self._known:
            self._known[key] = self._draw(key, images, wish)
        row = self._known[key]
        self.said.update(row.get("lost", {}))
        return row if "place" in row else None

    def _draw(self, key: str, images: list[Img], wish: Wish) -> Row:
        """Draw them together; where one of them cannot be read, those that can."""
        lost, whole, found = Counter[str](), list[bytes](), None
        for file in self._files(images, lost):
            if (drawn := self._try(wish([file]), lost)) is not None:
                found = drawn
                whole.append(file)
        return self._keep(key, self._try(wish(whole), lost) if len(whole) > 1 else found, lost)

    def _try(self, wanted: Wanted, lost: Counter[str]) -> Small | None:
        try:
            return self._draws.draw(wanted)
        except StudylensError as error:
            lost[_why(error)] += 1
            return None

    def _files(self, images: list[Img], lost: Counter[str]) -> list[bytes]:
        if not self._has_room():
            lost[BEYOND] += len(images)
            return []
        files = []
        for image in images:
            try:
                data = self._media.read(image.names)
            except (TooLarge, BadFile) as error:
                lost[_why(error)] += 1
                continue
            if data is None:
                lost[MISSING] += 1
            else:
                files.append(data)
        return files

    def _has_room(self) -> bool:
        used = self._kept.seek(0, 2)
        return (
            self._drawn < MOST_PICTURES
            and self._draws.seconds < PICTURES_CPU_SECONDS
            and used < MAX_KEPT_BYTES
        )

    def _keep(self, key: str, found: Small | None, lost: Counter[str]) -> Row:
        """Write the picture behind all others and return its line."""
        row: Row = {"lost": dict(lost)} if lost else {}
        size = len(found.picture) if found else 0
        if found:
            self._drawn += 1
            row |= {"width": found.width, "height": found.height, "source": found.source}
        head = json.dumps({"key": key, "size": size, **row}).encode() + b"\n"
        place = self._kept.seek(0, 2) + len(head)
        self._kept.write(head + (found.picture if found else b""))
        self._kept.flush()
        return row | ({"place": place, "size": size} if found else {})


def _read_kept(kept: IO[bytes]) -> dict[str, Row]:
    """Return what was drawn before a kill, and cut off what was being written then."""
    kept.seek(0, 2)
    end, known, place = kept.tell(), dict[str, Row](), 0
    kept.seek(0)
    while line := kept.readline():
        try:
            row = json.loads(line)
        except ValueError:
            break
        begin, size = place + len(line), row.pop("size")
        if begin + size > end:
            break
        key = row.pop("key")
        known[key] = row | ({"place": begin, "size": size} if size else {})
        place = begin + size
        kept.seek(place)
    kept.truncate(place)
    return known


def _why(error: Exception) -> str:
    return TOO_MANY_PIXELS if isinstance(error, TooManyPixels | TooLarge | OutOfMemory) else BROKEN


def _hidden(images: tuple[Img, ...]) -> list[float] | None:
    """Return the part of our own picture that its front covers, as we wrote it."""
    try:
        box = parse_box(images[0].hidden) if images[0].hidden and len(images) == 1 else None
    except BadText:
        return None
    return [box.left, box.top, box.right, box.bottom] if box else None


def _alt(card: Incoming, images: tuple[Img, ...], *, on_back: bool) -> str:
    """Return what the pictures show, as their card or their names say it; nothing that tells the answer."""
    words = ", ".join(filter(None, map(_named, images)))[:ALT_CHARS]
    other = card.front if on_back else card.back
    told = {word.casefold() for word in _WORD.findall(other)}
    tells = any(word.casefold() in told for word in _WORD.findall(words))
    return "" if tells and not on_back else printable(words)


def _named(image: Img) -> str:
    if image.alt:
        return image.alt
    stem = PurePosixPath(image.names[-1].replace("\\", "/")).stem.replace("-", " ").replace("_", " ")
    return "" if _NOT_WORDS.search(stem) or not _WORD.search(stem) else " ".join(stem.split())
