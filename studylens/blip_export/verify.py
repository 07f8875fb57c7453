"""Torch and the exported files side by side, on the same pictures: how far apart are they?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.blip.manifest import Manifest
from studylens.analysis.blip.onnx import OnnxCaptioner
from studylens.analysis.blip.transformers import TransformersCaptioner
from studylens.blip_export.source import Source
from studylens.blip_export.weights import sizes_of
from studylens.errors import EngineFailed
from studylens.limits import BLIP_MAX_NEW_TOKENS

FLOAT_LIMIT = 1e-4
"""The float export may differ from torch by so much in a score: sums in another order."""
TOKEN_AGREEMENT = 0.95
"""Below this share of equal next words, decoding falls back to int8 weights with 16-bit activations."""


@dataclass(frozen=True)
class Comparison:
    """How the files under test compare with torch over some pictures."""

    captions: float
    """Share of pictures with the same caption."""
    tokens: float
    """Share of words of torch's captions after which both choose the same next word."""
    difference: float
    """Largest difference of a score."""


@dataclass(frozen=True)
class Expected:
    """What torch says about one picture."""

    pixels: NDArray[np.float32]
    tokens: list[int]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class Verification:
    """Captions of both, picture by picture, and how far apart the scores are."""

    captions: list[tuple[str, str]]
    """Ours, and torch's."""
    comparison: Comparison


def verify(folder: Path, manifest: Manifest, source: Source, pictures: Sequence[Image.Image]) -> Verification:
    """Compare a prepared model with `source` in torch; raises EngineFailed when that is another model."""
    reference = TransformersCaptioner(source.place)
    if sizes_of(reference.model.config) != manifest.sizes:
        raise EngineFailed(f"{source.name} has other sizes than the prepared model: it is another model")
    captioner = OnnxCaptioner(folder, manifest)
    captions = [(captioner.caption(picture), reference.caption(picture)) for picture in pictures]
    return Verification(captions, compare(folder, manifest, expectations(reference, pictures)))


def expectations(reference: TransformersCaptioner, pictures: Sequence[Image.Image]) -> list[Expected]:
    """Let torch caption each picture, and keep the scores behind its words."""
    found = []
    for picture in pictures:
        pixels = reference.processor(images=picture, return_tensors="pt")["pixel_values"].numpy()
        tokens = reference.tokens(pixels, BLIP_MAX_NEW_TOKENS)
        found.append(Expected(pixels, tokens, reference.scores(pixels, tokens)))
    return found


def compare(folder: Path, manifest: Manifest, expected: Sequence[Expected]) -> Comparison:
    """Run the files in `folder` over the same pictures, led along torch's captions and on their own."""
    captioner = OnnxCaptioner(folder, manifest)
    equal, agreed, words, difference = 0, 0, 0, 0.0
    for item in expected:
        seen = captioner.encode(item.pixels)
        scores = _scores(captioner, seen, item.tokens)
        difference = max(difference, float(np.abs(scores - item.scores).max()))
        agreed += int((scores.argmax(-1) == item.scores.argmax(-1))[:-1].sum())
        words += len(item.tokens) - 1
        equal += captioner.tokens(item.pixels, BLIP_MAX_NEW_TOKENS) == item.tokens
    return Comparison(equal / len(expected), agreed / words, difference)


def _scores(
    captioner: OnnxCaptioner, seen: dict[str, NDArray[np.float32]], tokens: list[int]
) -> NDArray[np.float32]:
    with captioner.decoder(seen) as decoder:
        return np.stack([decoder.step(token) for token in tokens])
