"""What processors without VNNI would make of the products: they add pairs of them in 16 bits, and clip.

Measured on the model's own weights and activations: each linear layer's input is rounded as the runtime does
it, and a sample of its products is computed three ways. The difference decides whether weights get 8 bits,
or 7 (`reduce_range`), which cannot clip: 2 x 255 x 63 = 32,130 of 32,767.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from studylens.analysis.blip.transformers import TransformersCaptioner
from studylens.blip_export.graph import Array
from studylens.blip_export.precision import quantized
from studylens.blip_export.verify import Expected

ROWS, COLUMNS = 32, 48
"""The sample of each product: enough to see one clipped pair in a million over a picture's 150 layers."""
SEED = 7


@dataclass
class Clipping:
    """Mean square errors against float products, in units of the products' own mean square."""

    pairs: int = 0
    clipped: int = 0
    signal: float = 0.0
    exact_8: float = 0.0
    clipped_8: float = 0.0
    exact_7: float = 0.0

    @property
    def bits(self) -> int:
        """8, unless what is clipped costs more than the eighth bit gives."""
        return 8 if self.clipped_8 <= self.exact_7 else 7

    def report(self) -> dict[str, float]:
        """Shares and relative errors, for the manifest."""
        error = {
            name: (getattr(self, name) / self.signal) ** 0.5 for name in ("exact_8", "clipped_8", "exact_7")
        }
        return {"clipped_share": self.clipped / max(self.pairs, 1), **error}


def measure(reference: TransformersCaptioner, expected: Sequence[Expected]) -> Clipping:
    """Run torch over the expected captions and sample every linear layer's products."""
    found = Clipping()
    random = np.random.default_rng(SEED)

    def watch(layer: Any, inputs: tuple[Any, ...], _: Any) -> None:
        _sample(found, random, inputs[0].reshape(-1, layer.in_features).numpy(), layer.weight.numpy().T)

    linear = [layer for layer in reference.model.modules() if isinstance(layer, torch.nn.Linear)]
    hooks = [layer.register_forward_hook(watch) for layer in linear]
    try:
        for item in expected:
            reference.scores(item.pixels, item.tokens)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _sample(found: Clipping, random: np.random.Generator, x: Array, matrix: Array) -> None:
    columns = random.integers(0, matrix.shape[1], COLUMNS)
    rows = x[random.integers(0, len(x), ROWS)]
    digits, scale, zero = _rounded(x, rows)
    true = rows @ matrix[:, columns]
    found.signal += float((true**2).sum())
    for bits in (8, 7):
        small = quantized(matrix[:, columns], bits)
        pairs = _pairs(digits, small.values)
        clipped = np.clip(pairs, -32768, 32767)
        offset = zero * small.values.sum(0, dtype=np.int64)
        exact, saturated = ((part.sum(1) - offset) * scale * small.scales for part in (pairs, clipped))
        if bits == 7:
            found.exact_7 += float(((exact - true) ** 2).sum())
            continue
        found.pairs += pairs.size
        found.clipped += int((pairs != clipped).sum())
        found.exact_8 += float(((exact - true) ** 2).sum())
        found.clipped_8 += float(((saturated - true) ** 2).sum())


def _rounded(x: Array, rows: Array) -> tuple[Array, float, int]:
    """Round as DynamicQuantizeLinear does, with the range of all of `x`."""
    low, high = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    scale = (high - low) / 255 or 1.0
    zero = int(np.clip(np.rint(-low / scale), 0, 255))
    return np.clip(np.rint(rows / scale) + zero, 0, 255).astype(np.int32), scale, zero


def _pairs(digits: Array, values: Array) -> Array:
    """[rows, inputs] x [inputs, columns] -> [rows, pairs of inputs, columns]: sums of two products."""
    even = digits.shape[1] // 2 * 2
    left = digits[:, :even].reshape(len(digits), -1, 2)
    right = values[:even].astype(np.int32).reshape(-1, 2, values.shape[1])
    return np.asarray(left[:, :, 0, None] * right[None, :, 0] + left[:, :, 1, None] * right[None, :, 1])
