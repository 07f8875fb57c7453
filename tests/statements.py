"""What runs on PostgreSQL is enough: every statement of the suite is sent by a test that runs there, too.

Each process notes which shapes of statements its tests send on SQLite. After a whole run on both databases
the shapes of all tests are compared with those of the tests marked `own_sql`; one that only others send is
named at the end, with its tests. It does not fail the run: no whole run was seen to its end yet.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

_STATES = ("PRAGMA", "BEGIN", "CREATE", "ALTER", "DROP")
"""How a database is opened and its tables are made: tests/database is about that, in each one's own words."""
_NAMED = 20
"""Statements that a failed run names; more would hide them all."""
_now: set[str] = set()
_sent: dict[str, set[str]] = {"own": set()}
"""Shapes sent by tests that run on PostgreSQL, too (`own`), and by each other test."""
_settled: set[str] = set()
"""Statements that a test of `own` has sent in this process: who else sends them does not matter."""


@cache
def shape(statement: str) -> str:
    """Return a statement without what differs from call to call: the number of values, the columns set."""
    text = re.sub(r"\s+", " ", statement).strip()
    text = re.sub(r"\?(, \?)+", "?", text)
    text = re.sub(r"(\(\?\))(, \(\?\))+", "(?)", text)
    text = re.sub(r"^UPDATE (\w+) SET .*? WHERE", r"UPDATE \1 SET .. WHERE", text)
    return text if "ON CONFLICT" in text else re.sub(r"^INSERT INTO (\w+) .*", r"INSERT INTO \1", text)


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if statement in _settled or statement in _now or connection.dialect.name != "sqlite":
        return
    if not statement.startswith(_STATES) and not _asked_by_a_test():
        _now.add(statement)


_TESTS = str(Path(__file__).parent)
_BETWEEN = ("/sqlalchemy/", "/pluggy/", "/tests/statements.py")


def _asked_by_a_test() -> bool:
    """Say whether a test itself looks into the database: what it asks there no student ever sends.

    The frames alone are walked: a whole traceback of each statement would cost more.
    """
    frame = sys._getframe(1)
    while frame.f_back and any(name in frame.f_code.co_filename for name in _BETWEEN):
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_TESTS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note what one test sends, its fixtures included."""
    _now.clear()
    try:
        return (yield)
    finally:
        own = any(item.get_closest_marker(name) for name in ("own_sql", "sqlite"))
        sent = tuple(_now)  # A copy: a thread of the site may still send something.
        if own:
            _settled.update(sent)
        if sent:
            _sent.setdefault("own" if own else item.nodeid, set()).update(map(shape, sent))


def _is_whole(config: pytest.Config) -> bool:
    chosen = (
        config.option.keyword,
        config.option.markexpr,
        config.option.file_or_dir,
        config.option.deselect,
    )
    return config.getoption("--database") == "both" and not any(chosen)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist has noted."""
    for name, shapes in getattr(node, "workeroutput", {}).get("statements", {}).items():
        _sent.setdefault(name, set()).update(shapes)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over to the controller."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["statements"] = {name: sorted(found) for name, found in _sent.items()}


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the statements that PostgreSQL never saw, and who sends them."""
    lacking = missing(_sent) if _is_whole(config) else {}
    if lacking:
        terminalreporter.section("sent on SQLite only: mark one of the tests with own_sql", red=True)
    for text, tests in sorted(lacking.items())[:_NAMED]:
        terminalreporter.line(f"{text}\n    {', '.join(sorted(tests)[:3])}")


def missing(sent: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the shapes that no test of `own` sends, and the tests that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for test, shapes in sent.items():
        for text in shapes - sent["own"]:
            found[text].add(test)
    return dict(found)
