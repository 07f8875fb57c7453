"""One matrix product in three precisions: what `x @ weight` becomes in the graph.

`float`    as torch computes it; only to prove the graph right.
`int8`     weights as int8, one scale a column; the left side as uint8, one scale for all of it, found anew
           in each run. On processors without VNNI a pair of products is added in 16 bits, which holds
           2 x 255 x 64 but not 2 x 255 x 127: `bits=7` (reduce_range) is for them.
`weights`  the same weights, but the left side as two uint8 digits, 16 bits together: as exact as weights of
           int8 with a left side in float, for twice the products.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from onnx import TensorProto

from studylens.blip_export.graph import Array, Graph

Precision = Literal["float", "int8", "weights"]

PANEL = 64
"""Columns of a panel: what the kernels for one row take at once, with AVX2 and with AVX512."""


@dataclass(frozen=True)
class Quantized:
    """A matrix [inputs, outputs] as int8, and the scale of each column."""

    values: Array
    scales: Array


def quantized(matrix: Array, bits: int = 8) -> Quantized:
    """Round a float matrix to symmetric integers of `bits`, one scale for each column."""
    largest = float(2 ** (bits - 1) - 1)
    scales = np.maximum(np.abs(matrix).max(axis=-2), 1e-12) / largest
    values = np.clip(np.rint(matrix / scales[..., None, :]), -largest, largest)
    return Quantized(values.astype(np.int8), scales.astype(np.float32))


@dataclass(frozen=True)
class Stored:
    """The names of a quantised matrix in a graph."""

    values: str
    scales: str
    sums: str
    outputs: int


def panels(values: Array) -> Array:
    """Cut [inputs, outputs] into panels [outputs / 64, inputs, 64], each one stream of memory.

    A kernel for one row reads four rows of the matrix at a time: of panels these are 256 bytes in a row, and
    it keeps up with the memory (22 of 25 GB/s); of whole rows they are four streams, and it reaches 10.
    """
    outputs = values.shape[-1]
    width = max(width for width in range(1, PANEL + 1) if outputs % width == 0)
    return np.ascontiguousarray(values.reshape(values.shape[0], -1, width).transpose(1, 0, 2))


@dataclass(frozen=True)
class Products:
    """Adds matrix products of one precision to a graph."""

    graph: Graph
    precision: Precision = "int8"
    bits: int = 8
    _digits: dict[str, list[str]] = field(default_factory=dict)

    def rows(self, x: str, name: str, matrix: Array, bias: Array) -> str:
        """`x @ matrix + bias` for many rows at once (the picture): one fused node a digit."""
        graph = self.graph
        bias_name = graph.weight(f"{name}.bias", bias)
        if self.precision == "float":
            return graph.add("Add", graph.add("MatMul", x, graph.weight(name, matrix)), bias_name)
        small = quantized(matrix, self.bits)
        values, scales = graph.weight(name, small.values), graph.weight(f"{name}.scale", small.scales)
        products = [
            graph.add("MatMulIntegerToFloat", digits, values, scale, scales, zero, "", part, vendor=True)
            for (digits, scale, zero), part in zip(self.digits(x), (bias_name, ""), strict=False)
        ]
        return products[0] if len(products) == 1 else graph.add("Add", *products)

    def one(self, x: str, name: str, matrix: Array, bias: Array | None = None) -> str:
        """`x @ matrix (+ bias)` for one row a caption (a token), reading each weight once as it lies."""
        graph = self.graph
        if self.precision == "float":
            product = graph.add("MatMul", x, graph.weight(name, matrix))
        else:
            product = self.stored(x, self.store(name, quantized(matrix, self.bits)))
        return product if bias is None else graph.add("Add", product, graph.weight(f"{name}.bias", bias))

    def store(self, name: str, small: Quantized) -> Stored:
        """Keep a quantised matrix [inputs, outputs] in panels, its scales and its column sums."""
        sums = small.values.sum(axis=-2, dtype=np.int32)
        return Stored(
            self.graph.weight(name, panels(small.values)),
            self.graph.weight(f"{name}.scale", small.scales),
            self.graph.weight(f"{name}.sum", sums),
            len(sums),
        )

    def stored(self, x: str, matrix: Stored) -> str:
        """`x @ matrix` for a matrix kept by `store`."""
        products = [self._product(digits, matrix) for digits in self.digits(x)]
        return products[0] if len(products) == 1 else self.graph.add("Add", *products)

    def digits(self, x: str) -> list[list[str]]:
        """Return `x` as one or two uint8 digits, each with its scale and its zero point."""
        first = self._digits_of(x)
        if self.precision == "int8":
            return [first]
        rest = self.graph.add("Sub", x, self.graph.add("DequantizeLinear", *first))
        return [first, self._digits_of(rest)]

    def _digits_of(self, x: str) -> list[str]:
        """Return `x` as uint8, its scale and its zero point; products of one `x` share them."""
        if x not in self._digits:
            self._digits[x] = self.graph.add_many("DynamicQuantizeLinear", 3, x)
        return self._digits[x]

    def _product(self, left: list[str], matrix: Stored) -> str:
        """Multiply without a zero point, and take its share (zero x column sums) off after.

        Only so onnxruntime takes its kernel for one row, which reads the weights as they lie: 2-3.5 times as
        fast as with a zero point, and as fast as with a packed copy of the weights in memory of their own.
        """
        graph = self.graph
        digits, scale, zero = left
        offset = graph.add("Mul", matrix.sums, graph.once("Cast", zero, to=TensorProto.INT32))
        parts = graph.add("MatMulInteger", digits, matrix.values)
        whole = graph.shaped(graph.add("Transpose", parts, perm=[1, 0, 2]), -1, matrix.outputs)
        product = graph.add("Sub", whole, offset)
        return graph.add("DequantizeLinear", product, graph.add("Mul", matrix.scales, scale), axis=-1)
