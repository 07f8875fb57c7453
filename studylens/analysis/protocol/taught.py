"""What a guest has taught, as it reaches the analysis: one file of all sets that are asked, and the answers.

The first line is JSON; what follows are each set's features (2,560 bytes a photo) and its head, in order. A
file, since a large set has 4 MB: neither process holds it as text. Standard library only: jobs write it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from studylens.analysis.protocol import handed

FEATURE_BYTES = 2_560
"""1,280 numbers of 16 bits."""
SEEN_BY = "lite0-u8s7-1, mirrored"
"""What features come from: the network as it is made, and what it is shown. Others cannot be compared."""
LEARN, TRAIN, IDENTIFY = "learn", "train", "identify"
"""Tasks of a request."""


class Verdict(StrEnum):
    """What can be said of a picture."""

    THIS = "this"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True)
class Known:
    """A set: `photos` and `labels` (place in `classes`) of each photo, whose `features` stand in that order.

    `head` is empty before the first training; its columns are `head_classes`, of which some may be gone.
    """

    set_id: int
    classes: tuple[int, ...]
    photos: tuple[int, ...]
    labels: tuple[int, ...]
    features: bytes = b""
    head: bytes = b""
    head_classes: tuple[int, ...] = ()
    refuse_below: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What a set says of a picture: its best class, the cosine to its nearest photo, and which."""

    set_id: int
    verdict: str
    class_id: int
    closeness: float
    photo_id: int


@dataclass(frozen=True)
class Learnt:
    """A photo of a class: its features, and a small JPEG of it ("" where none is kept)."""

    features_base64: str
    jpeg_base64: str
    width: int
    height: int
    last: bool = False


@dataclass(frozen=True)
class Trained:
    """A set's head, the class that each photo would be given without itself, and the line of closeness."""

    set_id: int
    head_base64: str
    classes: Sequence[int]
    photos: Sequence[int]
    guesses: Sequence[int]
    refuse_below: float
    last: bool = False


@dataclass(frozen=True)
class Identified:
    """What sets say of a photo that was sent for that alone."""

    answers: Sequence[Answer]
    last: bool = False


@dataclass(frozen=True)
class Seen:
    """What sets say of a photo that is read anyway, told on the way."""

    answers: Sequence[Answer]


def write(path: Path, known: Iterable[Known]) -> None:
    """Write sets into a file; raises OSError. One set after another is held."""
    bodies = path.with_suffix(".bodies")
    heads = []
    try:
        with bodies.open("wb") as body:
            for item in known:
                body.write(item.features)
                body.write(item.head)
                heads.append({**asdict(item), "features": len(item.features), "head": len(item.head)})
        with path.open("wb") as whole, bodies.open("rb") as body:
            whole.write(json.dumps(heads).encode() + b"\n")
            while block := body.read(2**18):
                whole.write(block)
    finally:
        bodies.unlink(missing_ok=True)


def read(path: Path) -> Iterator[Known]:
    """Yield the sets of a file, one held at a time; raises OSError, or ValueError for a damaged file."""
    with handed.opened(path) as file:
        for item in json.loads(file.readline()):
            yield _known(item, file)


def _known(item: dict[str, object], file: IO[bytes]) -> Known:
    sizes = {name: int(str(item[name])) for name in ("features", "head")}
    blobs = {name: file.read(size) for name, size in sizes.items()}
    if any(len(blobs[name]) != size for name, size in sizes.items()):
        raise ValueError("the file of what was taught is cut off")
    lists = {name: tuple(value) for name, value in item.items() if isinstance(value, list)}
    return Known(**{**item, **lists, **blobs})  # type: ignore[arg-type]
