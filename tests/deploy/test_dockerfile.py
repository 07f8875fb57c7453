"""The Dockerfile, read and its own shell lines run; the real build is `python -m benchmarks.image`."""

import importlib.metadata
import json
import os
import re
import subprocess
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from studylens.places import BLIP_MANIFEST
from tests.analysis.blip.tiny_blip import FOLDER
from tests.deploy.dockerfile import UID, Stage, build_model, copy_sources, model_stage, read_stages, run_line
from tests.deploy.test_deployment import pinned, variables
from tests.service import HOME
from tests.test_architecture import modules, needs

SLIM_LIBRARIES = re.compile(
    r"(linux-vdso|libc|libm|libmvec|libdl|librt|libpthread|libresolv|ld-linux-\S+|libgcc_s|libstdc\+\+|libz)\.so"
)
"""Libraries of Debian that python:3.11-slim brings: glibc, gcc's own two, and zlib."""
LOCKS_OF_IMAGE = ("requirements.txt", "requirements-bucket.txt", "requirements-distributed.txt")
SITE = Path(importlib.metadata.distribution("flask").locate_file(""))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def image() -> Stage:
    return read_stages()[-1]


def test_every_copied_path_exists_and_reaches_the_builder() -> None:
    sources = {source for stage in read_stages() for source in stage.copied}
    lines = (HOME / ".dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    lying = {source: {str(source), *map(str, Path(source).parents)} & allowed for source in sources}
    assert [source for source, places in lying.items() if not places] == []
    assert set().union(*lying.values()) == allowed
    assert "*" in lines
    assert [source for source in sources if not (HOME / source).exists()] == []


def test_what_is_copied_keeps_its_place() -> None:
    places = {source: place for stage in read_stages() for source, place in stage.places.items()}
    assert {source: str(Path(place)) for source, place in places.items()} == {name: name for name in places}


def test_what_comes_from_other_stages_is_made_there(image: Stage) -> None:
    names = {stage.name for stage in read_stages()}
    assert {place.split(":")[0] for place in image.taken} <= names
    assert image.taken == {
        "libraries:/venv": "/venv",
        "model:/app/models": "models",
        "reader:/app/models/ocr": "models/ocr",
        "reader:/app/models/seeing": "models/seeing",
        "frontend:/build/static/vendor": "static/vendor",
        "frontend:/build/scripts": "models/scripts",
    }


def test_the_image_installs_nothing_and_runs_as_nobody_important(image: Stage) -> None:
    assert image.base == "python:3.11-slim"
    assert not [line for line in image.commands if re.search(r"\b(pip|apt-get|npm|curl)\b", line)]
    words = [word for word, _ in image.instructions]
    assert image.all("USER") == ["studylens"]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word in {"RUN", "COPY"})
    assert f"--uid {UID} " in image.commands[0]


def test_only_the_models_stage_sees_torch() -> None:
    stages = [stage.name for stage in read_stages() if "requirements-blip.txt" in " ".join(stage.commands)]
    assert stages == ["model"]


def test_the_image_starts_what_the_procfile_starts(image: Stage) -> None:
    (command,) = image.all("CMD")
    procfile = (HOME / "Procfile").read_text().splitlines()[0]
    assert procfile.endswith(" ".join(json.loads(command)))
    variables = [word.split("=") for word in procfile.partition(" env ")[0].split()[1:]]
    assert len(variables) == 3
    assert dict(variables).items() <= image.environment.items()


def test_the_image_has_renders_variables(image: Stage) -> None:
    ours = {"PATH", "PORT", "INSTANCE_DIR"}
    theirs = {"TRUSTED_PROXIES"}  # Elsewhere there may be no proxy, and the header would be anybody's.
    blueprint = variables((HOME / "render.yaml").read_text())
    environment = {**image.environment, "ENGINES": image.arguments["ENGINES"]}
    assert image.environment["ENGINES"] == "$ENGINES"
    assert {k: v for k, v in environment.items() if k not in ours} == {
        k: v for k, v in blueprint.items() if k not in theirs
    }


@pytest.mark.process
def test_each_shell_line_is_one() -> None:
    for line in [line for stage in read_stages() for line in stage.commands]:
        assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0, line


@pytest.mark.process
def test_libraries_need_nothing_that_the_slim_image_lacks() -> None:
    installed = {dist.metadata["Name"].lower() for dist in importlib.metadata.distributions()}
    files = [
        file.locate()
        for name in set().union(*map(pinned, LOCKS_OF_IMAGE))
        & installed  # The lock has lines for other systems, too.
        for file in importlib.metadata.files(name) or []
        if ".so" in file.name
    ]
    assert len(files) > 50
    found = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False).stdout
    needed = [line.split() for line in found.splitlines() if line.startswith("\t") and str(SITE) not in line]
    missing = {words[0] for words in needed if not SLIM_LIBRARIES.search(words[0])} - {"statically"}
    assert missing == set()


def test_the_model_is_made_from_the_files_that_make_it_and_no_others() -> None:
    """Any other change of the code finds the prepared model in the builder's cache."""
    imported, needed, todo = needs(), set[str](), ["studylens.blip_export.__main__"]
    while todo:
        module = todo.pop()
        needed.add(module)
        parents = {module.rpartition(".")[0]} & set(imported)
        todo += (imported[module] | parents) - needed
    copied = {
        name
        for name, path in modules().items()
        for source in model_stage().copied
        if path.is_relative_to(HOME / source)
    }
    along = {"studylens.analysis.blip.captioner", "studylens.analysis.blip.figure"}
    along |= {name for name in imported if name.startswith("studylens.machine")}
    assert needed <= copied
    assert copied - needed <= along  # They lie in folders of which the rest is needed.


@pytest.mark.torch
@pytest.mark.timeout(900)  # Torch beside other tests: 10 s on a quiet machine, 150 s on a crowded one.
def test_the_build_prepares_a_model_with_torch(tmp_path: Path) -> None:
    done = build_model(tmp_path, MODEL=str(FOLDER))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "blip" / BLIP_MANIFEST).is_file()


@pytest.mark.process
def test_the_build_fails_without_its_model(tmp_path: Path) -> None:
    assert build_model(tmp_path, BLIP_URL=(tmp_path / "none").as_uri(), BLIP_SHA256="0" * 64).returncode != 0
    assert not list((tmp_path / "models" / "blip").glob("*"))


@pytest.mark.process
def test_the_build_may_leave_captions_out(tmp_path: Path) -> None:
    done = build_model(tmp_path, ENGINES="gemini,ocr")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "models" / "blip").iterdir()) == []


@pytest.mark.process
@pytest.mark.parametrize(("engines", "passes"), [("gemini,ocr,blip", False), ("gemini,ocr", True)])
def test_an_image_without_its_model_is_not_built_unless_it_is_left_out(
    image: Stage, tmp_path: Path, engines: str, passes: bool
) -> None:
    copy_sources(image, tmp_path)
    done = run_line(image.commands[-1], tmp_path, ENGINES=engines)
    assert (done.returncode == 0) is passes, done.stderr
    assert passes or "no captioning model can be used" in done.stderr


def test_the_image_says_what_it_is(image: Stage) -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    assert image.labels["version"] == project["version"]
    assert image.labels["description"] == project["description"]


class Answering(BaseHTTPRequestHandler):
    """Answers a health check with the status that its server has, or hangs up (0)."""

    def do_GET(self) -> None:
        status: int = self.server.status  # type: ignore[attr-defined]
        if status:
            self.send_response(status)
            self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.mark.process
@pytest.mark.parametrize(("status", "passes"), [(200, True), (503, False), (0, False), (None, False)])
def test_the_health_check_passes_for_200_alone(image: Stage, status: int | None, passes: bool) -> None:
    """None: nobody listens there."""
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        port, server.status = server.server_port, status  # type: ignore[attr-defined]
        if status is not None:
            threading.Thread(target=server.handle_request, daemon=True).start()
        else:
            server.server_close()
        done = subprocess.run(image.health, env={**os.environ, "PORT": str(port)}, check=False)
    assert (done.returncode == 0) is passes


@pytest.mark.parametrize("name", ["Dockerfile", "Makefile", "tools/vendor.sh", "docs/deploy-render.md"])
def test_no_package_of_npm_runs_anything_when_it_is_installed(name: str) -> None:
    installing = [line for line in (HOME / name).read_text("utf-8").splitlines() if "npm ci" in line]
    assert installing
    assert all("--ignore-scripts" in line for line in installing)
