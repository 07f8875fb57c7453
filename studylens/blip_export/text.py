"""The text decoder's graph of one step, taken for each token.

A step takes one token of each of `beams` captions, and the `cache` [tokens, 2 x layers, beams, width]: the
keys (even) and values (odd) of the tokens before. It gives `logits` [beams, vocabulary] and `fresh`
[1, 2 x layers, beams, width], the cache's next row. Time comes first, so that the rows filled so far are one
piece of memory, and nothing is copied in from token to token.
"""

import numpy as np
from onnx import TensorProto

from studylens.blip_export.graph import Graph
from studylens.blip_export.precision import PANEL, Precision, Products, Stored, quantized
from studylens.blip_export.seen import View, look
from studylens.blip_export.weights import Weights

ROOT = "text_decoder.bert"
HEAD = "text_decoder.cls.predictions"
WORDS = "words"
"""The matrix [width, vocabulary] that words are scored with, and looked up in."""
NEVER = -1e9
"""The score of a column that is no word."""


def step_graph(weights: Weights, precision: Precision = "int8", bits: int = 8) -> Graph:
    """Build one step of the decoder, for one token of each beam."""
    graph = Graph("step")
    step = _Step(weights, graph, Products(graph, precision, bits))
    sizes = weights.sizes
    rows = 2 * sizes.text_layers
    tokens = graph.input("tokens", ["beams"], TensorProto.INT64)
    place = graph.input("place", [1], TensorProto.INT64)
    step.cache = graph.input("cache", ["past", rows, "beams", sizes.text_width])
    for n in range(sizes.text_layers):
        for name, (kind, shape) in step.view.values(precision, n).items():
            graph.input(name, shape, kind)
    graph.output(step.logits(tokens, place), "logits", ["beams", step.columns])
    graph.output(step.fresh(), "fresh", [1, rows, "beams", sizes.text_width])
    return graph


class _Step:
    cache: str

    def __init__(self, weights: Weights, graph: Graph, products: Products) -> None:
        self.weights, self.graph, self.products = weights, graph, products
        self.sizes = weights.sizes
        self.view = View.of(weights.sizes)
        self.size = self.view.size
        self._fresh: list[str] = []

    def logits(self, tokens: str, place: str) -> str:
        words = self._store_words()
        self._past = self.graph.add_many(
            "Split", 2 * self.sizes.text_layers, self.cache, axis=1, num_outputs=2 * self.sizes.text_layers
        )
        x = self._embedding(tokens, place, words)
        for n in range(self.sizes.text_layers):
            x = self._layer(x, n)
        return self._scores(x, words)

    def fresh(self) -> str:
        """[1, 2 x layers, beams, width]: this token's keys and values."""
        return self.graph.add("Concat", *self._fresh, axis=1)

    @property
    def columns(self) -> int:
        """How many scores a step gives: words, and as many that are none as fill the last panel."""
        if self.products.precision == "float":
            return self.sizes.vocabulary
        return -(-self.sizes.vocabulary // PANEL) * PANEL

    def _store_words(self) -> Stored:
        matrix = self.weights.array(f"{HEAD}.decoder.weight").T
        if self.products.precision == "float":
            return Stored(self.graph.weight(WORDS, matrix), "", "", self.columns)
        full = np.pad(matrix, ((0, 0), (0, self.columns - self.sizes.vocabulary)))
        return self.products.store(WORDS, quantized(full, self.products.bits))

    def _embedding(self, tokens: str, place: str, words: Stored) -> str:
        graph = self.graph
        row = graph.add("Add", self._look_up(tokens, words), self._place(place))
        return self._norm(row, f"{ROOT}.embeddings.LayerNorm")

    def _look_up(self, tokens: str, words: Stored) -> str:
        """Take the tokens' columns out of the scoring matrix -> [beams, width]."""
        graph = self.graph
        if not self.weights.is_tied:
            own = self.weights.array(f"{ROOT}.embeddings.word_embeddings.weight")
            return graph.add("Gather", graph.weight("look_up", own), tokens, axis=0)
        if self.products.precision == "float":
            return graph.add("Transpose", graph.add("Gather", words.values, tokens, axis=1), perm=[1, 0])
        panel = graph.weight("panel", np.array([PANEL], np.int64))
        rows = graph.add("Gather", words.values, graph.add("Div", tokens, panel), axis=0)
        wanted = graph.shaped(graph.add("Mod", tokens, panel), -1, 1, 1)
        width = graph.weight("column", np.array([1, self.sizes.text_width, 1], np.int64))
        column = graph.add("GatherElements", rows, graph.add("Expand", wanted, width), axis=2)
        row = graph.add("Cast", graph.shaped(column, -1, self.sizes.text_width), to=TensorProto.FLOAT)
        return graph.add("Mul", row, graph.shaped(graph.add("Gather", words.scales, tokens, axis=0), -1, 1))

    def _place(self, place: str) -> str:
        places = self.weights.array(f"{ROOT}.embeddings.position_embeddings.weight")
        return self.graph.add("Gather", self.graph.weight("places", places), place, axis=0)

    def _layer(self, x: str, n: int) -> str:
        layer = f"{ROOT}.encoder.layer.{n}"
        x = self._add_and_norm(
            self._own_words(x, n, f"{layer}.attention.self"), x, f"{layer}.attention.output"
        )
        x = self._add_and_norm(
            self._picture(x, n, f"{layer}.crossattention.self"), x, f"{layer}.crossattention.output"
        )
        wide = self.products.one(
            x, f"{layer}.intermediate", *self.weights.linear(f"{layer}.intermediate.dense")
        )
        return self._add_and_norm(self.graph.add("Gelu", wide), x, f"{layer}.output")

    def _own_words(self, x: str, n: int, name: str) -> str:
        """Attend to this token and those before it; nothing after it exists yet, so no mask is needed."""
        graph = self.graph
        matrix, bias = self.weights.joined(f"{name}.query", f"{name}.key", f"{name}.value")
        query, key, value = graph.add_many(
            "Split", 3, self.products.one(x, name, matrix, bias), axis=-1, num_outputs=3
        )
        keys = self._remember(2 * n, key, [1, 2, 3, 0])
        return self._attend(query, keys, self._remember(2 * n + 1, value, [1, 2, 0, 3]))

    def _remember(self, row: int, fresh: str, order: list[int]) -> str:
        """Put a token's key or value behind those of its past; `order` turns [tokens, beams, heads, size]."""
        graph = self.graph
        fresh = graph.add("Unsqueeze", fresh, graph.weight("front", np.array([0, 1], np.int64)))
        self._fresh.append(fresh)
        every = graph.add("Concat", self._past[row], fresh, axis=0)
        parts = graph.add("Reshape", every, self._heads_of_all())
        return graph.add("Transpose", parts, perm=order)

    def _heads_of_all(self) -> str:
        """The shape [tokens, beams, heads, size of a head]; beams differ from run to run."""
        if not hasattr(self, "_all_shape"):
            graph = self.graph
            beams = graph.add("Shape", self.cache, start=2, end=3)
            time = graph.weight("any", np.array([-1], np.int64))
            heads = graph.weight("heads", np.array([self.sizes.text_heads, self.size], np.int64))
            self._all_shape = graph.add("Concat", time, beams, heads, axis=0)
        return self._all_shape

    def _picture(self, x: str, n: int, name: str) -> str:
        query = self.products.one(x, f"{name}.query", *self.weights.linear(f"{name}.query"))
        return look(self.products, self.view, query, n)

    def _attend(self, query: str, keys: str, values: str) -> str:
        """One token's query [beams, width] over keys [beams, heads, size, n] and values [.., n, size]."""
        graph = self.graph
        query = graph.shaped(query, -1, self.sizes.text_heads, 1, self.size)
        scores = graph.add("FusedMatMul", query, keys, vendor=True, alpha=self.size**-0.5)
        met = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), values)
        return graph.shaped(met, -1, self.sizes.text_width)

    def _scores(self, x: str, words: Stored) -> str:
        graph = self.graph
        name = f"{HEAD}.transform"
        x = graph.add("Gelu", self.products.one(x, name, *self.weights.linear(f"{name}.dense")))
        x = self._norm(x, f"{name}.LayerNorm")
        own = self.weights.array(f"{HEAD}.decoder.bias")
        full = np.pad(own, (0, self.columns - len(own)), constant_values=NEVER)
        bias = graph.weight(f"{WORDS}.bias", full)
        if self.products.precision == "float":
            return graph.add("Add", graph.add("MatMul", x, words.values), bias)
        return graph.add("Add", self.products.stored(x, words), bias)

    def _norm(self, x: str, name: str) -> str:
        return self.graph.add(
            "LayerNormalization", x, *self._norm_weights(name), axis=-1, epsilon=self.weights.text_epsilon
        )

    def _add_and_norm(self, x: str, before: str, name: str) -> str:
        """The layer `name` ends in: its own product, the sum with what came in, and the norm."""
        matrix, bias = self.weights.linear(f"{name}.dense")
        product = self.products.one(x, name, matrix)
        return self.graph.add(
            "SkipLayerNormalization",
            product,
            before,
            *self._norm_weights(f"{name}.LayerNorm"),
            self.graph.weight(f"{name}.bias", bias),
            vendor=True,
            epsilon=self.weights.text_epsilon,
        )

    def _norm_weights(self, name: str) -> tuple[str, str]:
        return (
            self.graph.weight(f"{name}.weight", self.weights.array(f"{name}.weight")),
            self.graph.weight(f"{name}.bias", self.weights.array(f"{name}.bias")),
        )
