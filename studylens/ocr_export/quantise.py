"""Quantise the recognition network: convolutions static, matrix products dynamic, weights of seven bits.

Seven bits, since processors without VNNI add two products in 16 bits: 2 x 255 x 64 fits, 2 x 255 x 127 does
not, and would be cut off in silence. What sees pixels first and what is thin (depthwise) stays as it is:
it is cheap, and suffers most. Needs onnx, which only this room imports.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime import quantization

from studylens.ocr_export.lines import Pixels

OPSET = 17
FIRST_CONVOLUTIONS = 3
MIN_WIDTH_PX = 160
NOT_FUSED = ["ConvActivationFusion", "ConvAddActivationFusion", "NchwcTransformer", "MatmulTransposeFusion"]
"""A convolution or a product fused with its neighbours could no longer be quantised."""


class _Lines(quantization.CalibrationDataReader):  # type: ignore[misc]
    """Hands the lines to the calibration as the network takes them."""

    def __init__(self, name: str, lines: Iterable[Pixels]) -> None:
        self._feeds: Iterator[dict[str, Any]] = ({name: _planes(pixels)} for pixels in lines)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._feeds, None)


def quantise(source: Path, target: Path, lines: Iterable[Pixels]) -> None:
    """Write the quantised form of the network in `source` to `target`; raises what onnx raises."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fused, static = Path(folder) / "fused.onnx", Path(folder) / "static.onnx"
        kept = fuse(source, fused)
        graph = onnx.load(fused).graph
        quantization.quantize_static(
            fused,
            static,
            _Lines(graph.input[0].name, lines),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=_left_alone(graph),
            calibrate_method=quantization.CalibrationMethod.MinMax,
        )
        quantization.quantize_dynamic(
            static, target, per_channel=True, reduce_range=True, op_types_to_quantize=["MatMul"],
            weight_type=quantization.QuantType.QInt8,
        )  # fmt: skip
    _keep_metadata(target, kept)


def fuse(source: Path, target: Path) -> list[Any]:
    """Write the network with its Gelu and normalisations fused; return its metadata, which that loses."""
    model = onnx.load(source)
    kept = list(model.metadata_props)
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    newer = target.with_name("newer.onnx")
    onnx.save(onnx.version_converter.convert_version(model, OPSET), newer)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.optimized_model_filepath = str(target)
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    onnxruntime.InferenceSession(
        newer, options, providers=["CPUExecutionProvider"], disabled_optimizers=NOT_FUSED
    )
    return kept


def _left_alone(graph: Any) -> list[str]:
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    thin = [node for node in convolutions if any(a.name == "group" and a.i > 1 for a in node.attribute)]
    return [node.name for node in (*thin, *convolutions[:FIRST_CONVOLUTIONS])]


def _keep_metadata(path: Path, kept: Iterable[Any]) -> None:
    model = onnx.load(path)
    del model.metadata_props[:]
    model.metadata_props.extend(kept)
    onnx.save(model, path)


def _planes(pixels: Pixels) -> Any:
    planes = np.zeros((1, 3, pixels.shape[0], max(pixels.shape[1], MIN_WIDTH_PX)), np.float32)
    planes[0, :, :, : pixels.shape[1]] = pixels[..., ::-1].transpose(2, 0, 1) / np.float32(127.5) - 1
    return planes
