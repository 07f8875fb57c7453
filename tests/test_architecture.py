"""The house keeps its shape: imports point forward, Flask stays at the door, heavy libraries stay out."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studylens.config import Config
from studylens.web.late import ADDRESSES, AT_ONCE
from tests.service import HOME, Service, clean_environment
from tests.waiting import PATIENCE_SECONDS

PACKAGE = HOME / "studylens"
ORDER = [
    "language",
    "limits",
    "teaching_limits",
    "sheet_limits",
    "story_limits",
    "import_limits",
    "queue_limits",
    "variables",
    "budget_limits",
    "sharing_limits",
    "reader_limits",
    "places",
    "doors",
    "account_variables",
    "bucket_variables",
    "config",
    "errors",
    "storable",
    "remote",
    "assistants",
    "sight",
    "models",
    "machine",
    "judging",
    "uploads",
    "database.began",
    "database.opened",
    "database.reconnecting",
    "database.upsert",
    "database",
    "database_config",
    "sight.sums",
    "analysis.protocol",
    "analysis.budget",
    "analysis.picture",
    "analysis.ocr",
    "analysis.cutting",
    "analysis.sheets",
    "analysis.llm",
    "analysis.gemini",
    "analysis.local",
    "analysis.blip",
    "analysis.seeing",
    "analysis.material.wording",
    "analysis.material.reading",
    "analysis.material.rules",
    "analysis.material",
    "analysis",
    "study.keeping",
    "study.budgets",
    "study.schedule",
    "study.record",
    "study.terms",
    "study.achievements",
    "study.packs",
    "study.material",
    "study.cutouts",
    "study.labels",
    "study.reviews",
    "study.fits",
    "study.resources",
    "study.reminders",
    "study.sheets",
    "study.stories",
    "study.explaining",
    "study.quizzes",
    "study.questions",
    "study.progress",
    "study.teaching",
    "study.exchange",
    "study.exchange.anki",
    "study.exchange.account",
    "study.exchange.keeping",
    "study.exchange.reading",
    "study.exchange.apart",
    "study.exchange.arriving",
    "study.sharing",
    "study.live",
    "study",
    "anki_door",
    "aside",
    "passkeys",
    "push",
    "fitting",
    "accounts",
    "jobs",
    "storage",
    "serving",
    "web.door",
    "web.text",
    "web.upload",
    "web.packs",
    "web.cutouts",
    "web.labels",
    "web.sheets",
    "web.stories",
    "web.progress",
    "web.reviews",
    "web.quizzes",
    "web.offline",
    "web.api",
    "web.exchange",
    "web.sharing",
    "web.live",
    "web.reminders",
    "web.accounts",
    "web.teaching",
    "web.sight",
    "web.commands",
    "web",
    "app",
]
"""Rooms and wings: each imports only what stands before it. A module's room is the longest name that fits."""
BUILD = ("studylens.blip_export", "studylens.ocr_export", "studylens.seeing_export")
"""Run at build time only, each as a process of its own."""
_WORDS = (
    "answers",
    "cutting",
    "device",
    "drawing",
    "handing",
    "reach",
    "result",
    "result_json",
    "sheets",
    "shrinking",
    "taught",
    "wire",
)
LANGUAGE = {f"studylens.analysis.protocol.{name}" for name in _WORDS}
"""What of the analysis study, jobs and web may know."""
HEAVY = {
    "torch",
    "transformers",
    "onnxruntime",
    "numpy",
    "pyvips",
    "cv2",
    "PIL",
    "rapidocr",
    "ziamath",
    "ziafont",
    "obstore",
    "studylens.storage",
    "mcp",
    "starlette",
    "studylens.assistants",
    "studylens.remote",
}
OF_WORKERS = {"procrastinate", "psycopg", "psycopg_pool", "studylens.jobs.distributed"}
"""What carries jobs on many machines."""
SDKS = {"google.genai", "google.generativeai"}
LATER = {
    "studylens.judging",
    "markdown_it",
    "nh3",
    "latex2mathml",
    "fsrs",
    "studylens.web.blueprints",
    "studylens.web.text.filters",
}
"""Rooms and libraries of pages, beside the pages themselves: a service that just started has none of them."""
LONGEST_FILE = 250
FULLEST_FOLDER = 20


def modules() -> dict[str, Path]:
    paths = [*PACKAGE.rglob("*.py"), HOME / "app.py", HOME / "database_config.py"]
    return {
        ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def imports(path: Path) -> set[str]:
    """Return every name imported anywhere in a file: in functions and for the type checker, too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def needs() -> dict[str, set[str]]:
    """Return which of our modules each of them imports; a name stands for the module it is taken from."""
    known = modules()

    def ours(name: str) -> set[str]:
        return {name if name in known else name.rpartition(".")[0]} & set(known)

    return {
        module: set().union(*(ours(name) for name in imports(path))) - {module}
        for module, path in known.items()
    }


def room(module: str) -> str:
    name = module.removeprefix("studylens.")
    return max((room for room in ORDER if f"{name}.".startswith(f"{room}.")), key=len, default="")


def test_every_module_has_a_room() -> None:
    tour_and_build = {"studylens", *(name for name in modules() if name.startswith(BUILD))}
    assert {name for name in modules() if not room(name)} == tour_and_build


def test_a_room_imports_only_rooms_before_it() -> None:
    back = {
        f"{module} -> {used}"
        for module, all_used in needs().items()
        for used in all_used
        if room(module) and ORDER.index(room(used) or "app") > ORDER.index(room(module))
    }
    assert back == set()


def test_the_build_takes_only_from_the_analysis_and_nobody_takes_from_the_build() -> None:
    build = {name: used for name, used in needs().items() if name.startswith(BUILD)}
    told = {"language", "limits", "reader_limits", "places", "variables", "doors", "config", "errors"}
    allowed = told | {"machine", "analysis"}
    assert {room(used).partition(".")[0] for all_used in build.values() for used in all_used} <= allowed | {
        ""
    }
    takers = {name for name, used in needs().items() if used & set(build)} - set(build)
    assert takers == set()


def test_the_analysis_knows_no_tables_and_its_neighbours_only_its_language() -> None:
    for module, used in needs().items():
        wing = room(module).partition(".")[0]
        if wing == "analysis":
            assert not {name for name in used if room(name).partition(".")[0] in {"models", "database"}}, (
                module
            )
        if wing in {"study", "jobs"}:
            assert {name for name in used if name.startswith("studylens.analysis")} <= LANGUAGE, module


def test_only_the_door_knows_flask() -> None:
    knowing = {
        name for name, path in modules().items() if any(i.split(".")[0] == "flask" for i in imports(path))
    }
    assert knowing
    assert {room(name).partition(".")[0] for name in knowing} <= {"app", "web"}


def test_no_circles() -> None:
    left = needs()
    while ready := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in ready:
            del left[name]
    assert left == {}


def test_a_file_is_one_room() -> None:
    lines = {name: len(path.read_text().splitlines()) for name, path in modules().items()}
    assert {name: n for name, n in lines.items() if n > LONGEST_FILE} == {}


def test_a_folder_is_seen_at_one_look_and_has_a_map() -> None:
    folders = {path.parent for path in modules().values()} - {HOME}
    counts = {folder.name: len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: n for name, n in counts.items() if n > FULLEST_FOLDER} == {}
    maps = {
        folder.name: ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) for folder in folders
    }
    assert {name for name, text in maps.items() if not text or len(text.splitlines()) < 3} <= {"web"}


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
    # The process starter hands the whole environment on to its child, whose walls leave open what variables
    # of the machine name: proxies, certificates, libraries.
    assert readers <= {
        "studylens.config",
        "studylens.jobs.process",
        "studylens.analysis.walls",
        "studylens.jobs.imports.apart",
    }


def loaded(program: str, tmp_path: Path, **variables: str) -> set[str]:
    """Run a program in a fresh interpreter and return its sys.modules."""
    code = f"{program}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HOME,
        env=clean_environment(tmp_path, **variables),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return set(json.loads(done.stdout.splitlines()[-1]))


WEB_JOURNEY = """
import io
from app import create_app
from studylens.web.door.wiring import EXTENSION
app = create_app()
client = app.test_client()
photo = open("tests/images/page.png", "rb").read()
page = {"Accept": "text/html"}
answers = [client.get(path, headers=page) for path in ("/", "/memory", "/packs")]
answers.append(client.post("/analyze?wait=0", data={"image": (io.BytesIO(photo), "page.png")}))
if [answer.status_code for answer in answers] != [200, 200, 200, 202]:
    raise SystemExit(" | ".join(f"{answer.status_code}: {answer.text}" for answer in answers))
"""
ANALYSIS_JOURNEY = """
from studylens.analysis import __main__, pipeline
from studylens.analysis.protocol import wire
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


@pytest.mark.process
def test_the_web_process_loads_nothing_heavy(tmp_path: Path) -> None:
    names = loaded(WEB_JOURNEY, tmp_path)
    assert "flask" in names
    assert names & (HEAVY | SDKS | OF_WORKERS) == set()


@pytest.mark.process
def test_the_analysis_process_knows_neither_flask_nor_the_database(tmp_path: Path) -> None:
    names = loaded(ANALYSIS_JOURNEY, tmp_path)
    assert {"pyvips", "onnxruntime"} <= names
    assert names & {"torch", "transformers", "flask", "sqlalchemy", "studylens.models"} == set()


def test_running_processes_map_only_their_own_libraries(serve: Callable[..., Service]) -> None:
    """The analysis stays until it has been looked at: on a busy machine its idle time is over before."""
    service = serve(ENGINES="ocr", ANALYSIS_IDLE_SECONDS="600")
    photo = (HOME / "tests" / "images" / "page.png").read_bytes()
    (job,) = service.analyze(photo, wait=0)[1]["jobs"]
    assert service.wait_for_end(job["id"], PATIENCE_SECONDS)["state"] == "done"
    pids = service.pids()
    maps = {kind: (Path("/proc") / str(pid) / "maps").read_text() for kind, pid in pids.items()}
    assert "onnxruntime" in maps["analysis"]
    assert "libtorch" not in maps["analysis"]
    for kind in ("master", "web"):
        assert not [
            name for name in ("onnxruntime", "numpy", "vips", "libtorch", "PIL") if name in maps[kind]
        ]


@pytest.mark.process
def test_creating_the_app_opens_nothing(tmp_path: Path) -> None:
    names = loaded(NOTHING_OPENED, tmp_path)
    assert "app" in names
    assert not (tmp_path / "instance").exists()
    held = {blueprint.import_name for blueprint in AT_ONCE}
    named = {row.rpartition("\t")[2].partition(":")[0] for row in ADDRESSES.read_text().splitlines()}
    pages = {module for module in named if module.startswith("studylens.web.")}
    families = {page.rpartition(".")[0] for page in pages} - {one.rpartition(".")[0] for one in held}
    assert "studylens.web.packs" in families
    assert names & (pages | families | LATER) - held == set()


def test_every_variable_survives_the_way_into_the_analysis_process() -> None:
    config = Config(
        engines=(), gemini_models=("a", "b"), memory_limit_mb=512, trusted_proxies=2, on_render=True
    )
    assert Config.from_environment(config.to_environment()) == config
