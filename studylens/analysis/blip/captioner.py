"""BLIP captioning: the door to the captioner. Without a model the stage is skipped by name."""

import logging
from pathlib import Path
from typing import Protocol

from PIL import Image

from studylens import limits
from studylens.analysis.blip import manifest as blip_manifest
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped
from studylens.limits import BLIP_MAX_NEW_TOKENS

log = logging.getLogger(__name__)

NO_MODEL_LINE = "No trained models found. Skipping model loading to save memory."
TRANSFORMERS_CONFIG = "config.json"
"""What makes a folder a model in transformers' own format."""


class Captioner(Protocol):
    """A loaded captioning model."""

    engine: str
    """What the pack names as the caption's origin, e.g. `blip:onnx-int8`."""

    def caption(
        self,
        image: Image.Image,
        *,
        max_new_tokens: int = BLIP_MAX_NEW_TOKENS,
    ) -> str:
        """Describe an RGB picture (longest side <= 400 px) in one phrase."""

    def close(self) -> None:
        """Give its memory back."""


def model_bytes(folder: Path) -> int:
    """Return the bytes of the model files in `folder`, which the runtime maps; 0 without a model."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def need_mb(config: Config) -> float:
    """Return the memory in MB that a caption takes with the chosen backend, on top of an idle process."""
    if config.blip_backend == "transformers":
        return limits.NEED_BLIP_TRANSFORMERS_MB + model_bytes(config.blip_path) / 1024 / 1024
    return limits.NEED_BLIP_MB


def room_mb(config: Config) -> float:
    """Return the MB that a caption may map before it is stopped (see ROOM_DECODE_MB)."""
    if config.blip_backend == "transformers":
        return limits.ROOM_BLIP_TRANSFORMERS_MB
    return limits.ROOM_BLIP_MB


def require_model(config: Config) -> None:
    """Raise EngineSkipped("no model") unless a model for the chosen backend lies in BLIP_MODEL_DIR."""
    if config.blip_backend == "transformers" and (config.blip_path / TRANSFORMERS_CONFIG).is_file():
        return
    if not config.has_blip_model:
        raise EngineSkipped("no model")


def get_cached_blip_models(config: Config) -> Captioner:
    """Load the captioner as late as this, in eval form; nothing that failed is kept.

    Raises EngineSkipped without a usable model, EngineFailed when it does not load, OutOfMemory.
    """
    require_model(config)
    try:
        return _load(config)
    except EngineFailed as failure:
        log.warning("Cannot caption with the model in %s: %s", config.blip_path, failure.reason)
        raise


def _load(config: Config) -> Captioner:
    # Imported late: each brings libraries that only a photo to caption needs.
    if config.blip_backend == "transformers":
        from studylens.analysis.blip.transformers import TransformersCaptioner  # noqa: PLC0415

        return TransformersCaptioner(config.blip_path)
    manifest = blip_manifest.read_manifest(config.blip_path)
    blip_manifest.check_files(config.blip_path, manifest)
    from studylens.analysis.blip.onnx import OnnxCaptioner  # noqa: PLC0415

    return OnnxCaptioner(config.blip_path, manifest)
