"""What is asked of the process that makes strangers' pictures small (analysis/shrinking.py), and its answers.

A line of JSON, and the bytes that it names behind it, both ways.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

CARD, PAGE = "card", "page"
"""WebP of one or more pictures, one below the other; JPEG of one, as a kept copy of a photo is."""


@dataclass(frozen=True)
class Wanted:
    """Files that become one picture of at most `most` bytes and 800 px, each of them."""

    kind: str
    files: tuple[bytes, ...]
    most: int


@dataclass(frozen=True)
class Small:
    """A picture without metadata, and the processor time (s) that it took; width and height in px.

    `source`: px of the upright original, of the first one where there were several.
    """

    picture: bytes
    width: int
    height: int
    source: tuple[int, int] = (0, 0)
    seconds: float = 0.0


@dataclass(frozen=True)
class Refusal:
    """Why there is none: the code of an error (studylens/errors)."""

    code: str
    seconds: float = 0.0


def write_wanted(file: IO[bytes], wanted: Wanted) -> None:
    """Ask. Raises OSError when nobody reads."""
    _write(
        file, {"kind": wanted.kind, "most": wanted.most, "sizes": list(map(len, wanted.files))}, wanted.files
    )


def read_wanted(file: IO[bytes]) -> Wanted | None:
    """Return what is asked next, None at the end."""
    if not (line := file.readline()):
        return None
    head = json.loads(line)
    return Wanted(head["kind"], tuple(file.read(size) for size in head["sizes"]), head["most"])


def write_answer(file: IO[bytes], answer: Small | Refusal) -> None:
    """Answer. Raises OSError when nobody reads."""
    told = {name: value for name, value in vars(answer).items() if name != "picture"}
    picture = answer.picture if isinstance(answer, Small) else b""
    _write(file, {**told, "size": len(picture)}, [picture])


def read_answer(file: IO[bytes]) -> Small | Refusal | None:
    """Return the answer, None when whoever answers has ended."""
    try:
        told: dict[str, Any] = json.loads(file.readline())
        picture = file.read(told.pop("size"))
    except ValueError:
        return None
    return Refusal(**told) if "code" in told else Small(picture, **{**told, "source": tuple(told["source"])})


def _write(file: IO[bytes], head: dict[str, Any], parts: Sequence[bytes]) -> None:
    file.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        file.write(part)
    file.flush()
