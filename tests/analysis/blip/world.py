"""A tiny random BLIP, in transformers' format and prepared: made once for all tests of the captioner."""

from pathlib import Path

import numpy as np
from PIL import Image

from studylens.analysis.blip.manifest import Manifest, seal, write_manifest
from studylens.analysis.blip.words import WORDS_FILE
from tests.analysis.blip.tiny_blip import FOLDER
from tests.analysis.blip.tiny_blip.figures import draw
from tests.late import Late

export = Late("studylens.blip_export.prepare")
tiny = Late("tests.analysis.blip.tiny_blip.model")

SEED = 11


def save_model(folder: Path) -> Path:
    """Write the tiny model with weights large enough that its words differ from picture to picture."""
    import torch

    made = tiny.new_model(SEED)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            if weight.ndim > 1 and "position" not in name:
                weight.mul_(3.0)
    tiny.save(folder, made)
    return folder


def prepare_model(source: Path, folder: Path) -> Manifest:
    made: Manifest = export.prepare(export.Wish(str(source), folder), pictures(3), lambda _: None)
    return made


def prepare_trained(folder: Path) -> None:
    """Export the tiny trained model to int8."""
    wish = export.Wish(str(FOLDER), folder, precision="int8")
    export.prepare(wish, [draw(seed)[0] for seed in range(4)], lambda _: None)


def save_float(source: Path, prepared: Path, folder: Path, manifest: Manifest) -> None:
    """Write the same graphs in float, which must behave exactly as torch does."""
    from transformers import BlipForConditionalGeneration

    from studylens.blip_export.seen import picture_graph
    from studylens.blip_export.text import step_graph
    from studylens.blip_export.vision import vision_graph
    from studylens.blip_export.weights import Weights

    weights = Weights(BlipForConditionalGeneration.from_pretrained(source))
    (folder / WORDS_FILE).write_bytes((prepared / WORDS_FILE).read_bytes())
    for name, build in (("vision", vision_graph), ("picture", picture_graph), ("step", step_graph)):
        build(weights, "float").save(folder / f"{name}.onnx")
    write_manifest(folder, manifest)


def pictures(count: int) -> list[Image.Image]:
    """Give pictures of coloured fields, each another one."""
    random = np.random.default_rng(3)
    fields = random.integers(0, 256, (count, 6, 8, 3), dtype=np.uint8)
    return [Image.fromarray(field).resize((400, 300)) for field in fields]


def reseal(folder: Path, name: str, manifest: Manifest) -> None:
    """Make the manifest agree with a file that was changed."""
    write_manifest(
        folder, Manifest(**{**vars(manifest), "files": {**manifest.files, name: seal(folder / name)}})
    )
