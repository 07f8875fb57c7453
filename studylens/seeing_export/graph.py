"""EfficientNet-Lite0 as an ONNX graph: RGB of 224 px in, 1,280 features out. Needs onnx, as quantise does.

Architecture: EfficientNet-Lite (tensorflow/tpu, models/official/efficientnet/lite): MBConv without squeeze
and excitation, ReLU6, TensorFlow's SAME padding. Batch normalisation is folded into the convolutions.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from studylens.analysis.seeing.network import FEATURES, SIDE_PX
from studylens.seeing_export.weights import Weights

OPSET = 17
EPSILON = 1e-3
"""Batch normalisation's, as it was trained."""
STAGES = (
    (1, 3, 1), (2, 3, 2), (2, 5, 2), (3, 3, 2), (3, 5, 1), (4, 5, 2), (1, 3, 1),
)  # fmt: skip
"""Blocks, kernel and first stride of each stage; widths come from the weights."""
INPUT, OUTPUT = "pixels", "features"


@dataclass(frozen=True)
class _Folded:
    """A convolution that carries its normalisation: weight (out, in/groups, k, k) and bias (out)."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class _Graph:
    """Grows node by node; every method returns the name of what it gives."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        for name, value in (("zero", 0.0), ("six", 6.0)):
            self._keep(name, np.array(value, np.float32))

    def convolve(self, given: str, name: str, norm: str, *, stride: int = 1, active: bool = True) -> str:
        """Convolve, normalise and, if `active`, bound to 0..6."""
        folded = self._folded(name, norm)
        groups = folded.weight.shape[0] if folded.weight.shape[1] == 1 else 1
        kernel = folded.weight.shape[-1]
        weight, bias = self._keep(f"{name}.weight", folded.weight), self._keep(f"{name}.bias", folded.bias)
        made = self._node(
            "Conv",
            [given, weight, bias],
            name,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=_same(kernel, stride),
            group=groups,
        )
        return self._node("Clip", [made, "zero", "six"], f"{name}.relu6") if active else made

    def block(self, given: str, n: int, stride: int) -> str:
        """Expand, convolve in depth, project; what went in is added where it fits."""
        name = f"_blocks.{n}"
        wide = given
        if f"{name}._expand_conv.weight" in self._weights:
            wide = self.convolve(given, f"{name}._expand_conv", f"{name}._bn0")
        deep = self.convolve(wide, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride)
        narrow = self.convolve(deep, f"{name}._project_conv", f"{name}._bn2", active=False)
        projected = self._weights[f"{name}._project_conv.weight"]
        expanded = self._weights.get(f"{name}._expand_conv.weight", projected[:, :0])
        fits = stride == 1 and projected.shape[0] == expanded.shape[1]
        return self._node("Add", [given, narrow], f"{name}.add") if fits else narrow

    def pool(self, given: str) -> str:
        """Mean over the places, and one row of features."""
        mean = self._node("GlobalAveragePool", [given], "pool")
        self.nodes.append(helper.make_node("Flatten", [mean], [OUTPUT], "flatten"))
        return OUTPUT

    def _node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [f"{name}.out"], name, **attributes))
        return f"{name}.out"

    def _keep(self, name: str, values: NDArray[np.float32]) -> str:
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def _folded(self, name: str, norm: str) -> _Folded:
        weight = self._weights[f"{name}.weight"]
        scale = self._weights[f"{norm}.weight"] / np.sqrt(self._weights[f"{norm}.running_var"] + EPSILON)
        bias = self._weights[f"{norm}.bias"] - self._weights[f"{norm}.running_mean"] * scale
        return _Folded((weight * scale[:, None, None, None]).astype(np.float32), bias.astype(np.float32))


def write(weights: Weights, target: Path) -> None:
    """Write the network in float; raises KeyError when a weight is missing."""
    graph = _Graph(weights)
    told = graph.convolve(INPUT, "_conv_stem", "_bn0", stride=2)
    n = 0
    for repeats, _, first_stride in STAGES:
        for place in range(repeats):
            told = graph.block(told, n, first_stride if place == 0 else 1)
            n += 1
    graph.pool(graph.convolve(told, "_conv_head", "_bn1"))
    given = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [1, 3, SIDE_PX, SIDE_PX])
    asked = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, FEATURES])
    whole = helper.make_graph(graph.nodes, "efficientnet-lite0", [given], [asked], graph.initializers)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _same(kernel: int, stride: int) -> list[int]:
    """TensorFlow's SAME: all even sides here, so a stride of 2 pads one less before than behind."""
    before = (kernel - stride) // 2
    behind = kernel - stride - before
    return [before, before, behind, behind]
