"""EfficientNet-Lite0 by torch's own layers, written from the paper's table: the reference of the export."""

from typing import Any

import torch
from torch.nn import functional

WIDTHS = (16, 24, 40, 80, 112, 192, 320)
REPEATS = (1, 2, 2, 3, 3, 4, 1)
KERNELS = (3, 3, 5, 3, 5, 5, 3)
STRIDES = (1, 2, 2, 2, 1, 2, 1)


def _blocks() -> list[tuple[int, int, int, int, int]]:
    """Return width before, between and behind, kernel and stride of each block."""
    found, before = [], 32
    for stage, (width, repeats) in enumerate(zip(WIDTHS, REPEATS, strict=True)):
        for place in range(repeats):
            between = before * (1 if stage == 0 else 6)
            found.append((before, between, width, KERNELS[stage], STRIDES[stage] if place == 0 else 1))
            before = width
    return found


def random_weights() -> dict[str, Any]:
    """Return weights of the real names and shapes; one is not laid out row by row, as in the real file."""
    chance = torch.Generator().manual_seed(1)
    made: dict[str, Any] = {}

    def layer(name: str, norm: str, shape: tuple[int, ...]) -> None:
        spread = (shape[1] * shape[2] * shape[3]) ** -0.5
        made[f"{name}.weight"] = torch.randn(shape, generator=chance) * spread
        made[f"{norm}.weight"] = torch.rand(shape[0], generator=chance) + 0.5
        made[f"{norm}.bias"] = torch.randn(shape[0], generator=chance)
        made[f"{norm}.running_mean"] = torch.randn(shape[0], generator=chance) * 0.1
        made[f"{norm}.running_var"] = torch.rand(shape[0], generator=chance) + 0.5
        made[f"{norm}.num_batches_tracked"] = torch.tensor(7)

    layer("_conv_stem", "_bn0", (32, 3, 3, 3))
    for n, (before, between, behind, kernel, _) in enumerate(_blocks()):
        if between != before:
            layer(f"_blocks.{n}._expand_conv", f"_blocks.{n}._bn0", (between, before, 1, 1))
        layer(f"_blocks.{n}._depthwise_conv", f"_blocks.{n}._bn1", (between, 1, kernel, kernel))
        layer(f"_blocks.{n}._project_conv", f"_blocks.{n}._bn2", (behind, between, 1, 1))
    layer("_conv_head", "_bn1", (1280, 320, 1, 1))
    turned = made["_conv_head.weight"].permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    made["_conv_head.weight"] = turned
    return made


def features(made: dict[str, Any], pixels: Any) -> Any:
    """Return (1280,) of a picture (1, 3, 224, 224)."""

    def convolve(given: Any, name: str, norm: str, stride: int = 1) -> Any:
        weight = made[f"{name}.weight"]
        kernel = weight.shape[-1]
        before, behind = (kernel - stride) // 2, kernel - stride - (kernel - stride) // 2
        padded = functional.pad(given, (before, behind, before, behind))
        groups = weight.shape[0] if weight.shape[1] == 1 else 1
        found = functional.conv2d(padded, weight, stride=stride, groups=groups)
        parts = [made[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return functional.batch_norm(found, *parts, eps=1e-3)

    told = functional.relu6(convolve(pixels, "_conv_stem", "_bn0", 2))
    for n, (before, between, behind, _, stride) in enumerate(_blocks()):
        name, inside = f"_blocks.{n}", told
        if between != before:
            inside = functional.relu6(convolve(inside, f"{name}._expand_conv", f"{name}._bn0"))
        inside = functional.relu6(convolve(inside, f"{name}._depthwise_conv", f"{name}._bn1", stride))
        inside = convolve(inside, f"{name}._project_conv", f"{name}._bn2")
        told = told + inside if stride == 1 and before == behind else inside
    return functional.relu6(convolve(told, "_conv_head", "_bn1")).mean((2, 3))[0].numpy()
