"""Protobuf messages of a stranger's file, as far as decks have them: numbers and texts by their fields."""

from collections.abc import Iterator
from typing import Any

from studylens.errors import BadFile

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
"""Kinds of a field on the wire."""


def messages(data: Any) -> Iterator[tuple[int, bytes | int]]:
    """Yield the fields of a protobuf message: numbers, and texts as bytes. Raises BadFile."""
    if not isinstance(data, bytes):
        raise BadFile
    place = 0
    while place < len(data):
        key, place = _number(data, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = _number(data, place)
            yield key >> 3, value
            continue
        size = {_EIGHT: 8, _FOUR: 4}.get(kind)
        if kind == _BYTES:
            size, place = _number(data, place)
        if size is None or place + size > len(data):
            raise BadFile
        yield key >> 3, data[place : place + size]
        place += size


def _number(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place
    raise BadFile
