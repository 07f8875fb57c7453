"""What a newcomer is told who lacks venv, npm, Chromium or a free port: one sentence, and what to do."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import HOME, clean_environment

pytestmark = pytest.mark.process
OLD, WITHOUT_VENV, GOOD, BROKEN = "3.9", "3.13 without venv", "3.12", "broken"


def fake(folder: Path, name: str, script: str) -> None:
    """Put a command on a path of the test's own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def fake_python(folder: Path, name: str, kind: str) -> None:
    """A Python that answers the three questions of tools/find-python.sh as `kind` would."""
    version = kind.split(maxsplit=1)[0]
    answers = {
        OLD: f'case "$2" in *print*) echo {version} ;; *) exit 1 ;; esac',
        WITHOUT_VENV: f'case "$2" in *print*) echo {version} ;; *ensurepip*) exit 1 ;; esac',
        GOOD: f'case "$2" in *print*) echo {version} ;; esac',
        BROKEN: "exit 127",
    }
    fake(folder, name, answers[kind])


def run(*command: str, path: Path, cwd: Path = HOME, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": f"{path}:{path.parent / 'tools'}", **variables}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A folder of commands; beside it, the few of the system that the scripts need."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "id", "mkdir", "dirname", "mktemp", "grep", "cut", "rm", "touch", "tail"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ({"python3.11": GOOD, "python3.12": GOOD, "python3": GOOD}, "python3.12"),
        ({"python3.12": GOOD, "python3.13": WITHOUT_VENV}, "python3.12"),
        ({"python3.14": BROKEN, "python3.11": GOOD}, "python3.11"),
        ({"python3": GOOD}, "python3"),
        ({"python3": OLD, "python": GOOD}, "python"),
    ],
)
def test_the_newest_python_that_works_is_taken(path: Path, there: dict[str, str], taken: str) -> None:
    for name, kind in there.items():
        fake_python(path, name, kind)
    done = run("/bin/sh", "tools/find-python.sh", path=path)
    assert (done.stdout.strip(), done.stderr) == (str(path / taken), "")


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ({}, "Python 3.11 or later is needed, and none was found: install one"),
        ({"python3": OLD}, "Python 3.11 or later is needed, and Python 3.9 (python3) was found: install one"),
        ({"python3.13": WITHOUT_VENV}, "sudo apt-get install python3.13-venv) and run make again."),
    ],
)
def test_a_missing_python_or_venv_is_one_sentence(path: Path, there: dict[str, str], sentence: str) -> None:
    for name, kind in there.items():
        fake_python(path, name, kind)
    done = run("/bin/sh", "tools/find-python.sh", path=path)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_npm_pages_go_without_their_javascript(path: Path, tmp_path: Path) -> None:
    done = run(
        "/bin/sh", str(HOME / "tools" / "vendor.sh"), "static/vendor/.fetched-1", path=path, cwd=tmp_path
    )
    assert done.returncode == 0
    assert "install Node.js" in done.stderr


def test_a_fetch_from_npm_that_fails_is_an_error_and_is_tried_again(path: Path, tmp_path: Path) -> None:
    fake(path, "npm", "echo 'npm error network getaddrinfo ENOTFOUND'; exit 1")
    script = (str(HOME / "tools" / "vendor.sh"), "static/vendor/.fetched-1")
    done = run("/bin/sh", *script, path=path, cwd=tmp_path)
    assert done.returncode != 0
    assert "ENOTFOUND. Check the network and run make again" in done.stderr
    fake(path, "npm", "true")
    done = run("/bin/sh", *script, path=path, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "static" / "vendor" / ".fetched-1").exists()


@pytest.mark.parametrize(("user", "installs"), [("0", True), ("1000", False)])
def test_chromium_is_installed_only_where_nobody_must_be_asked(
    path: Path, tmp_path: Path, user: str, installs: bool
) -> None:
    (tmp_path / "tools" / "id").unlink()
    fake(path, "id", f"echo {user}")
    for name in ("apt-get", "sudo"):
        fake(path, name, f'echo "{name} $*" >>{tmp_path}/asked')
    done = run("/bin/sh", "tools/chromium.sh", path=path)
    asked = (tmp_path / "asked").read_text() if (tmp_path / "asked").exists() else ""
    assert done.returncode == 0
    assert ("apt-get install" in asked) is installs
    assert "sudo" not in asked


@pytest.mark.parametrize(
    ("there", "ci", "installs"),
    [
        ("chromium", "", []),
        ("chromium", "true", ["chromium-headless-shell"]),
        ("chromium-headless-shell", "true", []),
        ("", "", ["chromium-headless-shell", "chromium"]),
    ],
)
def test_a_build_machine_gets_the_chromium_without_windows_and_what_it_cannot_have_fails_nothing(
    path: Path, tmp_path: Path, there: str, ci: str, installs: list[str]
) -> None:
    (tmp_path / "tools" / "id").unlink()
    fake(path, "id", "echo 0")
    fake(path, "apt-get", f'echo "$*" >>{tmp_path}/asked; [ "$1" = update ]')
    if there:
        fake(path, there, "true")
    assert run("/bin/sh", "tools/chromium.sh", path=path, CI=ci).returncode == 0
    asked = (tmp_path / "asked").read_text().splitlines() if (tmp_path / "asked").exists() else []
    assert [line.split()[-1] for line in asked if line.startswith("install")] == installs


def test_nothing_that_make_runs_uses_sudo() -> None:
    scripts = [HOME / "Makefile", HOME / ".ci" / "run", *(HOME / "tools").iterdir()]
    lines = [line for path in scripts if path.is_file() for line in path.read_text().splitlines()]
    assert len(lines) > 100
    assert [line for line in lines if "sudo" in line and not line.lstrip().startswith(("#", "echo"))] == []


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:app"]
        done = subprocess.run(
            command,
            cwd=HOME,
            env=clean_environment(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if "[INFO]" not in line]
    sentence = (
        f"Port {port} is in use: end what uses it (Studylens in another window?), "
        f"or choose another one: make run PORT={port + 1}"
    )
    assert lines == [sentence]
