"""A model in transformers' format becomes a prepared one: int8 files, words, manifest, all or none."""

import datetime as dt
import importlib.metadata
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from studylens.analysis.blip.manifest import (
    GRAPHS,
    Manifest,
    install,
    seal,
    write_manifest,
)
from studylens.analysis.blip.onnx import OnnxCaptioner
from studylens.analysis.blip.transformers import TransformersCaptioner
from studylens.analysis.blip.words import WORDS_FILE, words_of
from studylens.blip_export import footprint, saturation, verify
from studylens.blip_export.page import Captioned, write_page
from studylens.blip_export.precision import Precision
from studylens.blip_export.seen import picture_graph
from studylens.blip_export.source import Source, find_source
from studylens.blip_export.text import step_graph
from studylens.blip_export.vision import vision_graph
from studylens.blip_export.weights import Weights, sizes_of
from studylens.errors import EngineFailed

STAGED = ".new-"
"""Folders of this prefix hold an export under way; one that was killed is swept by the next."""
STEPS = 9
"""How often `tell` is called by a preparation that needs no fallback."""
PROVED = 2
"""Pictures that the float graphs are proved on: each word takes 0.1 s there."""
LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers", "numpy", "pillow")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What to prepare, where to put it, and how."""

    source: str
    """A folder, or an id on the hub, as `find_source` takes it."""
    folder: Path
    precision: Precision | None = None
    """None: int8, unless its words differ too often from torch's."""
    bits: int | None = None
    """None: decided from what `saturation` measures."""


def prepare(wish: Wish, pictures: Sequence[Image.Image], tell: Tell) -> Manifest:
    """Export, quantise, verify and install; raises EngineFailed, and leaves nothing usable then."""
    source, reference = _loaded(wish, tell)
    weights = Weights(reference.model)
    tell("captioning with torch")
    expected = verify.expectations(reference, pictures)
    tell("measuring what would be clipped without VNNI")
    clipping = saturation.measure(reference, expected[:2])
    manifest = _described(source, reference, wish.precision, wish.bits or clipping.bits)
    with _staged(wish.folder) as staged:
        tokenizer = reference.processor.tokenizer.backend_tokenizer.to_str()
        (staged / WORDS_FILE).write_text(words_of(tokenizer))
        export = _Export(staged, weights, expected, tell)
        proved = export.prove(manifest)
        manifest, compared = export.quantise(manifest, wish.precision)
        manifest = replace(manifest, files=_seals(staged))
        tell("captioning in a process of its own")
        write_manifest(staged, manifest)
        report = {
            "pictures": len(expected),
            "float": asdict(proved),
            "clipping": clipping.report(),
            **compared,
        }
        manifest = replace(manifest, report={**report, "memory": footprint.measure(staged)})
        captions = _captioned(OnnxCaptioner(staged, manifest), pictures, expected, reference)
        tell("putting the files into place")
        install(staged, wish.folder, manifest)
    with suppress(OSError):  # The model is there; a page that found no room is no reason to throw it away.
        write_page(wish.folder, manifest, captions)
    return manifest


def _loaded(wish: Wish, tell: Tell) -> tuple[Source, TransformersCaptioner]:
    tell("finding the model's files")
    source = find_source(wish.source)
    tell("loading the model with transformers")
    return source, TransformersCaptioner(source.place)


def _captioned(
    ours: OnnxCaptioner,
    pictures: Sequence[Image.Image],
    expected: Sequence[verify.Expected],
    theirs: TransformersCaptioner,
) -> list[Captioned]:
    """Let the new files caption the pictures, too."""
    return [
        Captioned(picture, ours.caption(picture), theirs.text(item.tokens))
        for picture, item in zip(pictures, expected, strict=True)
    ]


def _described(
    source: Source, reference: TransformersCaptioner, precision: Precision | None, bits: int
) -> Manifest:
    processor = reference.processor.image_processor
    return Manifest(
        model=source.name,
        revision=source.revision,
        licence=source.licence,
        precision=precision or "int8",
        bits=bits,
        sizes=sizes_of(reference.model.config),
        mean=tuple(processor.image_mean),
        deviation=tuple(processor.image_std),
        versions={
            **{name: importlib.metadata.version(name) for name in LIBRARIES},
            "prepared": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        },
    )


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Give a folder inside `folder` to build in; it is gone afterwards, whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)
    staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=folder))
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


@dataclass(frozen=True)
class _Export:
    staged: Path
    weights: Weights
    expected: Sequence[verify.Expected]
    tell: Tell

    def prove(self, manifest: Manifest) -> verify.Comparison:
        """Prove the graphs right: the same ones in float must give torch's scores."""
        self.tell("proving the graphs in float")
        folder = self.staged / "float"
        folder.mkdir()
        shutil.copy(self.staged / WORDS_FILE, folder)
        vision_graph(self.weights, "float").save(folder / "vision.onnx")
        self._save_text(folder, "float", 8)
        found = verify.compare(folder, manifest, self.expected[:PROVED])
        shutil.rmtree(folder)
        if found.difference > verify.FLOAT_LIMIT:
            raise EngineFailed(f"the float export differs from torch by {found.difference:.2g}")
        return found

    def quantise(self, manifest: Manifest, wanted: Precision | None) -> tuple[Manifest, Mapping[str, Any]]:
        """Write the files to keep; finer activations in the decoder when words differ too often."""
        self.tell("quantising the vision encoder")
        vision_graph(self.weights, "int8", manifest.bits).save(self.staged / "vision.onnx")
        found = self._text(manifest, wanted or "int8")
        report = {manifest.precision: asdict(found)}
        if wanted or found.tokens >= verify.TOKEN_AGREEMENT:
            return manifest, report
        self.tell(f"only {found.tokens:.0%} of the words agree: falling back to 16-bit activations")
        finer = self._text(manifest, "weights")
        return replace(manifest, precision="weights"), {**report, "weights": asdict(finer)}

    def _text(self, manifest: Manifest, precision: Precision) -> verify.Comparison:
        self.tell(f"quantising the text decoder ({precision}) and comparing it with torch")
        self._save_text(self.staged, precision, manifest.bits)
        return verify.compare(self.staged, manifest, self.expected)

    def _save_text(self, folder: Path, precision: Precision, bits: int) -> None:
        picture_graph(self.weights, precision, bits).save(folder / "picture.onnx")
        step_graph(self.weights, precision, bits).save(folder / "step.onnx")


def _seals(staged: Path) -> Mapping[str, Any]:
    names = [WORDS_FILE, *(f"{graph}.{kind}" for graph in GRAPHS for kind in ("onnx", "data"))]
    return {name: seal(staged / name) for name in names}
