"""What the text decoder sees of the picture: keys and values for each layer, and how a step uses them.

They are kept as int8 (10.6 MB; in float 42 MB, which every token would have to read): one scale for each
of their columns, the keys in panels of 64 tokens, as weights are (see precision.panels). A step's query has
8 bits; its attention has 16, since the many small shares that 8 bits would drop can together be half of it.
"""

from dataclasses import dataclass

import numpy as np

from studylens.analysis.blip.manifest import Sizes
from studylens.blip_export.graph import Array, Graph
from studylens.blip_export.precision import PANEL, Precision, Products
from studylens.blip_export.weights import Weights

INT8, INT32, FLOAT = 3, 6, 1
"""ONNX' numbers for the types."""
LARGEST = 127.0
DIGIT = 255.0
"""What a digit of the attention counts to."""
SMALLEST = 1e-9
"""Stands in for the largest value of a column of zeros."""


@dataclass(frozen=True)
class View:
    """The sizes that keys and values have."""

    heads: int
    size: int
    """Of a head."""
    tokens: int
    """Patches of the picture and one more."""

    @classmethod
    def of(cls, sizes: Sizes) -> "View":
        """Take them from the model's sizes."""
        patches = (sizes.image_px // sizes.patch_px) ** 2
        return cls(sizes.text_heads, sizes.text_width // sizes.text_heads, patches + 1)

    @property
    def panels(self) -> int:
        """Panels of 64 tokens; the last is filled up with zeros."""
        return -(-self.tokens // PANEL)

    def values(self, precision: Precision, layer: int) -> dict[str, tuple[int, list[int | str]]]:
        """Name, type and shape of what the picture hands to a layer of the decoder."""
        width, by_token = self.heads * self.size, [self.heads, self.tokens, self.size]
        if precision == "float":
            return {
                f"keys_{layer}": (FLOAT, [self.heads, self.size, self.tokens]),
                f"values_{layer}": (FLOAT, [*by_token]),
            }
        return {
            f"keys_{layer}": (INT8, [self.heads, self.panels, self.size, PANEL]),
            f"key_sums_{layer}": (INT32, [self.heads, self.panels, 1, PANEL]),
            f"key_scale_{layer}": (FLOAT, [width]),
            f"values_{layer}": (INT8, [*by_token]),
            f"value_scale_{layer}": (FLOAT, [width]),
        }


def picture_graph(weights: Weights, precision: Precision = "int8", bits: int = 8) -> Graph:
    """Build `states` [1, tokens, vision width] -> what `View.values` names, for every layer."""
    graph = Graph("picture")
    products = Products(graph, precision, bits)
    view = View.of(weights.sizes)
    states = graph.input("states", [1, view.tokens, weights.sizes.vision_width])
    for n in range(weights.sizes.text_layers):
        layer = f"text_decoder.bert.encoder.layer.{n}.crossattention.self"
        keys, values = (
            products.rows(states, f"{layer}.{kind}", *weights.linear(f"{layer}.{kind}"))
            for kind in ("key", "value")
        )
        made = (_kept if precision == "float" else _rounded)(graph, view, keys, values)
        for value, (name, (kind, shape)) in zip(made, view.values(precision, n).items(), strict=True):
            graph.output(value, name, shape, kind)
    return graph


def _kept(graph: Graph, view: View, keys: str, values: str) -> list[str]:
    by_head = [graph.shaped(part, view.tokens, view.heads, view.size) for part in (keys, values)]
    return [
        graph.add("Transpose", by_head[0], perm=[1, 2, 0]),
        graph.add("Transpose", by_head[1], perm=[1, 0, 2]),
    ]


def _rounded(graph: Graph, view: View, keys: str, values: str) -> list[str]:
    even_keys, key_scale = _columns(graph, view, keys)
    even_values, value_scale = _columns(graph, view, values)
    in_panels = _in_panels(graph, view, even_keys)
    ones = graph.weight("ones", np.ones((1, 1, 1, view.size), np.uint8))
    root = graph.weight("root", _number(view.size**-0.5))
    by_token = graph.shaped(_as_int8(graph, even_values), view.tokens, view.heads, view.size)
    return [
        in_panels,
        graph.add("MatMulInteger", ones, in_panels),
        graph.add("Mul", key_scale, root),
        graph.add("Transpose", by_token, perm=[1, 0, 2]),
        value_scale,
    ]


def _in_panels(graph: Graph, view: View, keys: str) -> str:
    """[tokens, width] -> int8 [heads, panels, size of a head, 64]; turned in float, which is faster."""
    by_head = graph.add("Transpose", graph.shaped(keys, view.tokens, view.heads, view.size), perm=[1, 2, 0])
    filling = graph.weight("filling", np.array([0] * 5 + [view.panels * PANEL - view.tokens], np.int64))
    full = graph.add("Pad", _as_int8(graph, by_head), filling)
    parts = graph.shaped(full, view.heads, view.size, view.panels, PANEL)
    return graph.add("Transpose", parts, perm=[0, 2, 1, 3])


def _columns(graph: Graph, view: View, x: str) -> tuple[str, str]:
    """[1, tokens, width] -> [tokens, width] between -127 and 127, and the scale of each column."""
    rows = graph.shaped(x, view.tokens, view.heads * view.size)
    first = graph.weight("first", np.array([0], np.int64))
    largest = graph.add("ReduceMax", graph.add("Abs", rows), first, keepdims=0)
    floor = graph.weight("smallest", _number(SMALLEST))
    scale = graph.add("Div", graph.add("Max", largest, floor), graph.weight("largest", _number(LARGEST)))
    return graph.add("Div", rows, scale), scale


def _as_int8(graph: Graph, x: str) -> str:
    """Round; with a scale for each column the node would take 12 ms instead of 0.1."""
    one, zero = graph.weight("one", _number(1.0)), graph.weight("zero", np.array(0, np.int8))
    return graph.add("QuantizeLinear", x, one, zero)


def look(products: Products, view: View, query: str, layer: int) -> str:
    """Attend to the picture: the query [beams, width] of each beam -> what it finds [beams, width]."""
    graph = products.graph
    if products.precision == "float":
        query = graph.shaped(query, -1, view.heads, 1, view.size)
        scores = graph.add("FusedMatMul", query, f"keys_{layer}", vendor=True, alpha=view.size**-0.5)
        found = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), f"values_{layer}")
        return graph.shaped(found, -1, view.heads * view.size)
    share = graph.add("Softmax", _scores(products, view, query, layer), axis=-1)
    return _gathered(graph, view, share, layer)


def _scores(products: Products, view: View, query: str, layer: int) -> str:
    """[beams, heads, 1, tokens]."""
    graph = products.graph
    scaled = graph.add("Mul", query, f"key_scale_{layer}")
    parts = [_score(graph, view, digits, layer) for digits in products.digits(scaled)]
    scores = parts[0] if len(parts) == 1 else graph.add("Add", *parts)
    whole = graph.shaped(scores, -1, view.heads, 1, view.panels * PANEL)
    ends = [graph.weight(f"end_{n}", np.array([n], np.int64)) for n in (0, view.tokens, 3)]
    return graph.add("Slice", whole, *ends)


def _score(graph: Graph, view: View, left: list[str], layer: int) -> str:
    digits, scale, zero = left
    by_head = graph.shaped(digits, -1, view.heads, 1, 1, view.size)
    product = graph.add("MatMulInteger", by_head, f"keys_{layer}")
    offset = graph.add("Mul", f"key_sums_{layer}", graph.once("Cast", zero, to=INT32))
    return graph.add("DequantizeLinear", graph.add("Sub", product, offset), scale)


def _gathered(graph: Graph, view: View, share: str, layer: int) -> str:
    """Sum the values by their shares [beams, heads, 1, tokens], in two digits of the largest share."""
    top = graph.add("ReduceMax", share, graph.weight("last", np.array([-1], np.int64)), keepdims=1)
    part = graph.add("Div", share, top)
    none = graph.weight("none", np.array(0, np.uint8))
    first, second = (graph.weight(f"digit_{n}", _number(DIGIT**-n)) for n in (1, 2))
    below = graph.add("Sub", part, graph.weight("half", _number(0.5 / DIGIT)))
    high = graph.add("QuantizeLinear", below, first, none)
    rest = graph.add("Sub", part, graph.add("DequantizeLinear", high, first, none))
    low = graph.add("QuantizeLinear", rest, second, none)
    sums = [
        graph.add("DequantizeLinear", graph.add("MatMulInteger", digit, f"values_{layer}"), scale)
        for digit, scale in ((high, first), (low, second))
    ]
    found = graph.add("Mul", graph.add("Add", *sums), top)
    return graph.add("Mul", graph.shaped(found, -1, view.heads * view.size), f"value_scale_{layer}")


def _number(value: float) -> Array:
    return np.array(value, np.float32)
