"""What transformers itself says of the drawings: the measure for training and for the runtime."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transformers import BlipForConditionalGeneration, BlipProcessor

from tests.analysis.blip.tiny_blip.figures import draw, kind_of

_log = logging.getLogger("tiny_blip")

BATCH = 50
LONGEST = 20  # Tokens; the longest caption has 12.


@dataclass(frozen=True)
class Score:
    """Shares of drawings whose kind is named, and whose caption is right to the last word."""

    kinds: float
    captions: float


def captions(folder: Path, seeds: range) -> list[str]:
    """Give the greedy captions of the seeds' drawings, made as anybody makes them with transformers."""
    model = BlipForConditionalGeneration.from_pretrained(folder).eval()
    processor = BlipProcessor.from_pretrained(folder)
    said: list[str] = []
    for start in range(seeds.start, seeds.stop, BATCH):
        images = [draw(seed)[0] for seed in range(start, min(start + BATCH, seeds.stop))]
        asked = processor(images=images, return_tensors="pt")
        made = model.generate(**asked, max_new_tokens=LONGEST, do_sample=False)
        said += processor.batch_decode(made, skip_special_tokens=True)
    return said


def score(said: Sequence[str], seeds: range) -> Score:
    """Compare captions with the true ones; those that differ are logged."""
    kinds = right = 0
    for seed, caption in zip(seeds, said, strict=True):
        _, true, kind = draw(seed)
        kinds, right = kinds + (kind_of(caption) == kind), right + (caption == true)
        if caption != true:
            _log.info("drawing %d: %s, said %s", seed, true, caption)
    return Score(kinds / len(seeds), right / len(seeds))
