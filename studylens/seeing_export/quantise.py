"""Quantise the network: all convolutions static, weights of seven bits (see ocr_export/quantise.py).

Lite0 was made for this: without squeeze and excitation, and with activations that end at 6. Needs onnx.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from onnxruntime import quantization

from studylens.analysis.seeing.pixels import planes
from studylens.seeing_export import graph
from studylens.seeing_export.pictures import Pixels
from studylens.seeing_export.weights import Weights


class _Pictures(quantization.CalibrationDataReader):  # type: ignore[misc]
    """Hands the pictures to the calibration as the network takes them."""

    def __init__(self, pictures: Iterable[Pixels]) -> None:
        self._feeds: Iterator[dict[str, Any]] = ({graph.INPUT: planes(pixels)} for pixels in pictures)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._feeds, None)


def quantise(weights: Weights, target: Path, pictures: Iterable[Pixels]) -> None:
    """Write the int8 network of these weights to `target`; raises what onnx raises, or KeyError."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        exact = Path(folder) / "float.onnx"
        graph.write(weights, exact)
        quantization.quantize_static(
            exact,
            target,
            _Pictures(pictures),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            op_types_to_quantize=["Conv", "Clip", "Add", "GlobalAveragePool"],
            calibrate_method=quantization.CalibrationMethod.MinMax,
        )
