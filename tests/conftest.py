"""Fixtures that several test files share: an app on a folder of its own, with and without a runner."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, start_runner
from database_config import Database
from studylens.web.wiring import EXTENSION, Wiring
from tests import pages
from tests.gemini_server import GeminiServer
from tests.service import Service

_OURS = ("DATABASE_URL", "ENGINES", "GEMINI", "GOOGLE", "GENAI", "BLIP", "MEMORY", "SECRET_KEY", "RENDER")


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """Overrides that keep a test's files, database and machine lock in its own folder."""
    return {
        "instance_dir": str(tmp_path / "instance"),
        "analysis_lock": str(tmp_path / "analysis.lock"),
        "blip_model_dir": str(tmp_path / "no-model"),
        "secret_key": "for tests only",
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
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start real services (gunicorn); keyword arguments are environment variables."""
    started: list[Service] = []

    def start(folder: Path = tmp_path, **variables: str) -> Service:
        service = Service(folder, **variables)
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
