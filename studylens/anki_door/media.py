"""Pictures that programs store, until a note names them: then they are made small and put on its card.

Sounds and videos are refused, since no card keeps them. Nothing is fetched from an address or a path that a
program names: who may use the door may not read this machine through it.
"""

import base64
import binascii
import logging
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_FTYP = b"ftyp"
_HEIF = (b"avif", b"heic", b"heix", b"mif1", b"msf1")


@dataclass(frozen=True)
class _Kept:
    data: bytes
    at: float


class Media:
    """The pictures that wait, by their names. Threads may share it."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, drawer: Callable[[], Draws] = Drawer
    ) -> None:
        self._clock, self._drawer = clock, drawer
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def store(self, params: Mapping[str, Any]) -> str:
        """Keep a file as `storeMediaFile` takes it and return its name. Raises DoorFault."""
        name = name_of(taken(params, "filename", str))
        if not params.get("data"):
            raise DoorFault("Send the file itself as “data”: nothing is fetched from an address or a path.")
        data = decoded(taken(params, "data", str))
        with self._lock:
            self._kept.pop(name, None)
            self._kept[name] = _Kept(data, self._clock())
            self._let_go()
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

    def put(self, service: Service, card: Card, sides: Mapping[str, Sequence[str]]) -> None:
        """Put pictures on a card, by the names of its sides; what fails is logged, and the card stays."""
        found = {
            side: [data for name in names[:MOST_PICTURES] if (data := self.get(name)) is not None]
            for side, names in sides.items()
        }
        with self._drawer() as drawer:
            for side, files in found.items():
                try:
                    if files:
                        small = drawer.draw(Wanted(CARD, tuple(files), SENT_BYTES))
                        service.put_picture(card, side, small.picture)
                except (StudylensError, RemoteFault) as error:
                    log.warning("A picture of card %s was left out: %s", card.number, error)

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
    is_heif = found[4:8] == _FTYP and found[8:12] in _HEIF
    if not (found.startswith(_PICTURES) or is_heif) or found[8:12] == b"WAVE":
        raise DoorFault("Studylens keeps pictures; sounds and other files have no place on its cards.")
    return found
