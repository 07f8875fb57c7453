"""The house keeps its shape: imports point forward, Flask stays at the door, heavy libraries stay out."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from studylens.config import Config
from tests.service import HOME, Service, clean_environment

PACKAGE = HOME / "studylens"
SHARED = {"config", "errors", "memory", "cgroup"}
FOUNDATION = SHARED | {"models", "schema", "reconnecting"}
ROOMS = ["uploads", "analysis", "study", "jobs", "web"]
UPLOAD_ROOM = {"uploads", "picture_header", "jpeg_header", "heic_header"}
HEAVY = {"torch", "transformers", "onnxruntime", "numpy", "pyvips", "cv2", "PIL", "yake", "rapidocr"}
SDKS = {"google.genai", "google.generativeai"}
LONGEST_FILE = 250
EXCEPTIONS = {"config.py", "errors.py"}
"""One list of every variable and limit, one tree of every error: they read better whole."""


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(HOME).with_suffix("").parts): path
        for path in [*PACKAGE.rglob("*.py"), HOME / "app.py", HOME / "database_config.py"]
    }


class _Dropped(ast.NodeTransformer):
    """Imports for the type checker alone are none when the program runs."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def _at_run_time(path: Path) -> ast.AST:
    return _Dropped().visit(ast.parse(path.read_text()))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_at_run_time(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    name = module.split(".")[1] if "." in module else module
    return "uploads" if name in UPLOAD_ROOM else name


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith("studylens.")])
def test_a_room_imports_only_rooms_before_it(module: str) -> None:
    here = room(module)
    if here == "blip_export":  # Build time: a process of its own, which nothing imports.
        allowed = SHARED | {"analysis"}
    elif here not in ROOMS:
        allowed = FOUNDATION if here in {"models", "schema"} else SHARED
    elif here == "analysis":
        allowed = SHARED | {"uploads", "analysis"}
    else:
        allowed = FOUNDATION | set(ROOMS[: ROOMS.index(here) + 1])
    known = {name for name in modules() if name.startswith("studylens.")}
    used = {room(name) for name in imports(modules()[module]) if name in known and name != "studylens"}
    assert used <= allowed | {here}


@pytest.mark.parametrize("module", [name for name in modules() if room(name) in {"study", "jobs"}])
def test_study_and_jobs_take_from_the_analysis_only_its_language(module: str) -> None:
    used = {name for name in imports(modules()[module]) if name.startswith("studylens.analysis.")}
    assert {name.split(".")[2] for name in used} <= {"result", "wire"}


def test_only_the_door_knows_flask() -> None:
    knowing = {
        name for name, path in modules().items() if any(i.split(".")[0] == "flask" for i in imports(path))
    }
    assert knowing
    assert {room(name) for name in knowing} <= {"app", "web"}


def test_no_circles() -> None:
    known = modules()
    needs = {name: imports(path) & set(known) - {name} for name, path in known.items()}
    needs["database_config"] -= {"studylens.models"}  # Imported inside a function: DESIGN's one exception.
    while ready := [name for name, wanted in needs.items() if not wanted & set(needs)]:
        for name in ready:
            del needs[name]
    assert needs == {}


@pytest.mark.parametrize("path", [path for path in modules().values() if path.name not in EXCEPTIONS])
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_nothing_relies_on_assert() -> None:
    found = [
        name
        for name, path in modules().items()
        if any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(path.read_text())))
    ]
    assert found == []


def test_only_config_reads_the_environment() -> None:
    readers = {
        name
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
    }
    # The process starter hands the whole environment on to its child.
    assert readers <= {"studylens.config", "studylens.jobs.process"}


def loaded(program: str, tmp_path: Path, **variables: str) -> set[str]:
    """Run a program in a fresh interpreter and return its sys.modules."""
    code = f"{program}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HOME,
        env=clean_environment(tmp_path, **variables),
        capture_output=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


WEB_JOURNEY = """
import io
from app import create_app
from studylens.web.wiring import EXTENSION
app = create_app()
client = app.test_client()
photo = open("tests/images/page.png", "rb").read()
page = {"Accept": "text/html"}
answers = [client.get(path, headers=page).status_code for path in ("/", "/memory", "/packs")]
answers.append(client.post("/analyze?wait=0", data={"image": (io.BytesIO(photo), "page.png")}).status_code)
if answers != [200, 200, 200, 202]:
    raise SystemExit(f"the journey failed: {answers}")
"""
ANALYSIS_JOURNEY = """
from studylens.analysis import __main__, pipeline, wire
from studylens.config import Config
request = wire.Request("0" * 32, path="tests/images/page.png")
outcome = pipeline.run(request, Config.from_environment(), lambda event: None)
if not isinstance(outcome, wire.Done):
    raise SystemExit(f"the journey failed: {outcome}")
"""
NOTHING_OPENED = """
import os, socket, threading
def refuse(*a, **k):
    raise RuntimeError("opened something")
socket.socket.connect = refuse
threading.Thread.start = refuse
from app import create_app
create_app()
paths = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
links = [os.readlink(path) for path in paths if os.path.exists(path)]
if any("sqlite" in link or ".lock" in link or link.startswith("socket") for link in links):
    raise SystemExit(f"opened: {links}")
"""


def test_the_web_process_loads_nothing_heavy(tmp_path: Path) -> None:
    names = loaded(WEB_JOURNEY, tmp_path)
    assert "flask" in names
    assert names & (HEAVY | SDKS) == set()


def test_the_analysis_process_knows_neither_flask_nor_the_database(tmp_path: Path) -> None:
    names = loaded(ANALYSIS_JOURNEY, tmp_path)
    assert {"pyvips", "onnxruntime"} <= names
    assert names & {"torch", "transformers", "flask", "sqlalchemy", "studylens.models"} == set()


def test_running_processes_map_only_their_own_libraries(live_server: Service) -> None:
    photo = (HOME / "tests" / "images" / "page.png").read_bytes()
    assert live_server.analyze(photo)[0] == 200
    pids = live_server.pids()
    maps = {kind: (Path("/proc") / str(pid) / "maps").read_text() for kind, pid in pids.items()}
    assert "onnxruntime" in maps["analysis"]
    assert "libtorch" not in maps["analysis"]
    for kind in ("master", "web"):
        assert not [
            name for name in ("onnxruntime", "numpy", "vips", "libtorch", "PIL") if name in maps[kind]
        ]


def test_creating_the_app_opens_nothing(tmp_path: Path) -> None:
    assert "app" in loaded(NOTHING_OPENED, tmp_path)
    assert not (tmp_path / "instance").exists()


def test_every_variable_survives_the_way_into_the_analysis_process() -> None:
    config = Config(
        engines=(), gemini_models=("a", "b"), memory_limit_mb=512, trusted_proxies=2, on_render=True
    )
    assert Config.from_environment(config.to_environment()) == config
