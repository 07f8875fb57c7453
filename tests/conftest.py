"""Fixtures that several test files share: an app on a folder of its own, with and without a runner.

`--database=postgresql` runs on a real PostgreSQL what sends SQL of its own; `both` runs all of it in one go.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from app import create_app, start_runner
from database_config import Database
from studylens.database.pace import Pace
from studylens.jobs.imports.apart import read_here
from studylens.web.door.wiring import EXTENSION, Wiring
from tests import pages
from tests.analysis.gemini.server import GeminiServer
from tests.drawing import DrawerHere
from tests.postgres import Postgres
from tests.service import Service
from tests.waiting import PATIENCE_SECONDS

pytest_plugins = (
    "tests.groups",
    "tests.garbage",
    "tests.compiled",
    "tests.certificates",
    "tests.statements",
    "tests.analysis.blip.fixtures",
)
os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # Tests run in two processes: torch's threads would spin for a place.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # As in the analysis process: onnxruntime must not call home.
IMPORTING = {
    "read": partial(read_here, drawer=DrawerHere),
    "pace": lambda: Pace(sleep=lambda _: None),
    "wait_seconds": PATIENCE_SECONDS,
}
"""Files come in without a process of their own and without rests, and whoever sends one waits for it."""
_OURS = (
    "DATABASE_URL",
    "ENGINES",
    "GEMINI",
    "LOCAL_MODE",
    "SEEING",
    "LOCAL_AI",
    "GOOGLE",
    "GENAI",
    "BLIP",
    "CUTOUT",
    "MEMORY",
    "SECRET_KEY",
    "UPLOAD_URL",
    "GCS_",
    "AWS_",
    "RENDER",
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL; one for each process of pytest-xdist."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest,
) -> Callable[..., str]:
    """Return a maker of databases: it takes who shall drop it, and a folder of the caller's own.

    They are empty; with `tables` one on PostgreSQL has those of an app.
    """

    def make(stack: ExitStack, folder: Path, *, tables: bool = False) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{folder / 'instance' / 'studylens.sqlite3'}"
        server: Postgres = request.getfixturevalue("postgres")
        return stack.enter_context(server.fresh(tables=tables))

    return make


@pytest.fixture
def database_url(
    new_database: Callable[..., str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a database of the test's own: empty, but for tests of an app on PostgreSQL."""
    wants = set(request.fixturenames)
    with ExitStack() as stack:
        yield new_database(stack, tmp_path, tables="app" in wants and "empty_database" not in wants)


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A database of the test's own, without tables."""
    made = Database(database_url)
    if made.is_sqlite:
        Path(str(made.url.database)).parent.mkdir(exist_ok=True)
    yield made
    made.engine.dispose()


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> dict[str, Any]:
    """Overrides that keep a test's files, database and machine lock in its own folder."""
    return {
        "instance_dir": str(tmp_path / "instance"),
        "analysis_lock": str(tmp_path / "analysis.lock"),
        "blip_model_dir": str(tmp_path / "no-model"),
        "cutout_model_dir": str(tmp_path / "no-networks"),
        "secret_key": "for tests only",
        "database_url": database_url,
        "IMPORTING": IMPORTING,
    }


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows: a copy is made faster than the tables are."""
    file = tmp_path_factory.mktemp("tables") / "empty.sqlite3"
    made = Database(f"sqlite:///{file}")
    made.ensure_compatible()
    made.engine.dispose()
    return file


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that one test's app has compiled serve the next one's."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: dict[str, Any], tables: Path, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """An app whose jobs nobody carries."""
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled
    wiring: Wiring = made.extensions[EXTENSION]
    if wiring.database.is_sqlite:
        file = Path(str(wiring.database.url.database))
        file.parent.mkdir(exist_ok=True)
        shutil.copy(tables, file)
    wiring.database.ensure_compatible()
    yield made
    wiring.database.engine.dispose()


@pytest.fixture
def wiring(app: Flask) -> Wiring:
    found: Wiring = app.extensions[EXTENSION]
    return found


@pytest.fixture
def database(wiring: Wiring) -> Database:
    return wiring.database


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def running_app(settings: dict[str, Any]) -> Iterator[Callable[..., Flask]]:
    """Make apps whose runner carries jobs; arguments override the settings."""
    started: list[Flask] = []

    def make(**overrides: Any) -> Flask:
        made = create_app({**settings, **overrides})
        made.extensions[EXTENSION].database.ensure_compatible()
        start_runner(made)
        started.append(made)
        return made

    yield make
    for made in started:
        made.extensions[EXTENSION].runner.stop()
        made.extensions[EXTENSION].database.engine.dispose()


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start real services (gunicorn) on the test's database; keyword arguments are environment variables."""
    started: list[Service] = []

    def start(folder: Path = tmp_path, **variables: str) -> Service:
        service = Service(folder, **{"DATABASE_URL": database_url, **variables})
        started.append(service)
        service.start()
        return service

    yield start
    for service in started:
        service.stop()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A small page of three lines, as PNG."""
    return pages.png(pages.column_page(pages.SHORT, size=(700, 400)))


@pytest.fixture
def gemini() -> Iterator[GeminiServer]:
    """A local server that speaks Gemini's wire format."""
    with GeminiServer() as server:
        yield server


@pytest.fixture
def live_server(serve: Callable[..., Service]) -> Service:
    """One real service without a key."""
    return serve()
