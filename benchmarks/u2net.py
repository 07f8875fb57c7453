"""U2-Net and U2-Netp as ONNX files with random weights: the real layers, for memory and speed alone.

After Qin et al., "U2-Net" (Pattern Recognition, 2020), batch norms folded into convolutions as exports do.
"""

from dataclasses import dataclass

import numpy as np

from tests.analysis.cutting.onnx_file import Graph

SIDE = 320
Block = tuple[int, int, int, int]
"""Layers of a residual block (4 for the dilated ones: -4), channels in, between and out."""
NETS: dict[str, tuple[tuple[Block, ...], tuple[Block, ...]]] = {
    "u2netp": (
        ((7, 3, 16, 64), (6, 64, 16, 64), (5, 64, 16, 64), (4, 64, 16, 64), (-4, 64, 16, 64),
         (-4, 64, 16, 64)),
        ((-4, 128, 16, 64), (4, 128, 16, 64), (5, 128, 16, 64), (6, 128, 16, 64), (7, 128, 16, 64)),
    ),
    "u2net": (
        ((7, 3, 32, 64), (6, 64, 32, 128), (5, 128, 64, 256), (4, 256, 128, 512), (-4, 512, 256, 512),
         (-4, 512, 256, 512)),
        ((-4, 1024, 256, 512), (4, 1024, 128, 256), (5, 512, 64, 128), (6, 256, 32, 64), (7, 128, 16, 64)),
    ),
}  # fmt: skip
"""Encoders and decoders, from the outside in and back."""


@dataclass
class _Builder:
    graph: Graph
    random: np.random.Generator

    def conv(
        self, x: str, ins: int, outs: int, *, dilation: int = 1, kernel: int = 3, relu: bool = True
    ) -> str:
        scale = (2 / (ins * kernel * kernel)) ** 0.5
        values = self.random.normal(0, scale, (outs, ins, kernel, kernel)).astype(np.float32)
        pad = dilation * (kernel // 2)
        made = self.graph.add(
            "Conv",
            (x, self.graph.weight(values), self.graph.weight(np.zeros(outs, np.float32))),
            pads=(pad,) * 4, dilations=(dilation,) * 2, kernel_shape=(kernel,) * 2,
        )  # fmt: skip
        return self.graph.add("Relu", (made,)) if relu else made

    def pool(self, x: str) -> str:
        return self.graph.add("MaxPool", (x,), kernel_shape=(2, 2), strides=(2, 2), ceil_mode=1)

    def grown(self, x: str, channels: int, side: int) -> str:
        sizes = self.graph.weight(np.array([1, channels, side, side], np.int64))
        return self.graph.add("Resize", (x, "", "", sizes), mode="linear")

    def joined(self, *parts: str) -> str:
        return self.graph.add("Concat", parts, axis=1)

    def block(self, x: str, block: Block, side: int) -> str:
        """A residual U-block; the dilated ones (-4) keep their size."""
        layers, ins, mid, outs = block
        first = self.conv(x, ins, outs)
        if layers < 0:
            inner = self._dilated(first, mid, outs)
        else:
            inner = self._deep(first, layers, (mid, outs), side)
        return self.graph.add("Add", (inner, first))

    def _dilated(self, x: str, mid: int, outs: int) -> str:
        down = [self.conv(x, outs, mid)]
        for dilation in (2, 4):
            down.append(self.conv(down[-1], mid, mid, dilation=dilation))
        up = self.conv(down[-1], mid, mid, dilation=8)
        up = self.conv(self.joined(up, down[2]), 2 * mid, mid, dilation=4)
        up = self.conv(self.joined(up, down[1]), 2 * mid, mid, dilation=2)
        return self.conv(self.joined(up, down[0]), 2 * mid, outs)

    def _deep(self, x: str, layers: int, channels: tuple[int, int], side: int) -> str:
        mid, outs = channels
        down, sides = [self.conv(x, outs, mid)], [side]
        for _ in range(layers - 2):
            sides.append(-(-sides[-1] // 2))
            down.append(self.conv(self.pool(down[-1]), mid, mid))
        up = self.conv(down[-1], mid, mid, dilation=2)
        for place in range(layers - 2, 0, -1):
            up = self.conv(self.joined(up, down[place]), 2 * mid, mid)
            up = self.grown(up, mid, sides[place - 1])
        return self.conv(self.joined(up, down[0]), 2 * mid, outs)


def network(name: str) -> bytes:
    """Return the file of `u2netp` or `u2net` with random weights."""
    graph = Graph()
    made = _Builder(graph, np.random.default_rng(0))
    encoders, decoders = NETS[name]
    x, seen, side, sides = "pixels", [], SIDE, []
    for place, block in enumerate(encoders):
        if place:
            x, side = made.pool(x), -(-side // 2)
        x = made.block(x, block, side)
        seen.append((x, block[3]))
        sides.append(side)
    heads = [seen[-1]]
    for place, block in enumerate(decoders):
        here = 4 - place
        grown = made.grown(x, block[1] - seen[here][1], sides[here])
        x = made.block(made.joined(grown, seen[here][0]), block, sides[here])
        heads.append((x, block[3]))
    masks = [made.grown(made.conv(head, ins, 1, relu=False), 1, SIDE) for head, ins in heads]
    graph.add("Sigmoid", (made.conv(made.joined(*masks), 6, 1, kernel=1, relu=False),), output="mask")
    shape = (1, 1, SIDE, SIDE)
    return graph.model(inputs={"pixels": (1, 3, SIDE, SIDE)}, outputs={"mask": shape})
