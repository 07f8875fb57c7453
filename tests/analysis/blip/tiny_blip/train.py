"""Train the tiny BLIP on drawings and save it in transformers' format.

`python -m tests.analysis.blip.tiny_blip.train`
"""

import argparse
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import BlipForConditionalGeneration, BlipProcessor

from tests.analysis.blip.tiny_blip import FOLDER, PROMPT, reference
from tests.analysis.blip.tiny_blip.figures import HELD_OUT, draw
from tests.analysis.blip.tiny_blip.model import new_model, new_processor, save

_log = logging.getLogger("tiny_blip")

SEED = 3
DRAWINGS = 12_000
STEPS = 3_200
BATCH = 64
PEAK_RATE = 1.5e-3
WARM_UP = 200  # Steps.
PROMPTED = 0.2  # Share of captions that are learned as the continuation of the prompt.
IGNORED = -100  # The label that torch's cross-entropy leaves out.


@dataclass(frozen=True)
class Lessons:
    """Shrunk pictures as uint8 (drawings, 3, 96, 96), and their captions as token numbers with labels."""

    pictures: torch.Tensor
    plain: tuple[torch.Tensor, torch.Tensor]
    prompted: tuple[torch.Tensor, torch.Tensor]


def _tokens(processor: BlipProcessor, captions: list[str], prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
    tokenizer = processor.tokenizer
    coded = tokenizer(
        [f"{prompt} {caption}".strip() for caption in captions], padding="max_length", max_length=16
    )
    numbers = torch.tensor(coded["input_ids"])
    numbers[:, 0] = tokenizer.bos_token_id
    labels = numbers.masked_fill(numbers == tokenizer.pad_token_id, IGNORED)
    labels[:, : 1 + len(prompt.split())] = IGNORED
    return numbers, labels


def lessons(processor: BlipProcessor, count: int) -> Lessons:
    """Draw the first seeds and shrink them as the processor does, before it turns bytes into floats."""
    pictures, captions = [], []
    for seed in range(count):
        image, caption, _ = draw(seed)
        shrunk = processor.image_processor(image, do_rescale=False, do_normalize=False)["pixel_values"][0]
        pictures.append(torch.from_numpy(np.asarray(shrunk).astype(np.uint8)))
        captions.append(caption)
        if seed % 2000 == 0:
            _log.info("drawn %d of %d", seed, count)
    return Lessons(
        torch.stack(pictures), _tokens(processor, captions, ""), _tokens(processor, captions, PROMPT)
    )


def _floats(pictures: torch.Tensor, processor: BlipProcessor) -> torch.Tensor:
    kind = processor.image_processor
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (kind.image_mean, kind.image_std))
    return (pictures.float() / 255 - mean) / std


def _disturbed(pictures: torch.Tensor) -> torch.Tensor:
    """Shift and shade a batch anew each time, so that few drawings stand for many."""
    down, right = (int(shift) for shift in torch.randint(-4, 5, (2,)))
    shade = 0.9 + 0.2 * torch.rand(len(pictures), 1, 1, 1)
    return (torch.roll(pictures, (down, right), (2, 3)).float() * shade).clamp(0, 255)


def _batches(count: int, steps: int) -> Iterator[torch.Tensor]:
    order = torch.randperm(count)
    for step in range(steps):
        at = step * BATCH % count
        if at + BATCH > count or step == 0:
            order = torch.randperm(count)
        yield order[torch.arange(at, at + BATCH) % count]


def _rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / WARM_UP)
    return warm * 0.5 * (1 + math.cos(math.pi * step / steps))


def train(model: BlipForConditionalGeneration, processor: BlipProcessor, taught: Lessons, steps: int) -> None:
    """Teach the model in place, by the loss that BLIP itself computes from labels."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.03)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    model.train()
    started, mean = time.process_time(), 0.0
    for step, chosen in enumerate(_batches(len(taught.pictures), steps)):
        numbers, labels = taught.prompted if torch.rand(()) < PROMPTED else taught.plain
        pixels = _floats(_disturbed(taught.pictures[chosen]), processor)
        loss = model(pixel_values=pixels, input_ids=numbers[chosen], labels=labels[chosen]).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        mean += (loss.item() - mean) * (0.02 if step else 1)
        if step % 100 == 0:
            _log.info(
                "step %d of %d, loss %.4f, %.0f s of CPU", step, steps, mean, time.process_time() - started
            )


def main() -> None:
    """Draw, train, save and measure."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, default=FOLDER)
    asked.add_argument("--drawings", type=int, default=DRAWINGS)
    asked.add_argument("--steps", type=int, default=STEPS)
    options = asked.parse_args()
    torch.set_num_threads(1)
    processor, model = new_processor(), new_model(SEED)
    _log.info("%d weights", model.num_parameters())
    taught = lessons(processor, options.drawings)
    train(model, processor, taught, options.steps)
    save(options.folder, model)
    seeds = range(HELD_OUT, HELD_OUT + 400)
    held_out = reference.score(reference.captions(options.folder, seeds), seeds)
    _log.info("held out: kind right %.2f, whole caption right %.2f", held_out.kinds, held_out.captions)


if __name__ == "__main__":
    main()
