"""The container image, as far as it can be held to its word without a daemon.

The Dockerfile is read and its own shell lines are run; the service is started from a tree that holds nothing
but what the image copies, as a user of its own, with nothing importable but what the image installs.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from studylens.analysis.blip.manifest import sha256
from tests.analysis.blip.test_jobs import BLIP_STAGES
from tests.analysis.blip.test_tiny_blip import _prepared
from tests.analysis.blip.tiny_blip.figures import HELD_OUT, draw, kind_of
from tests.analysis.blip.tiny_blip.model import FOLDER
from tests.deploy.dockerfile import Stage, read_stages
from tests.deploy.test_deployment import pinned, variables
from tests.service import HOME, Service, clean_environment

UID = 10001
SLIM_LIBRARIES = re.compile(
    r"(linux-vdso|libc|libm|libmvec|libdl|librt|libpthread|libresolv|ld-linux-\S+|libgcc_s|libstdc\+\+|libz)\.so"
)
"""Libraries of Debian that python:3.11-slim brings: glibc, gcc's own two, and zlib."""
SITE = Path(importlib.metadata.distribution("flask").locate_file(""))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def image() -> Stage:
    return read_stages()[-1]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    _prepared(folder)
    return folder


def test_every_copied_path_exists_and_reaches_the_builder() -> None:
    sources = {source for stage in read_stages() for source in stage.copied}
    ignored = (HOME / ".dockerignore").read_text().split("\n")
    assert {f"!{source}" for source in sources} == {line for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert [source for source in sources if not (HOME / source).exists()] == []


def test_what_comes_from_other_stages_is_made_there(image: Stage) -> None:
    names = {stage.name for stage in read_stages()}
    assert {place.split(":")[0] for place in image.taken} <= names
    assert image.taken == {
        "libraries:/venv": "/venv",
        "model:/app/models": "models",
        "frontend:/build/static/vendor": "static/vendor",
    }


def test_the_image_installs_nothing_and_runs_as_nobody_important(image: Stage) -> None:
    assert image.base == "python:3.11-slim"
    assert not [line for line in image.all("RUN") if re.search(r"\b(pip|apt-get|npm|curl)\b", line)]
    words = [word for word, _ in image.instructions]
    assert image.all("USER") == ["studylens"]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word in {"RUN", "COPY"})
    assert f"--uid {UID} " in image.all("RUN")[0]


def test_only_the_models_stage_sees_torch() -> None:
    stages = [stage.name for stage in read_stages() if "requirements-blip.txt" in " ".join(stage.all("RUN"))]
    assert stages == ["model"]


def test_the_image_starts_what_the_procfile_starts(image: Stage) -> None:
    (command,) = image.all("CMD")
    procfile = (HOME / "Procfile").read_text().strip()
    assert procfile.endswith(" ".join(json.loads(command)))
    assert dict(pair.split("=") for pair in procfile.split()[1:5]).items() <= image.environment.items()


def test_the_image_has_renders_variables(image: Stage) -> None:
    ours = {"PATH", "PORT", "INSTANCE_DIR"}
    theirs = {"TRUSTED_PROXIES"}  # Elsewhere there may be no proxy, and the header would be anybody's.
    blueprint = variables((HOME / "render.yaml").read_text())
    environment = {**image.environment, "ENGINES": image.arguments["ENGINES"]}
    assert image.environment["ENGINES"] == "$ENGINES"
    assert {k: v for k, v in environment.items() if k not in ours} == {
        k: v for k, v in blueprint.items() if k not in theirs
    }


def test_each_shell_line_is_one() -> None:
    for line in [line for stage in read_stages() for line in stage.all("RUN")]:
        assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0, line


def test_libraries_need_nothing_that_the_slim_image_lacks() -> None:
    files = [
        file.locate()
        for name in pinned("requirements.txt")
        for file in importlib.metadata.files(name) or []
        if ".so" in file.name
    ]
    assert len(files) > 50
    found = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False).stdout
    needed = [line.split() for line in found.splitlines() if line.startswith("\t") and str(SITE) not in line]
    missing = {words[0] for words in needed if not SLIM_LIBRARIES.search(words[0])} - {"statically"}
    assert missing == set()


def build_model(tree: Path, **arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the last shell line of the Dockerfile's model stage in `tree`, with these build arguments."""
    stage = next(stage for stage in read_stages() if stage.name == "model")
    for source in ("app.py", "database_config.py", "studylens"):
        (tree / source).symlink_to(HOME / source)
    environment = clean_environment(tree, **{**stage.arguments, **arguments}, BLIP_MODEL_DIR="models/blip")
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    line = stage.all("RUN")[-1]
    return subprocess.run(
        ["sh", "-c", line], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(900)  # Torch beside other tests: 10 s on a quiet machine, 150 s on a crowded one.
def test_the_build_prepares_a_model_with_torch(tmp_path: Path) -> None:
    done = build_model(tmp_path, MODEL=str(FOLDER))
    assert done.returncode == 0, done.stderr
    assert "is whole" in done.stdout


def test_the_build_fetches_a_model_prepared_elsewhere(tmp_path: Path, prepared: Path) -> None:
    archive = tmp_path / "blip.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(prepared, "blip")
    done = build_model(tmp_path, BLIP_URL=archive.as_uri(), BLIP_SHA256=sha256(archive))
    assert done.returncode == 0, done.stderr
    assert "is whole" in done.stdout


def test_the_build_fails_without_its_model(tmp_path: Path) -> None:
    assert build_model(tmp_path, BLIP_URL=(tmp_path / "none").as_uri(), BLIP_SHA256="0" * 64).returncode != 0
    assert not list((tmp_path / "models" / "blip").glob("*"))


def test_the_build_may_leave_captions_out(tmp_path: Path) -> None:
    done = build_model(tmp_path, ENGINES="gemini,ocr")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "models" / "blip").iterdir()) == []


GUARD = """
import socket, sys
from pathlib import Path
ABSENT = frozenset({absent!r})
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ModuleNotFoundError(f"{{name}} is not in the image", name=name)
sys.meta_path.insert(0, Absent())
connect = socket.socket.connect
def note(self, address):
    with Path({notes!r}).open("a") as file:
        file.write(f"{{address}}\\n")
    return connect(self, address)
socket.socket.connect = note
"""
"""Runs before anything else in every process of the service."""


NEVER_IMPORTED = {"huggingface_hub", "hf_xet"}
"""Installed beside tokenizers; whoever imports them means to download."""


def plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def absent_modules() -> set[str]:
    """Return what this environment can import and the image cannot: all but the service's requirements."""
    ours = {plain(name) for name in pinned("requirements.txt")}
    owners = importlib.metadata.packages_distributions()
    absent = {name for name, dists in owners.items() if not {plain(dist) for dist in dists} & ours}
    return absent | NEVER_IMPORTED


@pytest.fixture(scope="module")
def service(image: Stage, prepared: Path) -> Iterator[Service]:
    """The image's tree with the tiny model, run by a user who may write to one folder."""
    with tempfile.TemporaryDirectory() as name:
        root, tree = Path(name), Path(name) / "app"
        for source in image.copied:
            copy = shutil.copytree if (HOME / source).is_dir() else shutil.copy2
            (tree / source).parent.mkdir(parents=True, exist_ok=True)
            copy(HOME / source, tree / source)
        for cache in [*tree.rglob("__pycache__"), tree / "static" / "vendor"]:
            shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(prepared, tree / "models" / "blip")
        environment = {**os.environ, "PYTHONOPTIMIZE": "1"}
        compile_line = image.all("RUN")[-1].replace("python", sys.executable, 1)
        subprocess.run(["sh", "-c", compile_line], cwd=tree, env=environment, check=True)
        (root / "guard").mkdir()
        notes = str(root / "data" / "connections")
        guard = GUARD.format(absent=sorted(absent_modules()), notes=notes)
        (root / "guard" / "sitecustomize.py").write_text(guard)
        (root / "data").mkdir()
        prefix = _as_nobody_important(root)
        settings = {
            k: v for k, v in image.environment.items() if k not in {"PATH", "PORT", "HOST", "ENGINES"}
        }
        settings |= {"INSTANCE_DIR": str(root / "data"), "BLIP_MODEL_DIR": "", "HOME": str(root / "data")}
        with Service(root / "data", prefix=prefix, PYTHONPATH=str(root / "guard"), **settings) as started:
            yield started


def _as_nobody_important(root: Path) -> list[str]:
    """Return what goes before a command to run it in the tree, without root's powers where we have them.

    It may read what it likes, since this machine's Python may lie in somebody's home, but not write.
    """
    here = ["env", "-C", str(root / "app")]
    if os.getuid() != 0:
        return here
    root.chmod(0o755)
    os.chown(root / "data", UID, UID)
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *reading, *here]


@pytest.fixture(scope="module")
def figure() -> tuple[bytes, str]:
    image, _, kind = draw(HELD_OUT + 3)
    with tempfile.TemporaryFile() as file:
        image.save(file, "PNG")
        file.seek(0)
        return file.read(), kind


@pytest.fixture(scope="module")
def job(service: Service, figure: tuple[bytes, str]) -> dict[str, object]:
    status, answer = service.analyze(figure[0])
    assert status == 200, service.log
    return dict(answer["jobs"][0])


def maps(service: Service) -> dict[str, str]:
    return {kind: (Path("/proc") / str(pid) / "maps").read_text() for kind, pid in service.pids().items()}


def test_the_images_tree_captions_a_photo(
    service: Service, job: dict[str, object], figure: tuple[bytes, str]
) -> None:
    job_page = service.get_json(f"/jobs/{job['id']}")[1]
    assert kind_of(job_page["pack"]["caption"]) == figure[1]
    assert [item["stage"] for item in job_page["stages"] if "blip" in item["stage"]] == BLIP_STAGES
    assert "Skipped blip" not in service.log


def test_no_process_of_it_has_torch(service: Service, job: dict[str, object]) -> None:
    found = maps(service)
    assert "onnxruntime" in found["analysis"]
    assert not [kind for kind, text in found.items() if re.search("torch|transformers|/onnx/", text)]
    assert not [kind for kind in ("master", "web") if "onnxruntime" in found[kind]]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_no_process_of_it_is_root(service: Service, job: dict[str, object]) -> None:
    owners = {(Path("/proc") / str(pid)).stat().st_uid for pid in service.pids().values()}
    assert owners == {UID}


def test_it_asks_nobody_for_anything(service: Service, job: dict[str, object]) -> None:
    """Neither at its start nor for a photo; onnxruntime would leave an id and a queue in the home."""
    assert not (service.folder / "connections").exists()
    assert not (service.folder / ".cache").exists()


def test_it_ends_when_it_is_told_to(service: Service, job: dict[str, object]) -> None:
    """Last, since the service is gone afterwards."""
    pids = service.pids().values()
    service.stop()
    assert service.process is not None
    assert service.process.returncode == 0
    assert not [pid for pid in pids if (Path("/proc") / str(pid)).exists()]
