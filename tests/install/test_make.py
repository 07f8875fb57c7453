"""What is installed is the locks and nothing else, whatever was released since. One clone sees it all."""

import re

import pytest
from packaging.markers import Marker

from tests.install.clone import LOCKS, SMALL, Clone, fresh
from tests.install.index import NEWER, Pin, read_lock

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("install")]
EXTRAS = {"google-api-core": "[grpc]", "google-auth": "[requests]", "requests": "[socks]"}
"""The extras by which others ask for these; a lock that names them is what pip up to 23.2 stumbles over."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone after `make setup`."""
    made = fresh(tmp_path_factory.mktemp("fresh"))
    done = made.make("setup", "VENDOR=no")
    assert done.returncode == 0, done.stderr + (made.folder / ".venv" / "pip.log").read_text()
    return made


def applying(clone: Clone, *locks: str) -> set[tuple[str, str]]:
    pins = [pin for lock in locks for pin in read_lock(clone.folder / lock)]
    return {(pin.name, pin.version) for pin in pins if not pin.marker or Marker(pin.marker).evaluate()}


def test_the_lock_is_installed_and_nothing_else(clone: Clone) -> None:
    expected = applying(clone, "requirements-build.txt", "requirements.txt")
    assert clone.installed() == expected
    assert len(expected) > 80


def test_packages_are_compiled_as_the_analysis_process_reads_them(clone: Clone) -> None:
    """It runs without `assert` and may write nothing: else it would compile them anew with each start."""
    assert len(list(clone.folder.glob(".venv/lib/*/site-packages/pip/__pycache__/*.opt-1.pyc"))) > 1


def test_the_index_had_newer_releases_that_an_install_without_a_complete_lock_stumbles_over(
    clone: Clone,
) -> None:
    """The command that we had: it must fail here, or the test above would prove nothing."""
    if tuple(map(int, clone.pip_version.split(".")[:2])) >= (23, 3):
        expected = f"Would install .*google-auth-{NEWER}"
        done = clone.pip("install", "--dry-run", "--ignore-installed", "google-auth[requests]")
        assert re.search(expected, done.stdout)
        return
    old = clone.folder / "old.txt"
    lines = (clone.folder / "requirements.txt").read_text()
    for name, extra in EXTRAS.items():
        lines = re.sub(rf"^{name}==", f"{name}{extra}==", lines, flags=re.MULTILINE)
    old.write_text(re.sub(r"^(pyvips|setuptools)==.*\n.*\n", "", lines, flags=re.MULTILINE))
    done = clone.pip("install", "--dry-run", "--ignore-installed", "--require-hashes", "-r", "old.txt")
    assert done.returncode != 0
    assert "all requirements must have their versions pinned with ==" in done.stderr


def test_a_second_start_asks_nobody(clone: Clone) -> None:
    done = clone.make("setup", "VENDOR=no", PIP_INDEX_URL=(clone.folder / "nowhere").as_uri())
    assert (done.returncode, done.stderr) == (0, "")
    assert "Installing" not in done.stdout


def test_a_pulled_lock_is_installed_and_what_it_dropped_goes(clone: Clone) -> None:
    raised = "nh3"
    page = (clone.index.folder / "simple" / raised / "index.html").read_text()
    (newer,) = re.findall(rf"{NEWER}-py3-none-any.whl#sha256=(\w+)", page)
    for name in LOCKS:
        lock = clone.folder / name
        entries = re.findall(r"^\S.*\n.*\n", lock.read_text(), re.MULTILINE)
        kept = [entry for entry in entries if entry.partition("==")[0] in SMALL - {raised}]
        lock.write_text("".join(kept) + Pin(raised, "", NEWER, "").line(newer))
    done = clone.make("setup", "VENDOR=no")
    assert done.returncode == 0, done.stderr
    assert clone.installed() == applying(clone, "requirements-build.txt", "requirements.txt")
    assert (raised, NEWER) in clone.installed()


TORCH = "2.13.0"


def torch_of(clone: Clone) -> set[tuple[str, str]]:
    return {(name, version) for name, version in clone.installed() if name.startswith(("torch", "nvidia"))}


def test_a_torch_that_wants_cuda_is_never_taken(clone: Clone) -> None:
    """The index of all packages has a torch of the same version that names nvidia's packages."""
    done = clone.make("torch", TORCH_INDEX_URL=clone.index.url)
    assert done.returncode != 0
    assert "Could not install torch: " in done.stderr
    assert torch_of(clone) == set()


def test_torch_comes_from_the_index_of_its_cpu_builds(clone: Clone) -> None:
    done = clone.make("torch", TORCH_INDEX_URL=clone.index_of_torch.url)
    assert done.returncode == 0, done.stderr
    assert torch_of(clone) == {("torch", f"{TORCH}+cpu")}


def test_a_wheel_that_pip_is_shown_comes_before_the_index(clone: Clone) -> None:
    assert clone.make("torch", TORCH_INDEX_URL=clone.index_of_torch.url).returncode == 0
    assert clone.pip("uninstall", "--yes", "torch").returncode == 0
    (stamp,) = clone.folder.glob(".venv/.torch-*")
    stamp.unlink()
    nowhere = (clone.folder / "nowhere").as_uri()
    done = clone.make("torch", TORCH_INDEX_URL=nowhere, PIP_FIND_LINKS=str(clone.index_of_torch.folder))
    assert done.returncode == 0, done.stderr
    assert torch_of(clone) == {("torch", f"{TORCH}+cpu")}


def test_a_lock_that_does_not_fit_together_is_refused(clone: Clone) -> None:
    for name in LOCKS:
        lock = clone.folder / name
        lock.write_text(re.sub(r"^blinker==.*\n.*\n", "", lock.read_text(), flags=re.MULTILINE))
    done = clone.make("setup", "VENDOR=no")
    assert done.returncode != 0
    assert re.search(r"flask \S+ requires blinker, which is not installed", done.stderr)


def test_a_download_that_fails_is_one_sentence(clone: Clone) -> None:
    lock = clone.folder / "requirements.txt"
    lock.write_text(lock.read_text().replace("latex2mathml==", "latex2mathml==1."))
    done = clone.make("setup", "VENDOR=no", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1")
    assert done.returncode != 0
    sentence, *rest = done.stderr.splitlines()
    assert sentence.startswith(
        "Could not install the service: the package index could not be reached. Check the network"
    )
    assert [line for line in rest if not line.startswith("make: ")] == []
