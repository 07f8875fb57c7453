"""`make bench-blip`: the captioner against transformers, full size, one thread, random weights built here.

Each way runs in a process of its own, one after the other. Warm means: libraries imported, graphs opened and
freed within the time, every picture another one, 20 tokens forced. Wall seconds are those of the quickest
caption; processor seconds beside them say how much of that other programs took. Cold is a process from its
start to its first caption. The machine's limit is measured in the same run, with the same library.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.blip_limit import TOKENS, WIDTH, WORDS, limit, timed
from studylens.config import ANALYSIS_ENVIRONMENT, HOME

CAPTIONS = 4
WAYS = ("float32", "bfloat16", "ours")


def main() -> None:
    options = _options()
    if options.child:
        print(json.dumps(_child(options.child, Path(options.model), Path(options.prepared))))
        return
    with _workplace(options.keep) as place:
        model, prepared = place / "full", place / "prepared"
        _build(model, prepared, options.precision)
        machine = _run("limit", model, prepared)
        found = {way: _run(way, model, prepared) for way in WAYS}
        found |= {
            "cold float32": _cold("float32", model, prepared),
            "cold ours": _cold("ours", model, prepared),
        }
        found["manifest"] = json.loads((prepared / "manifest.json").read_text())
    result = {"limit": machine, **found}
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1))
    print(_table(result))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.blip", description=__doc__)
    parser.add_argument("--json", help="also write every figure to this file")
    parser.add_argument("--keep", help="a folder for the weights, used again by the next run")
    parser.add_argument("--precision", default="int8", choices=["int8", "weights"])
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--model", default="", help=argparse.SUPPRESS)
    parser.add_argument("--prepared", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _workplace(keep: str | None) -> Iterator[Path]:
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory(prefix="bench-blip-") as folder:
        yield Path(folder)


def _build(model: Path, prepared: Path, precision: str) -> None:
    """Build the random model and prepare it, each in a process of its own."""
    if not (model / "config.json").is_file():
        _run("build", model, prepared)
    if not (prepared / "manifest.json").is_file():
        line = [sys.executable, "-m", "studylens.blip_export", "prepare", str(model)]
        subprocess.run([*line, f"--folder={prepared}", f"--precision={precision}"], check=True, cwd=HOME)


def _run(way: str, model: Path, prepared: Path) -> dict[str, Any]:
    line = [sys.executable, "-m", "benchmarks.blip", "--child", way, "--model", str(model)]
    environment = dict(os.environ) | ANALYSIS_ENVIRONMENT | {"HF_HUB_OFFLINE": "1"}
    environment.pop("PYTHONOPTIMIZE")
    done = subprocess.run(
        [*line, "--prepared", str(prepared)], cwd=HOME, env=environment, stdout=subprocess.PIPE, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _cold(way: str, model: Path, prepared: Path) -> dict[str, float]:
    """Seconds of a whole process that captions once; the interpreter's end is not in it."""
    runs = [_run(f"cold-{way}", model, prepared)["cold"] for _ in range(2)]
    return {"cold": min(runs)}


def _child(way: str, model: Path, prepared: Path) -> dict[str, Any]:
    started = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + _born()
    if way == "build":
        return _random_model(model)
    if way == "limit":
        return limit()
    once = way.startswith("cold-")
    with _anonymous_peak() as peak:
        clock = time.perf_counter()
        made = _ours(prepared) if way.endswith("ours") else _torch(way.removeprefix("cold-"), model)
        prepare, encode, caption = made
        found: dict[str, Any] = {"import+load": time.perf_counter() - clock}
        if once:
            caption(_pixels(prepare, 0))
            return {"cold": time.time() - started}
        found |= _measured(prepare, encode, caption)
    return {**found, "anonymous_mb": max(peak), "rss_mb": _status("VmHWM")}


def _measured(prepare: Any, encode: Callable[..., Any], caption: Callable[..., Any]) -> dict[str, float]:
    pictures = [_pixels(prepare, n) for n in range(CAPTIONS + 1)]
    caption(pictures[0])
    looks = [timed(encode, pixels) for pixels in pictures[1:]]
    whole = [timed(caption, pixels) for pixels in pictures[1:]]
    look, all_of_it = min(look[0] for look in looks), min(time[0] for time in whole)
    return {
        "encode": look,
        "token_ms": (all_of_it - look) / TOKENS * 1000,
        "caption": all_of_it,
        "caption_cpu": min(time[1] for time in whole),
    }


def _pixels(prepare: Callable[..., Any], seed: int) -> Any:
    import numpy as np
    from PIL import Image

    values = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    return prepare(Image.fromarray(values).resize((400, 300)))


def _ours(prepared: Path) -> tuple[Any, ...]:
    from studylens.analysis import blip
    from studylens.config import Config

    config = Config(blip_model_dir=str(prepared))
    first = blip.get_cached_blip_models(config)

    def caption(pixels: Any) -> None:
        captioner: Any = blip.get_cached_blip_models(config)
        assert len(captioner.tokens(pixels, captioner.start(), TOKENS, end=-1)) == TOKENS + 1
        captioner.close()

    return first.pixels, first.encode, caption  # type: ignore[attr-defined]


def _torch(way: str, model: Path) -> tuple[Any, ...]:
    import torch

    from studylens.analysis.blip_transformers import TransformersCaptioner

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

    return prepare, torch.inference_mode()(loaded.vision_model), caption


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


def _table(result: dict[str, Any]) -> str:
    base, machine = result["float32"], result["limit"]
    lines = ["way        load s  encode s  token ms  caption s  (cpu s)   x float32  anonymous MB  RSS MB"]
    for way in WAYS:
        row = result[way]
        lines.append(
            f"{way:9} {row['import+load']:7.2f} {row['encode']:9.3f} {row['token_ms']:9.1f} "
            f"{row['caption']:10.3f} {row['caption_cpu']:8.3f} {base['caption'] / row['caption']:11.2f} "
            f"{row['anonymous_mb']:13.0f} {row['rss_mb']:7.0f}"
        )
    cold = result["cold float32"]["cold"], result["cold ours"]["cold"]
    lines.append(
        lines.append(
            f"cold to first caption: {cold[0]:.2f} s, ours {cold[1]:.2f} s: {cold[0] / cold[1]:.2f} x"
        )
    )
    lines.append("limit: " + ", ".join(f"{name} {value:.3g}" for name, value in machine.items()))
    lines.append(f"ours / limit: {result['ours']['caption'] / machine['caption, attention in float']:.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
