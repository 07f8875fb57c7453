"""The suite's own rules: nothing is left out unnoticed, and a quick test starts nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import HOME
from tests.statements import missing, shape

pytestmark = pytest.mark.process
SKIPS = "import pytest\ndef test_one():\n    pytest.skip('no torch here')\n"
SKIPS_WHOLE = "import pytest\npytest.skip('no torch here', allow_module_level=True)\n"
STARTS = "import subprocess\ndef test_one():\n    subprocess.run(['true'])\n"
TOGETHER = """
import os, pytest
@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("n", range(8))
def test_one(n):
    with open("where", "a") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], file=file)
"""
GROUPLESS = "import pytest\n@pytest.mark.torch\ndef test_one():\n    assert False\n"


def run(folder: Path, text: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a file of tests in a process of its own, under the suite's rules."""
    (folder / "test_it.py").write_text(text)
    (folder / "conftest.py").write_text("pytest_plugins = ['tests.groups']\n")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-c", "/dev/null"]
    environment = {"PYTHONPATH": str(HOME), "PATH": "", **variables}
    return subprocess.run(
        [*command, f"--rootdir={folder}", *arguments, "."],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("text", [SKIPS, SKIPS_WHOLE])
def test_a_build_machine_leaves_nothing_out(tmp_path: Path, text: str) -> None:
    done = run(tmp_path, text, CI="true")
    assert done.returncode != 0
    assert "nothing may be left out. Skipped: no torch here" in done.stdout
    assert run(tmp_path, SKIPS).returncode == 0


def test_who_starts_a_process_belongs_to_a_group(tmp_path: Path) -> None:
    done = run(tmp_path, STARTS, "-m", "not process")
    assert done.returncode == 1
    assert "test_one starts a process and is not marked with `process`" in done.stdout
    marked = STARTS.replace("def ", "import pytest\n@pytest.mark.process\ndef ", 1)
    assert run(tmp_path, marked, "-m", "not process").returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_group_that_cannot_run_is_named_with_what_helps(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    done = run(tmp_path, GROUPLESS, PYTHONPATH=f"{tmp_path}:{HOME}")
    assert "group torch is left out: torch is not installed (`make torch` gets it)" in done.stdout


def test_a_group_stays_in_one_process(tmp_path: Path) -> None:
    done = run(tmp_path, TOGETHER, "-p", "xdist", "-n", "2", "--dist", "loadgroup", "-s")
    assert done.returncode == 0, done.stdout
    assert len(set((tmp_path / "where").read_text().split())) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE b IN (?, ?)", "SELECT a\nFROM t WHERE b IN (?, ?, ?)"),
        ("INSERT INTO t (a) VALUES (?)", "INSERT INTO t (a, b) VALUES (?, ?) RETURNING id"),
        ("UPDATE t SET a=? WHERE t.id = ?", "UPDATE t SET a=?, b=? WHERE t.id = ?"),
    ],
)
def test_a_statement_is_known_again_with_other_values(one: str, other: str) -> None:
    assert shape(one) == shape(other)


def test_a_statement_that_only_sqlite_sees_is_named_with_its_tests() -> None:
    sent = {"own": {"SELECT 1"}, "test_one": {"SELECT 1", "SELECT 2"}, "test_two": {"SELECT 2"}}
    assert missing(sent) == {"SELECT 2": {"test_one", "test_two"}}
    assert missing({**sent, "own": {"SELECT 1", "SELECT 2"}}) == {}
