"""The published calls, by curl and the real processes: three in a row on a fresh local service."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import kinds
from tests.service import Service

pytestmark = pytest.mark.process


def curl(*arguments: str) -> Any:
    """Run curl as anybody would, without a place for cookies; return the JSON of its answer."""
    done = subprocess.run(["curl", "--silent", "--show-error", *arguments], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Three photos of one kind, and one of another."""
    made = [kinds.photo(kinds.KINDS[3], n) for n in range(3)] + [kinds.photo(kinds.KINDS[12], 0)]
    paths = [tmp_path / f"{n}.jpg" for n in range(len(made))]
    for path, image in zip(paths, made, strict=True):
        image.save(path, quality=90)
    return paths


def test_the_three_published_calls_work_in_a_row_on_a_fresh_local_service(
    serve: Callable[..., Service], photos: list[Path]
) -> None:
    service = serve(LOCAL_MODE="1")
    here, json_type = service.url, "Content-Type: application/json"
    red = '{"name": "Red", "description": "Leaves of the maple"}'
    made = curl("-X", "POST", f"{here}/colors", "-H", json_type, "-d", red)
    assert (made["id"], made["name"]) == (1, "Red")
    added = curl("-X", "POST", f"{here}/colors/1/images", "-F", f"image=@{photos[0]}")
    assert [job["state"] for job in added["jobs"]] == ["done"]
    trained = curl("-X", "POST", f"{here}/train/1")
    assert (trained["trained"], trained["jobs"][0]["state"]) == (True, "done")
    assert "“Red” has 1 photo" in " ".join(trained["warnings"])
    answers = [
        curl(f"{here}/sets/1/identify", "-F", f"image=@{photo}")["jobs"][0]["identified"][0]
        for photo in (photos[1], photos[3])
    ]
    assert [answer["class"]["name"] for answer in answers] == ["Red", "Red"]
    assert answers[0]["closeness"] > answers[1]["closeness"]
    read = curl(f"{here}/analyze", "-F", f"image=@{photos[0]}")["jobs"][0]
    assert read["identified"][0]["set"]["name"] == "My first set"
    behind_a_proxy = (["-H", "X-Forwarded-For: 203.0.113.9"], ["--http1.0"], ["-H", "Host: 192.168.1.20"])
    assert [curl(*how, f"{here}/sets")["sets"] for how in behind_a_proxy] == [[], [], []]
    stages = curl(f"{here}/jobs/{added['jobs'][0]['id']}")["stages"]
    assert [stage["stage"] for stage in stages] == [
        "before_image_processing", "after_decode", "after_look", "after_file_cleanup",
    ]  # fmt: skip
    assert not list(service.uploads.glob("*.taught"))
