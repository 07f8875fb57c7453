"""Where an installation keeps its files: folders and paths by what the operator decided (config.py)."""

import os
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
BLIP_MANIFEST = "manifest.json"
"""Written last when a captioning model is prepared, so a folder without it holds no model."""


class Places:
    """Paths by the fields of `Config`, which is one."""

    instance_dir: str
    analysis_lock: str
    blip_model_dir: str
    ocr_model_dir: str
    seeing_model_dir: str

    @property
    def instance_path(self) -> Path:
        """Folder of everything that this installation writes."""
        return Path(self.instance_dir) if self.instance_dir else HOME / "instance"

    @property
    def upload_folder(self) -> Path:
        """Folder of the photos that wait or are being read."""
        return self.instance_path / "uploads"

    @property
    def lock_path(self) -> Path:
        """Lock file of the one analysis process of this machine (per user: files in /tmp have owners)."""
        default = Path(tempfile.gettempdir()) / f"studylens-analysis-{os.getuid()}.lock"
        return Path(self.analysis_lock) if self.analysis_lock else default

    @property
    def blip_path(self) -> Path:
        """Folder of the prepared captioning model."""
        return Path(self.blip_model_dir) if self.blip_model_dir else HOME / "models" / "blip"

    @property
    def ocr_path(self) -> Path:
        """Folder of the quantised recognition network."""
        return Path(self.ocr_model_dir) if self.ocr_model_dir else HOME / "models" / "ocr"

    @property
    def has_blip_model(self) -> bool:
        """Say whether a prepared captioning model is there."""
        return (self.blip_path / BLIP_MANIFEST).is_file()

    @property
    def seeing_path(self) -> Path:
        """Folder of the network that photos are told apart with."""
        return Path(self.seeing_model_dir) if self.seeing_model_dir else HOME / "models" / "seeing"

    @property
    def scripts_path(self) -> Path:
        """Folder of tesseract's language data (`make scripts`)."""
        return HOME / "models" / "scripts"
