"""The service as the image holds it, without an image: the real one is built by `python -m benchmarks.image`.

It is started from a tree of nothing but what the image copies, as a user of its own, with nothing importable
but what the image installs.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from studylens.analysis.blip.manifest import sha256
from studylens.places import BLIP_MANIFEST
from tests.analysis.blip.test_jobs import BLIP_STAGES
from tests.analysis.blip.tiny_blip.figures import kind_of
from tests.deploy.dockerfile import UID, Stage, build_model, copy_sources, read_stages, run_line
from tests.deploy.test_deployment import pinned
from tests.service import Service


@pytest.fixture(scope="module")
def image() -> Stage:
    return read_stages()[-1]


def test_the_build_fetches_a_model_prepared_elsewhere(tmp_path: Path, trained: Path) -> None:
    archive = tmp_path / "blip.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(trained, "blip")
    done = build_model(tmp_path, BLIP_URL=archive.as_uri(), BLIP_SHA256=sha256(archive))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "models" / "blip" / BLIP_MANIFEST).is_file()


GUARD = """
import importlib.util, socket, sys
from pathlib import Path
ABSENT = frozenset({absent!r})
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ModuleNotFoundError(f"{{name}} is not in the image", name=name)
sys.meta_path.insert(0, Absent())
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name.partition(".")[0] in ABSENT else find_spec(name, package)
)
connect = socket.socket.connect
def note(self, address):
    with Path({notes!r}).open("a") as file:
        file.write(f"{{address}}\\n")
    return connect(self, address)
socket.socket.connect = note
"""
"""Runs before anything else in every process of the service."""


NEVER_IMPORTED = {"huggingface_hub", "hf_xet"}
"""Installed beside tokenizers; whoever imports them means to download."""


def plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def absent_modules() -> set[str]:
    """Return what this environment can import and the image cannot: all but the service's requirements."""
    ours = {plain(name) for name in pinned("requirements.txt")}
    owners = importlib.metadata.packages_distributions()
    absent = {name for name, dists in owners.items() if not {plain(dist) for dist in dists} & ours}
    return absent | NEVER_IMPORTED


@pytest.fixture(scope="module")
def service(image: Stage, trained: Path) -> Iterator[Service]:
    """The image's tree with the tiny model, run by a user who may write to one folder."""
    with tempfile.TemporaryDirectory() as name:
        root, tree = Path(name), Path(name) / "app"
        copy_sources(image, tree)
        for cache in [*tree.rglob("__pycache__"), tree / "static" / "vendor"]:
            shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(trained, tree / "models" / "blip")
        for path in (tree, *tree.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        compiled = run_line(image.commands[-1], tree)
        assert "is whole" in compiled.stdout, compiled.stderr
        (root / "guard").mkdir()
        notes = str(root / "data" / "connections")
        guard = GUARD.format(absent=sorted(absent_modules()), notes=notes)
        (root / "guard" / "sitecustomize.py").write_text(guard)
        (root / "data").mkdir()
        prefix = _as_nobody_important(root)
        settings = {
            k: v for k, v in image.environment.items() if k not in {"PATH", "PORT", "HOST", "ENGINES"}
        }
        settings |= {"INSTANCE_DIR": str(root / "data"), "BLIP_MODEL_DIR": "", "HOME": str(root / "data")}
        with Service(root / "data", prefix=prefix, PYTHONPATH=str(root / "guard"), **settings) as started:
            yield started


def _as_nobody_important(root: Path) -> list[str]:
    """Return what goes before a command to run it in the tree, without root's powers where we have them.

    This machine's Python may lie in somebody's home, which nobody else may enter. The service sees that home
    as a folder with nothing but our Python in it.
    """
    here = ["env", "-C", str(root / "app")]
    if os.getuid() != 0:
        return here
    root.chmod(0o755)
    os.chown(root / "data", UID, UID)
    user = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *here]
    needed = sorted({sys.base_prefix, sys.prefix})
    homes = sorted({
        str(home) for path in needed for home in Path(path).parents if not home.stat().st_mode & 0o001
    })
    if not homes:
        return user
    kept = {path: str(root / f"python-{n}") for n, path in enumerate(needed)}
    lines = [f"mkdir {copy}; mount --bind {path} {copy}" for path, copy in kept.items()]
    lines += [f"mount -t tmpfs -o mode=0755 tmpfs {home}" for home in homes[:1]]
    lines += [f"mkdir -p {path}; mount --bind {copy} {path}" for path, copy in kept.items()]
    return ["unshare", "--mount", "sh", "-ec", "\n".join([*lines, 'exec "$@"']), "sh", *user]


@pytest.fixture(scope="module")
def job(service: Service, figure: tuple[bytes, str]) -> dict[str, object]:
    status, answer = service.analyze(figure[0])
    assert status == 200, service.log
    return dict(answer["jobs"][0])


def maps(service: Service) -> dict[str, str]:
    return {kind: (Path("/proc") / str(pid) / "maps").read_text() for kind, pid in service.pids().items()}


def test_the_images_tree_captions_a_photo(
    service: Service, job: dict[str, object], figure: tuple[bytes, str]
) -> None:
    job_page = service.get_json(f"/jobs/{job['id']}")[1]
    assert kind_of(job_page["pack"]["caption"]) == figure[1]
    assert [item["stage"] for item in job_page["stages"] if "blip" in item["stage"]] == BLIP_STAGES
    assert "Skipped blip" not in service.log


def test_no_process_of_it_has_torch(service: Service, job: dict[str, object]) -> None:
    found = maps(service)
    assert "onnxruntime" in found["analysis"]
    assert not [kind for kind, text in found.items() if re.search("torch|transformers|/onnx/", text)]
    assert not [kind for kind in ("master", "web") if "onnxruntime" in found[kind]]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_no_process_of_it_is_root(service: Service, job: dict[str, object]) -> None:
    owners = {(Path("/proc") / str(pid)).stat().st_uid for pid in service.pids().values()}
    assert owners == {UID}


def test_it_asks_nobody_for_anything(service: Service, job: dict[str, object]) -> None:
    """Neither at its start nor for a photo; onnxruntime would leave an id and a queue in the home."""
    assert not (service.folder / "connections").exists()
    assert not (service.folder / ".cache").exists()


def test_it_passes_its_own_health_check(image: Stage, service: Service) -> None:
    environment = {**os.environ, "PORT": str(service.port)}
    assert subprocess.run(image.health, env=environment, check=False).returncode == 0


def test_it_ends_when_it_is_told_to(service: Service, job: dict[str, object]) -> None:
    """Last, since the service is gone afterwards."""
    pids = service.pids().values()
    service.stop()
    assert service.process is not None
    assert service.process.returncode == 0
    assert not [pid for pid in pids if (Path("/proc") / str(pid)).exists()]
