"""Which tests need what, what is left out where that is missing, and which tests run on which database.

docs/testing.md says the rules. The functions are hooks of pytest.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest
from _pytest.nodeid import coerce_node_id

from studylens.analysis.scripts.installed import languages
from studylens.config import Config

_strictly = [os.environ.get("CI", "") in {"1", "true"}]
"""On a build machine nothing may be left out: what is skipped fails."""
DATABASES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


class Group(NamedTuple):
    """Tests that need something: they use one of `fixtures`, or carry the group's name as a marker."""

    fixtures: frozenset[str]
    missing: Callable[[], str] = str
    """Returns what is not here and how to get it; empty when nothing is missing."""
    alone: bool = False
    """Whether one worker of pytest-xdist runs all of it."""


def _no_torch() -> str:
    return "" if find_spec("torch") and find_spec("onnx") else "torch is not installed (`make torch` gets it)"


def _no_arabic() -> str:
    found = languages(Config().scripts_path)
    return "" if "ara" in found else "Arabic is not installed (`make scripts LANGS=ara` gets it)"


def _no_chromium() -> str:
    return "" if chromium() else "Chromium is not installed (`make chromium`, or the system's own package)"


def chromium() -> str | None:
    """Return the path of this machine's Chromium: the one without windows first, which takes less."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


GROUPS = {
    "process": Group(frozenset({"serve", "live_server", "running_app", "postgres"})),
    "browser": Group(frozenset({"browser"}), _no_chromium),
    "scripts": Group(frozenset(), _no_arabic),
    "torch": Group(frozenset({"source", "trained", "theirs"}), _no_torch, alone=True),
}
"""torch takes 6 s of a processor and 400 MB in each process that imports it, so one does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=tuple(DATABASES),
        default="sqlite",
        help="what the tests' apps keep data in; on PostgreSQL only tests run that send SQL of their own",
    )
    parser.addoption(
        "--workers",
        action="store_true",
        help="the browser's site has PostgreSQL, and a worker that carries its jobs",
    )


@pytest.hookimpl(tryfirst=True)  # Before -m chooses by what is marked here.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its groups; skip, by name, what cannot run here."""
    for name, group in GROUPS.items():
        missing = group.missing()
        for item in items:
            marked = item.get_closest_marker(name) is not None
            if not marked and not group.fixtures & set(getattr(item, "fixturenames", ())):
                continue
            item.add_marker(name)
            if group.alone:
                item.add_marker(pytest.mark.xdist_group(name))
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"group {name} is left out: {missing}"))
    _name_places(items)


def _name_places(items: list[pytest.Item]) -> None:
    """Let tests of one xdist_group share a process: xdist 3.8 notes it where pytest 9.2 does not look."""
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and hasattr(item.config, "workerinput"):
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")  # type: ignore[attr-defined]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the database that it is about, on PostgreSQL only if it sends SQL of its own."""
    if "new_database" in metafunc.fixturenames:
        chosen = DATABASES[metafunc.config.getoption("--database")]
        runs = [_RUNS[name] for name in chosen if _belongs_to(metafunc.definition, name)]
        metafunc.parametrize("new_database", runs, indirect=True, scope="session")


_RUNS = {"sqlite": "sqlite", "postgresql": pytest.param("postgresql", marks=pytest.mark.process)}
"""PostgreSQL is a server, which somebody has to start."""


def _belongs_to(item: pytest.Item, database: str) -> bool:
    if database == "sqlite":
        return item.get_closest_marker("postgresql") is None
    own = any(item.get_closest_marker(name) for name in ("own_sql", "postgresql"))
    return own and item.get_closest_marker("sqlite") is None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """On a build machine, let what was skipped fail."""
    report: Any = yield
    return _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """The same for a whole file that skips itself."""
    report: Any = yield
    return _strict(report)


def nothing_left_out() -> None:
    """Let what is skipped fail from now on."""
    _strictly[:] = [True]


def _strict(report: Any) -> Any:
    if _strictly[0] and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"Here nothing may be left out. {reason}"
    return report


_current: list[pytest.Item] = []
_STARTS = {"subprocess.Popen", "os.fork", "os.posix_spawn", "os.exec", "os.system"}


def _watch(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _STARTS and _current and "not process" in _current[0].config.option.markexpr:
        raise RuntimeError(f"{_current[0].nodeid} starts a process and is not marked with `process`")


sys.addaudithook(_watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Know which test runs: where all of `process` is left out, no other may start one."""
    _current[:] = [item]
    try:
        return (yield)
    finally:
        _current.clear()
