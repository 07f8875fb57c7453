"""Put the quantised network into its folder, all or nothing: the manifest, written last, makes it count."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from studylens.analysis.ocr import quantised


def keep(folder: Path, make: Callable[[Path], None]) -> Path:
    """Let `make` write the network to the path it is given; return where it was put. Passes errors on."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as scratch:
        made = Path(scratch) / "made.onnx"
        make(made)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        target = folder / f"recognition-{digest[:12]}.onnx"
        manifest = {
            "method": quantised.METHOD,
            "source": quantised.source(),
            "file": target.name,
            "sha256": digest,
        }
        written = Path(scratch) / quantised.MANIFEST
        written.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        Path(made).replace(target)
        Path(written).replace(folder / quantised.MANIFEST)
    for old in folder.glob("recognition-*.onnx"):
        if old != target:
            old.unlink()
    return target
