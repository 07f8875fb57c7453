"""The captioner that runs on onnxruntime alone: three graphs in turn, each gone before the next comes.

The weights are mapped from their files, so the kernel may drop and read them again at will; what cannot be
dropped is what a graph computes. Only the analysis process imports this, and only for a photo to caption.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from studylens.analysis.blip import decoding
from studylens.analysis.blip.manifest import Manifest
from studylens.analysis.blip.words import read_words
from studylens.analysis.budget.onnx import open_session, vendor_errors
from studylens.limits import BLIP_MAX_NEW_TOKENS

if TYPE_CHECKING:
    from PIL import Image

Floats = NDArray[np.float32]


class OnnxCaptioner:
    """A prepared model; it holds its words between captions, and graphs only while they run."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.engine = f"blip:onnx-{manifest.precision}"
        self.manifest = manifest
        self._folder = folder
        with vendor_errors("loading the caption model"):
            self._words: Any = read_words(folder)

    def caption(
        self,
        image: "Image.Image",
        *,
        max_new_tokens: int = BLIP_MAX_NEW_TOKENS,
    ) -> str:
        """Describe an RGB picture in one phrase.

        Raises EngineFailed when the files do not work, OutOfMemory when memory runs out.
        """
        with vendor_errors("captioning"):
            tokens = self.tokens(self.pixels(image), max_new_tokens)
            return str(self._words.text(tokens)).strip()

    def close(self) -> None:
        """Let go of everything: the graphs are gone already, and nothing here needs a collection (8 ms)."""
        self._words = None

    def pixels(self, image: "Image.Image") -> Floats:
        """Return the picture as the vision encoder takes it."""
        manifest = self.manifest
        return to_pixels(
            image, side=manifest.sizes.image_px, mean=manifest.mean, deviation=manifest.deviation
        )

    def tokens(self, pixels: Floats, limit: int, *, end: int | None = None) -> list[int]:
        """Return the caption's tokens, the start token included; `end` stands for the model's own."""
        sizes = self.manifest.sizes
        task = decoding.Task(
            sizes.start_token, sizes.end_token if end is None else end, min(limit, sizes.positions - 1)
        )
        with self.decoder(self.encode(pixels)) as decoder:
            return decoding.greedy(decoder.step, task)

    def encode(self, pixels: Floats) -> dict[str, Any]:
        """Look at the picture: pixels [1, 3, px, px] -> what the decoder's cross-attention needs."""
        states = self._run("vision", {"pixels": pixels})
        return self._run("picture", states)

    @contextmanager
    def decoder(self, seen: dict[str, Any]) -> Iterator["Decoder"]:
        """Hold the text decoder for one caption."""
        decoder = Decoder(self._open("step"), seen, self.manifest)
        try:
            yield decoder
        finally:
            decoder.close()

    def _run(self, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        session = self._open(name)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, inputs), strict=True))

    def _open(self, name: str) -> Any:
        return open_session(self._folder / f"{name}.onnx")


class Decoder:
    """The text decoder in the middle of a caption: remembers keys and values of the tokens so far."""

    def __init__(self, session: Any, seen: dict[str, Any], manifest: Manifest) -> None:
        self._session = session
        self._seen = _values(seen)
        sizes = manifest.sizes
        self._words = sizes.vocabulary
        rows = range(2 * sizes.text_layers)
        nothing = np.empty((1, 0, sizes.text_width), np.float32)
        self._past: dict[str, Any] = _values({f"past_{n}": nothing for n in rows})
        self._outputs = ["logits", *(f"present_{n}" for n in rows)]
        self._length = 0

    def step(self, token: int) -> Floats:
        """Read one token; return the scores of every word after it, [vocabulary]."""
        read = {"tokens": np.array([token], np.int64), "place": np.array([self._length], np.int64)}
        inputs = {**_values(read), **self._past, **self._seen}
        scores, *present = self._session.run_with_ort_values(self._outputs, inputs)
        self._past = dict(zip(self._past, present, strict=True))
        self._length += 1
        found: Floats = scores.numpy()[0, : self._words]
        return found

    def close(self) -> None:
        """Let go of the graph and of what was remembered."""
        self._session = None
        self._seen, self._past = {}, {}


def _values(arrays: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays as the runtime holds them, not copied: it would wrap them anew at every step."""
    return {name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in arrays.items()}


BICUBIC = 3
"""Pillow's number for it."""


def to_pixels(
    image: "Image.Image", *, side: int, mean: tuple[float, ...], deviation: tuple[float, ...]
) -> NDArray[np.float32]:
    """Return an RGB picture as [1, 3, side, side]."""
    small = image.convert("RGB").resize((side, side), resample=BICUBIC)
    pixels = np.asarray(small, dtype=np.float32) * np.float32(1 / 255)
    pixels -= np.asarray(mean, np.float32)
    pixels /= np.asarray(deviation, np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
