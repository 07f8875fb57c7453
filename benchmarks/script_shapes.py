"""Make studylens/analysis/ocr/shapes.json anew: `python -m benchmarks.script_shapes FONTS WORDS.json`.

FONTS: a folder with Noto's fonts (Debian: fonts-noto-core, fonts-noto-cjk). WORDS.json: name of a script ->
words, such as the territories and languages of CLDR that `babel` knows. A linear model (softmax) is fitted to
figures of 260 lines a script; it named 98 % of the lines that it was not shown.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from studylens.analysis.ocr import shapes

FACES = {
    "Hindi": ("SansDevanagari", "SerifDevanagari"), "Arabic": ("SansArabic",),
    "Hebrew": ("SansHebrew", "SerifHebrew"), "Thai": ("SansThai", "SerifThai"),
    "Tamil": ("SansTamil", "SerifTamil"), "Telugu": ("SansTelugu", "SerifTelugu"),
    "Bengali": ("SansBengali", "SerifBengali"), "Gujarati": ("SansGujarati", "SerifGujarati"),
    "Georgian": ("SansGeorgian", "SerifGeorgian"), "Armenian": ("SansArmenian", "SerifArmenian"),
    "Russian": ("Sans", "Serif"), shapes.OURS: ("Sans", "Serif"), "Korean": ("SansCJK", "SerifCJK"),
}  # fmt: skip
LINES, STEPS, RATE, DECAY, SHOWN = 260, 900, 0.5, 0.002, 0.8


def main() -> None:
    """Draw, fit, tell how well the lines that were kept back are named, and write the model."""
    fonts, words = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    names = list(FACES)
    order = random.Random(3)  # noqa: S311 - the same lines every time.
    drawn = [
        (n, _line(words[name], _fonts(fonts, name), order))
        for n, name in enumerate(names)
        for _ in range(LINES)
    ]
    seen = [(n, figures) for n, line in drawn if (figures := shapes.figures(line)) is not None]
    wanted, values = np.array([n for n, _ in seen]), np.array([figures for _, figures in seen])
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread < 1e-3] = 1.0
    inputs = np.column_stack([(values - mean) / spread, np.ones(len(values))])
    mixed = np.random.default_rng(0).permutation(len(inputs))
    shown, kept = np.split(mixed, [int(SHOWN * len(mixed))])
    weights = _fitted(inputs[shown], np.eye(len(names))[wanted[shown]])
    right = ((inputs[kept] @ weights).argmax(axis=1) == wanted[kept]).mean()
    print(f"{right:.3f} of {len(kept)} lines that were not shown are named right")
    shapes.MODEL.write_text(json.dumps({
        "names": names, "mean": mean.round(4).tolist(), "spread": spread.round(4).tolist(),
        "weights": weights.round(3).tolist(),
    }, separators=(",", ":")))  # fmt: skip


def _fonts(folder: Path, name: str) -> list[Path]:
    return [path for face in FACES[name] for path in folder.rglob(f"Noto{face}-Regular.tt*")]


def _line(words: list[str], fonts: list[Path], order: random.Random) -> Image.Image:
    text, wanted = "", order.randint(10, 36)
    while len(text) < wanted:
        text = f"{text} {order.choice(words)}".strip()
    px = order.choice((16, 20, 26, 34))
    font = ImageFont.truetype(str(order.choice(fonts)), px)
    size = (int(font.getlength(text)) + 16, int(px * order.uniform(1.5, 1.9)))
    image = Image.new("L", size, order.randint(200, 255))
    ImageDraw.Draw(image).text((8, px * order.uniform(0, 0.25)), text, font=font, fill=order.randint(0, 90))
    return image.filter(ImageFilter.GaussianBlur(order.choice((0, 0, 0.5, 0.8, 1.2))))


def _fitted(inputs: Any, wanted: Any) -> Any:
    weights = np.zeros((inputs.shape[1], wanted.shape[1]))
    for _ in range(STEPS):
        scores = inputs @ weights
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        weights -= RATE * (inputs.T @ (likely - wanted) / len(inputs) + DECAY * weights)
    return weights


if __name__ == "__main__":
    main()
