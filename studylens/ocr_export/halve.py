"""A network with its weights in half the bytes: for the way to a browser, which makes them whole again.

Each large weight is stored as float16 and cast to float32 where it is used; a runtime folds the cast when it
opens the file, so it computes in float32 as ever. Needs onnx, which only this room imports.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST_VALUES = 256
"""Smaller weights would save less than the cast costs."""
_LARGEST = float(np.finfo(np.float16).max)


def halve(source: Path, target: Path) -> None:
    """Write the network in `source` to `target` with its weights in float16; raises what onnx raises."""
    model = onnx.load(source)
    graph, casts = model.graph, []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if not _is_large(values):
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, target)


def _is_large(values: np.typing.NDArray[np.generic]) -> bool:
    """Say whether halving saves anything, and no value is too large for float16."""
    if values.dtype != np.float32 or values.size < LEAST_VALUES:
        return False
    return float(np.abs(values).max()) < _LARGEST
