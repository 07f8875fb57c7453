"""ONNX files written by hand: the few fields of the format that a network needs, without the onnx package.

Field numbers are those of onnx.proto (ONNX 1.x); a field is its number and wire type, then its value.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64 = 1, 7
Attribute = int | float | str | Sequence[int]


@dataclass
class Graph:
    """A network in the making; `add` returns the name of what a node gives."""

    nodes: list[bytes] = field(default_factory=list)
    weights: list[bytes] = field(default_factory=list)
    count: int = 0

    def add(self, kind: str, inputs: Iterable[str], *, output: str = "", **attributes: Attribute) -> str:
        """Add a node of this kind."""
        self.count += 1
        name = output or f"v{self.count}"
        body = b"".join(_text(1, item) for item in inputs) + _text(2, name) + _text(4, kind)
        self.nodes.append(body + b"".join(_bytes(5, _attribute(*item)) for item in attributes.items()))
        return name

    def weight(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Add constant values."""
        self.count += 1
        name = f"w{self.count}"
        kind = FLOAT if values.dtype == np.float32 else INT64
        dims = b"".join(_number(1, size) for size in values.shape)
        self.weights.append(dims + _number(2, kind) + _text(8, name) + _bytes(9, values.tobytes()))
        return name

    def model(self, *, inputs: dict[str, Sequence[int]], outputs: dict[str, Sequence[int]]) -> bytes:
        """Return the file."""
        graph = b"".join(_bytes(1, node) for node in self.nodes) + _text(2, "graph")
        graph += b"".join(_bytes(5, weight) for weight in self.weights)
        graph += b"".join(_bytes(11, _value(*item)) for item in inputs.items())
        graph += b"".join(_bytes(12, _value(*item)) for item in outputs.items())
        return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13))


def finds_bright_things(side: int = 320) -> bytes:
    """Return a network of U2-Net's shape that takes what is bright, over all channels, for the thing."""
    graph = Graph()
    mean = graph.weight(np.full((1, 3, 1, 1), 1 / 3, np.float32))
    bright = graph.add("Conv", ("pixels", mean))
    graph.add("Sigmoid", (bright,), output="mask")
    return graph.model(inputs={"pixels": (1, 3, side, side)}, outputs={"mask": (1, 1, side, side)})


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, dims)))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, 3)
    return _text(1, name) + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
