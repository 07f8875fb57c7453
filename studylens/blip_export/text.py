"""The text decoder's graph of one step, taken for each token.

A step takes one token of each of `beams` captions, and for each layer the keys (`past_0`, `past_2` ...) and
values (`past_1`, `past_3` ...) of the tokens before, [beams, tokens, width]. It gives `logits`
[beams, vocabulary] and the same with this token's own behind them, `present_0`, `present_1` ..., which are
handed back as they are in the next step.
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
    tokens = graph.input("tokens", ["beams"], TensorProto.INT64)
    place = graph.input("place", [1], TensorProto.INT64)
    for n in range(2 * sizes.text_layers):
        graph.input(f"past_{n}", ["beams", "past", sizes.text_width])
    for n in range(sizes.text_layers):
        for name, (kind, shape) in step.view.values(precision, n).items():
            graph.input(name, shape, kind)
    graph.output(step.logits(tokens, place), "logits", ["beams", step.columns])
    for n, value in enumerate(step.present):
        graph.output(value, f"present_{n}", ["beams", "past + 1", sizes.text_width])
    return graph


class _Step:
    def __init__(self, weights: Weights, graph: Graph, products: Products) -> None:
        self.weights, self.graph, self.products = weights, graph, products
        self.sizes = weights.sizes
        self.view = View.of(weights.sizes)
        self.size = self.view.size
        self.present: list[str] = []
        """Keys and values of all tokens, in the order of the past ones."""

    def logits(self, tokens: str, place: str) -> str:
        words = self._store_words()
        x = self._embedding(tokens, place, words)
        for n in range(self.sizes.text_layers):
            x = self._layer(x, n)
        return self._scores(x, words)

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
        row = graph.shaped(self.products.one(x, name, matrix, bias), -1, 1, 3 * self.sizes.text_width)
        query, *fresh = graph.add_many("Split", 3, row, axis=-1, num_outputs=3)
        every = [graph.add("Concat", f"past_{2 * n + k}", new, axis=1) for k, new in enumerate(fresh)]
        self.present += every
        heads = self.sizes.text_heads
        met = graph.add("MultiHeadAttention", query, *every, vendor=True, num_heads=heads)
        return graph.shaped(met, -1, self.sizes.text_width)

    def _picture(self, x: str, n: int, name: str) -> str:
        query = self.products.one(x, f"{name}.query", *self.weights.linear(f"{name}.query"))
        return look(self.products, self.view, query, n)

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
