"""What a browser needs to read a photo itself: networks and runtime, each with its checksum.

Set-up makes the networks (studylens/ocr_export/browser.py), npm brings the runtime; without either the page
offers nothing of the kind. All of it is squeezed already, and goes out as it lies on the disk.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, send_file, url_for

from studylens.analysis.budget.made import MANIFEST
from studylens.errors import NotFound
from studylens.jobs.turns.place import forecast
from studylens.limits import MAX_PHOTOS
from studylens.reader_limits import BROWSER_FOLDER, BROWSER_METHOD
from studylens.web.door.assets import asset_url
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("reader", __name__, url_prefix="/reader")
_RUNTIME = "ort.wasm.gz"
_SCRIPT = "vendor/ort.min.js"
_NETWORKS = ("detection.onnx.gz", "recognition.onnx.gz", "exact.onnx.gz", "characters.json.gz")
_AT_FIRST = ("detection.onnx.gz", "recognition.onnx.gz", "characters.json.gz", _RUNTIME)
"""What the first page costs; `exact` is fetched when a page has lines that the others are not sure of."""


@blueprint.get("")
def show_files() -> Response:
    """Return the files by name, with address, bytes and SHA-256, and the runtime's script; NotFound: none."""
    if not reader_bytes():
        raise NotFound
    try:
        told = {path.name.partition(".")[0]: _told(path) for path in _paths()}
    except OSError as error:  # Set-up is making them anew, or they cannot be read.
        raise NotFound from error
    return jsonify(files=told, script=asset_url(_SCRIPT))


@blueprint.get("/wait")
def show_wait() -> Response:
    """Return the seconds until the cards of `?photos=` new pages are there, as `photos` and as `lines`.

    Both are null until a photo was timed on this machine; a number that cannot be counts as one photo.
    """
    asked = request.args.get("photos", default=1, type=int)
    parts = wiring()
    with parts.database.reading() as session:
        pages = min(max(1, asked), MAX_PHOTOS)
        found = forecast(session, parts.folder.folder_id, guest_id(session), pages)
    return jsonify(photos=found and round(found.photos, 1), lines=found and round(found.lines, 1))


@blueprint.get("/<name>")
def send_part(name: str) -> Response:
    """Send one of these files. Raises NotFound."""
    path = next((path for path in _paths() if path.name == name), None)
    if path is None or not path.is_file():
        raise NotFound
    return send_file(path.resolve(), mimetype="application/gzip")


@blueprint.app_template_global("reader_bytes")
def reader_bytes() -> int:
    """Return how much a browser fetches before it reads its first photo; 0: it cannot be offered here."""
    if asset_url(_SCRIPT) is None or not _are_current():
        return 0
    try:
        sizes = {path.name: path.stat().st_size for path in _paths()}
    except OSError:
        return 0
    return sum(sizes[name] for name in _AT_FIRST)


def _are_current() -> bool:
    """Say whether set-up made the networks as this release's scripts want them."""
    try:
        told = json.loads((_folder() / MANIFEST).read_text(encoding="utf-8"))
        return bool(told["method"] == BROWSER_METHOD)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _folder() -> Path:
    return wiring().config.ocr_path / BROWSER_FOLDER


def _paths() -> list[Path]:
    made = _folder()
    vendor = Path(current_app.static_folder or "static") / "vendor"
    return [*(made / name for name in _NETWORKS), vendor / _RUNTIME]


def _told(path: Path) -> dict[str, Any]:
    digest = _sha256(path, path.stat().st_mtime_ns)
    address = url_for("reader.send_part", name=path.name)
    return {"url": f"{address}?v={digest[:12]}", "bytes": path.stat().st_size, "sha256": digest}


@lru_cache(maxsize=16)
def _sha256(path: Path, _changed_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
