"""Fixtures that several test files share: an app on a folder of its own, with and without a runner.

`pytest --database=postgresql` runs what touches a database on a real PostgreSQL, and nothing else.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, start_runner
from database_config import Database
from studylens.web.door.wiring import EXTENSION, Wiring
from tests import pages
from tests.analysis.gemini.server import GeminiServer
from tests.postgres import Postgres
from tests.service import Service

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # As in the analysis process: onnxruntime must not call home.
_OURS = ("DATABASE_URL", "ENGINES", "GEMINI", "GOOGLE", "GENAI", "BLIP", "MEMORY", "SECRET_KEY", "RENDER")
_ON_DATABASE = {"new_database", "postgres"}
"""Fixtures that lead to a database: who uses neither, itself or through others, runs once."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="what the tests' apps keep data in",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is about the other database, and on PostgreSQL what needs no database."""
    database = config.getoption("--database")
    other = "postgresql" if database == "sqlite" else "sqlite"

    def runs(item: pytest.Item) -> bool:
        touches = _ON_DATABASE & set(getattr(item, "fixturenames", ()))
        return item.get_closest_marker(other) is None and (database == "sqlite" or bool(touches))

    config.hook.pytest_deselected(items=[item for item in items if not runs(item)])
    items[:] = [item for item in items if runs(item)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL; one for each process of pytest-xdist."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest,
) -> Callable[[ExitStack, Path], str]:
    """Return a maker of empty databases: it takes who shall drop it, and a folder of the caller's own."""

    def make(stack: ExitStack, folder: Path) -> str:
        if request.config.getoption("--database") == "sqlite":
            return f"sqlite:///{folder / 'instance' / 'studylens.sqlite3'}"
        server: Postgres = request.getfixturevalue("postgres")
        return stack.enter_context(server.fresh())

    return make


@pytest.fixture
def database_url(new_database: Callable[[ExitStack, Path], str], tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    with ExitStack() as stack:
        yield new_database(stack, tmp_path)


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
        "secret_key": "for tests only",
        "database_url": database_url,
    }


@pytest.fixture
def app(settings: dict[str, Any]) -> Iterator[Flask]:
    """An app whose jobs nobody carries."""
    made = create_app(settings)
    wiring: Wiring = made.extensions[EXTENSION]
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
