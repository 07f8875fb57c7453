"""What a prepared captioning model consists of, and whether its files are those that were prepared.

Standard library only: the build, the commands and the analysis process all read and check through here.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from studylens.errors import EngineSkipped
from studylens.places import BLIP_MANIFEST

FORMAT = 2
"""Counts up when an older runtime could not use the files."""
GRAPHS = ("vision", "picture", "step")
"""The graphs in the order in which they run."""
_HASHED_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class FileSeal:
    """What a file was when it was prepared; `modified` in whole seconds, since image layers keep no more."""

    bytes: int
    sha256: str
    modified: int


@dataclass(frozen=True)
class Sizes:
    """The model's sizes, read from its own config: sides in pixels, widths in numbers, tokens by id."""

    image_px: int
    patch_px: int
    vision_width: int
    vision_layers: int
    vision_heads: int
    text_width: int
    text_layers: int
    text_heads: int
    vocabulary: int
    positions: int
    start_token: int
    end_token: int
    pad_token: int


@dataclass(frozen=True)
class Manifest:
    """The file that makes a folder a prepared model; it is written last."""

    model: str
    """Id on the hub, or the folder that it came from."""
    revision: str
    licence: str
    precision: str
    """`int8`, or `weights`: int8 weights in the text decoder, with activations of 16 bits."""
    bits: int
    """8, or 7 for processors that add products in 16 bits."""
    sizes: Sizes
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    files: Mapping[str, FileSeal] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    """What `verify` found when the model was prepared."""
    format: int = FORMAT


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a prepared model; raises EngineSkipped when it is not one we can use."""
    try:
        found = json.loads((folder / BLIP_MANIFEST).read_text())
        if found["format"] != FORMAT:
            raise EngineSkipped(f"the model in {folder.name} was prepared by another release")
        files = {Path(name).name: FileSeal(**seal) for name, seal in found["files"].items()}
        sizes = Sizes(**found["sizes"])
        return Manifest(**{**found, "files": files, "sizes": sizes})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineSkipped(f"the manifest of the model in {folder.name} cannot be read") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest whole or not at all."""
    draft = folder / f"{BLIP_MANIFEST}.new"
    with draft.open("w") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / BLIP_MANIFEST)


def check_files(folder: Path, manifest: Manifest, *, thoroughly: bool = False) -> None:
    """Raise EngineSkipped by name unless every file is there and is the one that was prepared.

    A file of the same size and time is taken for the same, as `make` and `rsync` do: hashing 230 MB for
    each photo would cost a fifth of a caption. Anything else is hashed.
    """
    for name, seal in manifest.files.items():
        try:
            found = (folder / name).stat()
        except OSError as error:
            raise EngineSkipped(f"the caption model lacks its file {name}") from error
        if found.st_size != seal.bytes:
            raise EngineSkipped(f"the caption model's file {name} has {found.st_size} of {seal.bytes} bytes")
        if (thoroughly or int(found.st_mtime) != seal.modified) and sha256(folder / name) != seal.sha256:
            raise EngineSkipped(f"the caption model's file {name} is damaged: its checksum differs")


def seal(path: Path) -> FileSeal:
    """Describe a file as it is now."""
    found = path.stat()
    return FileSeal(found.st_size, sha256(path), int(found.st_mtime))


def sha256(path: Path) -> str:
    """Hash a file of any size in pieces of a megabyte."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_HASHED_AT_ONCE):
            found.update(piece)
    return found.hexdigest()


def install(staged: Path, folder: Path, manifest: Manifest) -> None:
    """Move checked files from `staged` (inside `folder`) into place; until the end `folder` holds no model.

    Files are moved one by one, not the folder as a whole, which may be a mounted volume. A process that
    runs the old model keeps its files until it lets go.
    """
    check_files(staged, manifest, thoroughly=True)
    (folder / BLIP_MANIFEST).unlink(missing_ok=True)
    for old in folder.iterdir():
        if old.is_file() and old.name not in manifest.files:
            old.unlink()
    for name in manifest.files:
        (staged / name).replace(folder / name)
    write_manifest(folder, manifest)
    shutil.rmtree(staged, ignore_errors=True)
