"""The values with which the browser's reader is compared are those of this server's reader."""

import json
from typing import Any

from tests.reader_values import FILE, plain, unpacked


def _open(value: Any) -> Any:
    """Return the values with their packed bytes opened: zlib may squeeze them in more than one way."""
    if isinstance(value, dict):
        return {
            name: unpacked(part) if name in {"data", "levels"} else _open(part)
            for name, part in value.items()
        }
    return [_open(part) for part in value] if isinstance(value, list) else value


def _close(one: Any, other: Any) -> bool:
    """Say whether two values are alike: vendors' arithmetic may move a place by a hundredth of a pixel."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= 0.01
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    return bool(one == other)


def test_the_kept_values_are_this_servers_own() -> None:
    kept = _open(json.loads(FILE.read_text(encoding="utf-8")))
    assert _close(kept, _open(plain())), "run: python -m tests.reader_values"
