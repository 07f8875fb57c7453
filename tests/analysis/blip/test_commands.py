"""`flask blip` seen by whoever builds: what is found, what is compared with what, and when a build fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from app import create_app
from studylens.analysis.blip.manifest import read_manifest
from studylens.blip_export.source import Source, find_source, source_of
from studylens.errors import EngineFailed
from tests.analysis.blip import world
from tests.analysis.blip.tiny_blip import FOLDER
from tests.late import Late
from tests.service import HOME, clean_environment

tiny = Late("tests.analysis.blip.tiny_blip.model")


def run(
    folder: Path, *arguments: str, cwd: Path = HOME, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(folder, BLIP_MODEL_DIR=str(folder), **variables)
    command = [sys.executable, "-m", "flask", "--app", str(HOME / "app.py"), "blip", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def require(**settings: object) -> Result:
    return create_app(settings).test_cli_runner().invoke(args=["blip", "require"])


def test_a_build_without_a_model_fails_and_says_what_to_do(tmp_path: Path) -> None:
    found = require(blip_model_dir=str(tmp_path / "none"))
    assert found.exit_code == 1
    assert all(way in found.output for way in ("blip prepare", "blip fetch", "ENGINES=gemini,ocr"))


def test_a_build_that_leaves_blip_out_needs_no_model(tmp_path: Path) -> None:
    assert require(blip_model_dir=str(tmp_path / "none"), engines=("gemini", "ocr")).exit_code == 0


def test_a_build_with_a_whole_model_passes(trained: Path) -> None:
    assert require(blip_model_dir=str(trained)).exit_code == 0


def test_a_build_with_a_damaged_model_fails_by_the_files_name(trained: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "model"))
    data, times = (folder / "step.data").read_bytes(), (folder / "step.data").stat()
    (folder / "step.data").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(folder / "step.data", ns=(times.st_atime_ns, times.st_mtime_ns))
    found = require(blip_model_dir=str(folder))
    assert found.exit_code == 1
    assert "step.data" in found.output


def test_the_other_backend_needs_a_model_of_its_own_kind(trained: Path) -> None:
    theirs = {"blip_backend": "transformers"}
    assert require(blip_model_dir=str(FOLDER), **theirs).exit_code == 0
    assert require(blip_model_dir=str(FOLDER)).exit_code == 1


def test_a_model_from_a_folder_is_verified_against_that_folder_from_anywhere(
    trained: Path, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER, tmp_path / "mine")
    world.pictures(1)[0].save(tmp_path / "photo.png")
    done = run(trained, "verify", "--model", "mine", "photo.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "photo.png: '" in done.stdout
    assert "next words equal" in done.stdout


def test_without_the_folder_it_was_prepared_from_verify_asks_for_it(trained: Path) -> None:
    manifest = read_manifest(trained)
    with pytest.raises(EngineFailed, match=r"folder named 'model'.*--model FOLDER"):
        source_of(manifest)
    assert run(trained, "verify").returncode == 1


def test_another_model_is_not_compared(trained: Path, tmp_path: Path) -> None:
    other = tiny.new_model(1)
    other.config.text_config.max_position_embeddings = 32
    other = type(other)(other.config)
    tiny.save(tmp_path, other)
    done = run(trained, "verify", "--model", str(tmp_path))
    assert done.returncode == 1
    assert "another model" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [("no such folder", "neither a folder nor an id"), (str(HOME / "docs"), "no config.json")],
)
def test_a_source_that_is_none_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(EngineFailed, match=said):
        find_source(text)


def test_a_folder_is_known_by_its_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert find_source(".") == Source("model", ".", licence="as the repository that it lies in")
