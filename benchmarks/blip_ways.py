"""`python -m benchmarks.blip_ways WAY`: caption with full-size weights one way, in a process of its own.

WAY is `build` (write the random model), `limit`, or one of `float32`, `bfloat16`, `ours`, alone or behind
`cold-` (one caption, seconds since the process began) or `inside-` (captions that are told one by one, for a
process that may be too slow to end). Answers with JSON, a line each; one thread.
"""

import argparse
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.blip_limit import TOKENS, WIDTH, WORDS, limit, timed

CAPTIONS = 4
INSIDE = 3
"""Captions inside a hard limit: the first reads what it needs from the disk."""


@dataclass(frozen=True)
class Way:
    """How one way captions: PIL image -> pixels; pixels -> what the encoder sees; pixels -> a caption."""

    prepare: Callable[..., Any]
    encode: Callable[..., Any]
    caption: Callable[..., Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--prepared", type=Path, required=True)
    options = parser.parse_args()
    for answer in _answers(options.way, options.model, options.prepared):
        print(json.dumps(answer), flush=True)


def _answers(way: str, model: Path, prepared: Path) -> Iterator[dict[str, Any]]:
    started = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + _born()
    if way == "build":
        yield _random_model(model)
    elif way == "limit":
        yield limit()
    elif way.startswith("cold-"):
        made = _make(way.removeprefix("cold-"), model, prepared)
        made.caption(_pixels(made, 0))
        yield {"cold": time.time() - started}
    elif way.startswith("inside-"):
        yield from _one_by_one(_make(way.removeprefix("inside-"), model, prepared))
    else:
        yield _measured(way, model, prepared)


def _measured(way: str, model: Path, prepared: Path) -> dict[str, float]:
    with _anonymous_peak() as peak:
        clock = time.perf_counter()
        made = _make(way, model, prepared)
        loaded = time.perf_counter() - clock
        pictures = [_pixels(made, n) for n in range(CAPTIONS + 1)]
        made.caption(pictures[0])
        looks = [timed(made.encode, pixels) for pixels in pictures[1:]]
        whole = [timed(made.caption, pixels) for pixels in pictures[1:]]
    look, all_of_it = min(look[0] for look in looks), min(time[0] for time in whole)
    return {
        "load": loaded,
        "encode": look,
        "token_ms": (all_of_it - look) / TOKENS * 1000,
        "caption": all_of_it,
        "caption_cpu": min(time[1] for time in whole),
        "anonymous_mb": max(peak),
        "rss_mb": _status("VmHWM"),
    }


def _one_by_one(made: Way) -> Iterator[dict[str, float]]:
    for n in range(INSIDE):
        pixels, read = _pixels(made, n), _read_mb()
        seconds, processor = timed(made.caption, pixels)
        yield {"caption": seconds, "caption_cpu": processor, "read_mb": _read_mb() - read}


def _pixels(made: Way, seed: int) -> Any:
    import numpy as np
    from PIL import Image

    values = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    return made.prepare(Image.fromarray(values).resize((400, 300)))


def _make(way: str, model: Path, prepared: Path) -> Way:
    return _ours(prepared) if way == "ours" else _torch(way, model)


def _ours(prepared: Path) -> Way:
    from studylens.analysis.blip import captioner as blip
    from studylens.config import Config

    config = Config(blip_model_dir=str(prepared))
    first: Any = blip.get_cached_blip_models(config)

    def caption(pixels: Any) -> None:
        captioner: Any = blip.get_cached_blip_models(config)
        assert len(captioner.tokens(pixels, TOKENS, end=-1)) == TOKENS + 1
        captioner.close()

    return Way(first.pixels, first.encode, caption)


def _torch(way: str, model: Path) -> Way:
    import torch

    from studylens.analysis.blip.transformers import TransformersCaptioner

    torch.set_num_threads(1)
    captioner = TransformersCaptioner(model)
    kind = getattr(torch, way)
    loaded = captioner.model.to(kind)

    def prepare(image: Any) -> Any:
        return captioner.processor(images=image, return_tensors="pt")["pixel_values"].to(kind)

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def caption(pixels: Any) -> None:
        made = loaded.generate(pixel_values=pixels, min_new_tokens=TOKENS, max_new_tokens=TOKENS)
        assert made.shape[1] == TOKENS + 1

    return Way(prepare, torch.inference_mode()(loaded.vision_model), caption)


def _random_model(folder: Path) -> dict[str, Any]:
    """Write BLIP-base's sizes with random weights; the published model has 12 text heads."""
    import torch
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    torch.manual_seed(0)
    special = ["[PAD]", *(f"[unused{n}]" for n in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = [*special, *(f"word{n}" for n in range(WORDS - len(special) - 2)), "[DEC]", "[ENC]"]
    text = {"vocab_size": WORDS, "num_attention_heads": 12, "intermediate_size": 4 * WIDTH}
    vision = {"image_size": 384, "initializer_range": 0.02}
    config = BlipConfig(text_config=text, vision_config=vision)
    BlipForConditionalGeneration(config).save_pretrained(folder)
    tokenizer = BertTokenizer({word: n for n, word in enumerate(words)}, bos_token="[DEC]")  # noqa: S106 - a word, no secret.
    BlipProcessor(BlipImageProcessorPil(), tokenizer).image_processor.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return {}


def _born() -> float:
    """Seconds from boot to the start of this process."""
    fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _read_mb() -> float:
    """MB that this process has read from the disk so far."""
    rows = dict(row.split(": ") for row in Path("/proc/self/io").read_text().splitlines())
    return int(rows["read_bytes"]) / 1024 / 1024


@contextmanager
def _anonymous_peak() -> Iterator[list[float]]:
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            peak[0] = max(peak[0], _status("RssAnon"))

    threading.Thread(target=watch, daemon=True).start()
    yield peak
    over.set()


def _status(key: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":")) / 1024


if __name__ == "__main__":
    main()
