"""The numbers that keep the service inside 512 MB and 0.1 CPU, pinned: a change here is a decision."""

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.service import HOME, clean_environment


@pytest.fixture
def gunicorn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("PORT", "10000")
    return runpy.run_path(str(HOME / "gunicorn.conf.py"))


def test_a_variable_that_makes_no_sense_ends_the_start_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "AQ.one\nAQ.two")
    with pytest.raises(SystemExit, match=r"^Studylens cannot start: GEMINI_API_KEY .* at place 7") as end:
        runpy.run_path(str(HOME / "gunicorn.conf.py"))
    assert "AQ" not in str(end.value)


def test_gunicorn_numbers(gunicorn: dict[str, Any]) -> None:
    pinned = {
        "bind": "127.0.0.1:10000",
        "workers": 1,
        "worker_class": "studylens.serving.worker.PatientWorker",
        "threads": 32,
        "worker_connections": 500,
        "preload_app": False,
        "timeout": 120,
        "graceful_timeout": 25,
        "keepalive": 15,
        "control_socket_disable": True,
    }
    assert {name: gunicorn[name] for name in pinned} == pinned


@pytest.mark.parametrize("host", ["::", "[::]"])
def test_an_address_of_ipv6_is_written_as_gunicorn_wants_it(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "10000")
    assert runpy.run_path(str(HOME / "gunicorn.conf.py"))["bind"] == "[::]:10000"


@pytest.mark.parametrize("name", ["post_worker_init", "worker_exit", "when_ready"])
def test_gunicorn_hooks_exist(gunicorn: dict[str, Any], name: str) -> None:
    assert callable(gunicorn[name])


@pytest.mark.process
def test_gunicorn_accepts_its_configuration(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "--check-config", "-c", "gunicorn.conf.py", "app:app"]
    done = subprocess.run(
        command, cwd=HOME, env=clean_environment(tmp_path), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def variables(text: str) -> dict[str, str]:
    """Return the plain variables of render.yaml's envVars."""
    pairs = re.findall(r'- key: (\w+)[^\n]*\n\s+value: "?([^"\n]+)"?', text)
    return dict(pairs)


def test_render_blueprint_numbers() -> None:
    text = (HOME / "render.yaml").read_text()
    assert variables(text) == {
        "HOST": "0.0.0.0",
        "WEB_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "65536",
        "PYTHONOPTIMIZE": "1",
        "PYTHONUNBUFFERED": "1",
        "TRUSTED_PROXIES": "1",
        "ENGINES": "gemini,local,ocr,blip",
    }
    assert re.search(r"key: SECRET_KEY\n\s+generateValue: true", text)
    assert re.search(r"key: DATABASE_URL[^\n]*\n\s+sync: false", text)
    assert "plan: free" in text
    assert "healthCheckPath: /health" in text


def test_render_builds_the_image() -> None:
    text = (HOME / "render.yaml").read_text()
    assert "runtime: docker" in text
    assert "dockerfilePath: ./Dockerfile" in text
    assert "buildCommand" not in text


def native_block() -> str:
    guide = (HOME / "docs" / "deploy-render.md").read_text()
    (block,) = re.findall(r"```yaml\n(.+?)```", guide, re.DOTALL)
    return str(block)


def test_the_native_alternative_starts_what_the_procfile_starts() -> None:
    procfile = (HOME / "Procfile").read_text()
    command = "env PYTHONOPTIMIZE=2 gunicorn -c gunicorn.conf.py app:app"
    assert procfile.startswith("web: ")
    assert command in procfile
    assert f"startCommand: {command}" in native_block()
    assert "HOST=0.0.0.0" in procfile


@pytest.mark.process
@pytest.mark.parametrize(("engines", "passes"), [("gemini,ocr,blip", False), ("gemini,ocr", True)])
def test_the_native_build_fails_without_a_model_unless_it_is_left_out(
    tmp_path: Path, engines: str, passes: bool
) -> None:
    """Run the guide's own command from its fetch on; what is before it installs packages."""
    command = native_block().partition("buildCommand: >-\n")[2].partition("    startCommand")[0]
    last = " ".join(command.split()).partition('JavaScript"; } && ')[2]
    environment = clean_environment(tmp_path, ENGINES=engines)
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(["sh", "-c", last], cwd=HOME, env=environment, capture_output=True, check=False)
    assert "blip require" in last
    assert (done.returncode == 0) is passes, done.stderr


PYTHON_LOCKS = [
    "requirements-build.txt",
    "requirements.txt",
    "requirements-test.txt",
    "requirements-blip.txt",
    "requirements-quantise.txt",
    "requirements-torch.txt",
    "requirements-scripts.txt",
    "requirements-bucket.txt",
    "requirements-distributed.txt",
    "requirements-mutate.txt",
    "requirements-mcp.txt",
    "requirements-fuzz.txt",
]


def pinned(name: str) -> set[str]:
    text = (HOME / name).read_text()
    return set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==", text, re.MULTILINE))


def test_the_service_installs_no_torch() -> None:
    names = pinned("requirements.txt")
    assert {"flask", "gunicorn", "google-generativeai", "google-genai", "pillow", "psycopg2-binary"} <= names
    assert names & {"torch", "transformers", "onnx", "pytest"} == set()


def test_the_extra_has_the_torch_that_was_decided() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())
    assert "torch==2.13.0" in project["project"]["optional-dependencies"]["blip"]
    assert [told["version"] for told in project["tool"]["uv"]["dependency-metadata"]] == ["2.13.0"]
    assert re.search(r"^torch==2\.13\.0 ", (HOME / "requirements-torch.txt").read_text(), re.MULTILINE)
    gpu = ("torch", "nvidia", "cuda", "triton")
    assert [name for name in pinned("requirements-blip.txt") if name.startswith(gpu)] == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_locked_file_has_a_hash(name: str) -> None:
    text = re.sub(r"^#.*\n", "", (HOME / name).read_text(), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    bare = [
        entry
        for entry in entries
        if not re.fullmatch(r"[^\\\n]+(?: \\\n +--hash=sha256:[0-9a-f]{64})+", entry)
    ]
    assert bare == []


def test_no_lock_names_extras() -> None:
    """A complete lock has no use for them; with them pip up to 23.2 wants releases that are not pinned."""
    assert [
        name for name in PYTHON_LOCKS if re.search(r"^\S+\[", (HOME / name).read_text(), re.MULTILINE)
    ] == []


@pytest.mark.parametrize("name", ["Dockerfile", "docs/deploy-render.md"])
def test_every_place_installs_as_make_does(name: str) -> None:
    text = re.sub(r"\\\n\s*", " ", (HOME / name).read_text())
    commands = re.findall(r"pip install ((?:(?!&&|\|\||;).)*-r (requirements[\w-]*\.txt))", text)
    assert {lock for _, lock in commands} >= {"requirements-build.txt", "requirements.txt"}
    for command, lock in commands:
        building = set() if lock == "requirements-torch.txt" else {"--no-build-isolation"}
        assert {"--no-deps", "--require-hashes", *building} <= set(command.split()), command
    assert "pip check" in text


def test_locks_agree_with_each_other() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (HOME / name).read_text()
        return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s\\]+)", text, re.MULTILINE))

    service = versions("requirements.txt")
    for other in ("requirements-test.txt", "requirements-blip.txt"):
        theirs = versions(other)
        assert {name: theirs[name] for name in service} == service


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    direct = {re.split(r"[<>=\[]", item)[0] for item in project["dependencies"]}
    assert direct <= pinned("requirements.txt")


@pytest.mark.parametrize("name", [*PYTHON_LOCKS, "package-lock.json"])
def test_locks_name_no_registry(name: str) -> None:
    addresses = re.findall(r"https?://[^/\"\s]+", (HOME / name).read_text())
    assert [
        address
        for address in addresses
        if not address.endswith((
            "opencollective.com",
            "github.com",
            "//download.pytorch.org",
            "//eslint.org",
        ))
    ] == []
