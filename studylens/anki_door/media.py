"""Pictures that programs store, until a note names them: then they are made small and put on its card.

A note may come before its picture. Sounds and videos are refused, since no card keeps them. Nothing is
fetched from an address that a program names, nor read but in a folder that was opened for it: who may use
the door may not read this machine through it.
"""

import base64
import binascii
import logging
import threading
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylens.analysis.protocol.shrinking import CARD, Wanted
from studylens.anki_door.faults import DoorFault
from studylens.anki_door.params import taken
from studylens.anki_door.service import Card, Service
from studylens.errors import StudylensError
from studylens.remote.faults import RemoteFault
from studylens.study.cutouts.sent import SENT_BYTES
from studylens.study.exchange.anki.drawing import Drawer, Draws

log = logging.getLogger("studylens.anki_door")
MOST_BYTES = 32 * 2**20
"""Of all pictures that wait; the oldest go first."""
KEPT_SECONDS = 3_600.0
"""A note names its pictures seconds after they were stored."""
MOST_PICTURES = 4
"""On one side of a card: they become one picture, below one another."""
MOST_LACKING = 500
"""Sides of cards whose pictures have not come yet; the oldest are forgotten."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_FTYP = b"ftyp"
_HEIF = (b"avif", b"heic", b"heix", b"mif1", b"msf1")


@dataclass(frozen=True)
class _Kept:
    data: bytes
    at: float


@dataclass(frozen=True)
class _Side:
    """A side of a card, and the pictures that its note names."""

    card: Card
    side: str
    names: tuple[str, ...]


class Media:
    """The pictures that wait, by their names. Threads may share it.

    `folder`: files in it are read when a program names their paths.
    """

    def __init__(
        self,
        service: Service,
        *,
        folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        drawer: Callable[[], Draws] = Drawer,
    ) -> None:
        self._service, self._folder = service, folder
        self._clock, self._drawer = clock, drawer
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lacking: deque[_Side] = deque(maxlen=MOST_LACKING)

    def store(self, params: Mapping[str, Any]) -> str:
        """Keep a file as `storeMediaFile` takes it and return its name. Raises DoorFault."""
        name = name_of(taken(params, "filename", str))
        data = self._sent(params)
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = _Kept(data, self._clock())
            self._let_go()
            late = [side for side in self._lacking if name in side.names]
        for side in late:
            self._put([side])
        return name

    def get(self, name: str) -> bytes | None:
        """Return a picture that waits; None when there is none of this name any more."""
        with self._lock:
            self._let_go()
            found = self._kept.get(name_of(name))
            return found.data if found else None

    def as_base64(self, name: str) -> str | bool:
        """Return the same as base64; False when there is none, as AnkiConnect answers."""
        found = self.get(name)
        return base64.b64encode(found).decode() if found is not None else False

    def names(self) -> list[str]:
        """Return the names of all that wait."""
        with self._lock:
            self._let_go()
            return list(self._kept)

    def forget(self, name: str) -> None:
        """Let a picture go."""
        with self._lock:
            self._kept.pop(name_of(name), None)

    def put(self, card: Card, sides: Mapping[str, Sequence[str]]) -> None:
        """Put pictures on a card, by the names of its sides; what fails is logged, and the card stays.

        What is not here yet is put on it when it comes.
        """
        named = [_Side(card, side, tuple(names[:MOST_PICTURES])) for side, names in sides.items() if names]
        with self._lock:
            self._lacking.extend(side for side in named if not set(side.names) <= set(self._kept))
        self._put(named)

    def _put(self, sides: Sequence[_Side]) -> None:
        with self._drawer() as drawer:
            for one in sides:
                files = tuple(data for name in one.names if (data := self.get(name)) is not None)
                try:
                    if files:
                        small = drawer.draw(Wanted(CARD, files, SENT_BYTES))
                        self._service.put_picture(one.card, one.side, small.picture)
                except (StudylensError, RemoteFault) as error:
                    log.warning("A picture of card %s was left out: %s", one.card.number, error)

    def _sent(self, params: Mapping[str, Any]) -> bytes:
        if params.get("data"):
            return decoded(taken(params, "data", str))
        if self._folder is None or not params.get("path"):
            raise DoorFault("Send the file itself as “data”: nothing is fetched from an address or a path.")
        path, folder = Path(taken(params, "path", str)), self._folder.resolve()
        try:
            found = path.resolve()
            if not found.is_relative_to(folder) or not found.is_file() or found.stat().st_size > MOST_BYTES:
                raise DoorFault(f"no file of {folder} that is small enough")
            return checked(found.read_bytes())
        except (OSError, ValueError) as error:
            raise DoorFault(f"no file of {folder} that can be read") from error

    def _let_go(self) -> None:
        total = sum(len(kept.data) for kept in self._kept.values())
        for name, kept in list(self._kept.items()):
            if total <= MOST_BYTES and self._clock() - kept.at < KEPT_SECONDS:
                return
            total -= len(kept.data)
            del self._kept[name]


def name_of(text: str) -> str:
    """Return a file's name as it is kept: no folders. Raises DoorFault."""
    name = unicodedata.normalize("NFC", text).replace("\\", "/").rpartition("/")[2].strip()
    if not name or not name.isprintable() or len(name) > 200:
        raise DoorFault("“filename” is no name of a file")
    return name


def decoded(data: str) -> bytes:
    """Return the bytes of a picture. Raises DoorFault."""
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoorFault("“data” is no base64") from error
    return checked(found)


def checked(found: bytes) -> bytes:
    """Return the bytes of a picture. Raises DoorFault for any other file."""
    is_heif = found[4:8] == _FTYP and found[8:12] in _HEIF
    if not (found.startswith(_PICTURES) or is_heif) or found[8:12] == b"WAVE":
        raise DoorFault("Studylens keeps pictures; sounds and other files have no place on its cards.")
    return found
