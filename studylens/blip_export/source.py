"""Where a model in transformers' format comes from: a folder, or the hub at one revision; and its licence."""

import re
from dataclasses import dataclass
from pathlib import Path

from studylens.analysis.blip.manifest import Manifest
from studylens.blip_export.layout import CARD, CONFIG
from studylens.errors import EngineFailed

_HUB_ID = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Source:
    """A model that transformers can load: `name` is what others may know it by, `place` where it lies."""

    name: str
    """An id on the hub, or a folder's own name: its path is nobody's business."""
    place: str
    """The folder with its files; of a hub's model that in the cache of the hub's client."""
    revision: str = ""
    """The hub's commit; empty for a folder."""
    licence: str = NOT_STATED


def find_source(text: str) -> Source:
    """Return the source that `text` names: a folder, `owner/name` or `owner/name@revision`.

    A model of the hub is downloaded, at one commit, so that what is loaded can be named. Raises EngineFailed.
    """
    folder, hub_id = Path(text), _HUB_ID.fullmatch(text)
    if folder.is_dir():
        if not (folder / CONFIG).is_file():
            raise EngineFailed(f"the folder {text} holds no model in transformers' format: no {CONFIG}")
        return Source(folder.absolute().name, text, licence=_licence(folder / CARD))
    if hub_id is None:
        raise EngineFailed(f"{text} is neither a folder nor an id on the hub (owner/name)")
    return _on_the_hub(hub_id["id"], hub_id["revision"])


def source_of(manifest: Manifest) -> Source:
    """Return what a model was prepared from; raises EngineFailed for a folder, whose path nobody kept."""
    if "/" not in manifest.model:
        raise EngineFailed(
            f"this model was prepared from a folder named {manifest.model!r}. "
            "Say where that folder is: flask blip verify --model FOLDER"
        )
    return find_source(f"{manifest.model}@{manifest.revision}" if manifest.revision else manifest.model)


def _on_the_hub(name: str, revision: str | None) -> Source:
    from studylens.blip_export.hub import download  # noqa: PLC0415 - a folder needs no hub.

    folder = download(name, revision)
    return Source(name, str(folder), folder.name, _licence(folder / CARD))


def _licence(card: Path) -> str:
    """Read `license:` from a model card."""
    lines = card.read_text(errors="replace").splitlines() if card.is_file() else []
    found = (line.removeprefix("license:").strip() for line in lines if line.startswith("license:"))
    return next(found, NOT_STATED)
