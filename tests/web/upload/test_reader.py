"""What a browser reads photos with: told with checksums, sent as it lies there, compiled by one worker."""

import gzip
import hashlib
import json
import shutil
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from flask.testing import FlaskClient

from app import create_app
from studylens.analysis.budget.made import MANIFEST
from studylens.analysis.ocr import networks
from studylens.limits import MAX_PHOTOS
from studylens.models import DONE, now
from studylens.places import HOME
from studylens.reader_limits import BROWSER_FOLDER, FIRST_LINES_SECONDS
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_job, become_guest, read_page

MADE = HOME / "models" / "ocr" / BROWSER_FOLDER
"""What `make setup`, which `make test` begins with, put there."""
FIRST_DOWNLOAD_BYTES = 20 * 2**20
NO_RUNTIME = pytest.mark.skipif(
    not (HOME / "static" / "vendor" / "ort.wasm.gz").exists(), reason="npm is not here: `make vendor`"
)


@NO_RUNTIME
def test_each_file_is_what_its_checksum_says(client: FlaskClient) -> None:
    told = client.get("/reader").get_json()
    assert set(told["files"]) == {"detection", "recognition", "exact", "characters", "ort"}
    for file in told["files"].values():
        with client.get(file["url"]) as sent:
            assert (len(sent.data), hashlib.sha256(sent.data).hexdigest()) == (file["bytes"], file["sha256"])
            assert sent.mimetype == "application/gzip"
            assert "Content-Encoding" not in sent.headers, "the checksum is that of what is sent"
    first = sum(file["bytes"] for name, file in told["files"].items() if name != "exact")
    assert first <= FIRST_DOWNLOAD_BYTES
    with client.get(told["script"]) as script:
        assert script.mimetype == "text/javascript"


@NO_RUNTIME
def test_the_page_says_what_the_first_photo_costs(client: FlaskClient) -> None:
    page = read_page(client.get("/new", headers=PAGE))
    assert "Read on this device" in page
    assert "11." in page


@pytest.mark.parametrize("name", ["manifest.json", "..%2fmanifest.json", "recognition.onnx", ""])
def test_nothing_else_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/reader/{name}").status_code == HTTPStatus.NOT_FOUND


def test_without_the_networks_nothing_is_offered(settings: dict[str, Any], tmp_path: Path) -> None:
    client = create_app({**settings, "ocr_model_dir": str(tmp_path)}).test_client()
    assert client.get("/reader").status_code == HTTPStatus.NOT_FOUND
    assert "Read on this device" not in read_page(client.get("/new", headers=PAGE))


@NO_RUNTIME
def test_the_runtimes_script_is_kept_with_those_of_every_release(client: FlaskClient) -> None:
    assert client.get("/reader").get_json()["script"] in client.get("/worker.js").text


@NO_RUNTIME
@pytest.mark.parametrize("manifest", ['{"method": "half-1"}', "{", "[]"])
def test_networks_of_another_release_are_none(
    settings: dict[str, Any], tmp_path: Path, manifest: str
) -> None:
    copy = Path(shutil.copytree(MADE, tmp_path / BROWSER_FOLDER))
    client = create_app({**settings, "ocr_model_dir": str(tmp_path)}).test_client()
    assert client.get("/reader").status_code == HTTPStatus.OK
    (copy / MANIFEST).write_text(manifest)
    assert client.get("/reader").status_code == HTTPStatus.NOT_FOUND
    assert "Read on this device" not in read_page(client.get("/new", headers=PAGE))


@NO_RUNTIME
def test_files_that_cannot_be_read_are_none(settings: dict[str, Any], tmp_path: Path) -> None:
    for file in MADE.glob("*.gz"):
        (tmp_path / BROWSER_FOLDER / file.name).mkdir(parents=True)
    shutil.copy(MADE / MANIFEST, tmp_path / BROWSER_FOLDER)
    client = create_app({**settings, "ocr_model_dir": str(tmp_path)}).test_client()
    assert client.get("/reader").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/reader/detection.onnx.gz").status_code == HTTPStatus.NOT_FOUND


def test_the_wait_is_what_photos_have_taken_here(client: FlaskClient, wiring: Wiring) -> None:
    assert client.get("/reader/wait?photos=2").get_json() == {"photos": None, "lines": None}
    guest = become_guest(wiring, client)
    add_job(wiring, guest, state=DONE, started_at=now() - timedelta(seconds=90), finished_at=now())
    told = {
        asked: client.get(f"/reader/wait?photos={asked}").get_json() for asked in ("1", "2", "99", "x", "-1")
    }
    before = 90  # The guest's text waits; none was timed yet.
    assert told["1"]["photos"] == pytest.approx(before + 90, abs=1)
    assert told["1"]["lines"] == pytest.approx(before + FIRST_LINES_SECONDS, abs=1)
    assert told["2"]["photos"] == pytest.approx(before + 180, abs=1)
    assert told["99"]["photos"] == pytest.approx(before + 90 * MAX_PHOTOS, abs=1)
    assert told["x"] == told["-1"] == told["1"]


def test_one_worker_alone_may_compile(client: FlaskClient) -> None:
    policies = {
        name: client.get(f"/static/v-1/{name}").headers["Content-Security-Policy"]
        for name in ("reader/worker.js", "reader/networks.js", "upload/upload.js")
    }
    assert "script-src 'self' 'wasm-unsafe-eval'" in policies.pop("reader/worker.js")
    assert all("unsafe" not in policy for policy in policies.values())


def _both(name: str, file: str, seen: Any) -> tuple[list[Any], Any]:
    """Return what a network for browsers answers, and the wheel's own."""
    packed = gzip.decompress((MADE / f"{name}.onnx.gz").read_bytes())
    nets = [onnxruntime.InferenceSession(net, providers=["CPUExecutionProvider"])
            for net in (packed, networks.wheel_file(file))]  # fmt: skip
    made, own = (net.run(None, {net.get_inputs()[0].name: seen}) for net in nets)
    return made, own[0]


def test_the_networks_for_browsers_compute_what_the_wheels_do() -> None:
    seen = np.random.default_rng(7).normal(size=(1, 3, 64, 96)).astype(np.float32)
    (text,), own_text = _both("detection", networks.DETECTION_FILE, seen)
    assert abs(text - own_text).max() < 0.02
    (best, score), own_steps = _both("exact", networks.RECOGNITION_FILE, seen[:, :, :48])
    assert (best == own_steps.argmax(axis=2)).all()
    assert abs(score - own_steps.max(axis=2)).max() < 0.02


def test_the_characters_for_browsers_are_those_of_the_network() -> None:
    told = json.loads(gzip.decompress((MADE / "characters.json.gz").read_bytes()))
    known = networks.open_recognition().get_modelmeta().custom_metadata_map["character"]
    assert told == known.splitlines()
