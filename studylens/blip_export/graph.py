"""A graph under construction: nodes and weights, written down in ONNX' format with the weights beside it."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, external_data_helper, helper, numpy_helper

OPSET = 21
"""The newest that knows every operator used here; onnxruntime >= 1.20 runs it."""
IR_VERSION = 10
"""What opset 21 came with: newer ones shut out older runtimes for nothing."""
VENDOR = "com.microsoft"
"""The domain of onnxruntime's own, fused operators."""
INLINE_BYTES = 16 * 1024
"""Smaller weights (biases, scales) stay in the .onnx file: a mapping each would cost more."""
PAGE = 4096
"""Weights start at a page, so that each maps its own pages only."""

Array = NDArray[Any]


class Graph:
    """Collects nodes; every method returns the name of the value it made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._nodes: list[onnx.NodeProto] = []
        self._weights: dict[str, Array] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._made: dict[str, str] = {}

    def input(self, name: str, shape: list[int | str], dtype: int = TensorProto.FLOAT) -> str:
        """Declare an input; names in `shape` stand for sizes that differ from run to run."""
        self._inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, value: str, name: str, shape: list[int | str], dtype: int = TensorProto.FLOAT) -> None:
        """Hand `value` out under `name`: it is renamed everywhere, since a copy would cost time."""
        for node in self._nodes:
            for names in (node.input, node.output):
                for n in [n for n, found in enumerate(names) if found == value]:
                    names[n] = name
        self._outputs.append(helper.make_tensor_value_info(name, dtype, shape))

    def weight(self, name: str, array: Array) -> str:
        """Keep an array under `name`, once however often it is used."""
        if name not in self._weights:
            self._weights[name] = np.ascontiguousarray(array).reshape(array.shape)
        return name

    def add(self, kind: str, *inputs: str, vendor: bool = False, **attributes: Any) -> str:
        """Add a node with one output."""
        return self.add_many(kind, 1, *inputs, vendor=vendor, **attributes)[0]

    def add_many(
        self, kind: str, outputs: int, *inputs: str, vendor: bool = False, **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs."""
        made = [f"{kind}_{len(self._nodes)}_{n}" for n in range(outputs)]
        domain = VENDOR if vendor else ""
        self._nodes.append(helper.make_node(kind, list(inputs), made, domain=domain, **attributes))
        return made

    def once(self, kind: str, value: str, **attributes: Any) -> str:
        """Add a node, or find the one that did the same before."""
        key = f"{kind} {value} {attributes}"
        if key not in self._made:
            self._made[key] = self.add(kind, value, **attributes)
        return self._made[key]

    def shaped(self, value: str, *shape: int) -> str:
        """Reshape: 0 keeps a size, -1 takes the rest."""
        sizes = self.weight("shape_" + "_".join(map(str, shape)), np.array(shape, np.int64))
        return self.add("Reshape", value, sizes)

    def save(self, path: Path) -> None:
        """Write `path` (.onnx) and the weights beside it (.data), which a runtime maps."""
        data = path.with_suffix(".data")
        with data.open("wb") as file:
            weights = [_stored(name, array, file, data.name) for name, array in self._weights.items()]
        graph = helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(VENDOR, 1)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="studylens"
        )
        path.write_bytes(model.SerializeToString())


def _stored(name: str, array: Array, file: Any, location: str) -> onnx.TensorProto:
    if array.nbytes < INLINE_BYTES:
        return numpy_helper.from_array(array, name)
    file.write(b"\0" * (-file.tell() % PAGE))
    start = file.tell()
    file.write(array.data)
    tensor = onnx.TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(array.dtype))
    tensor.dims.extend(array.shape)
    tensor.raw_data = b""
    external_data_helper.set_external_data(tensor, location, offset=start, length=array.nbytes)
    tensor.ClearField("raw_data")
    return tensor
