"""A package index in a folder: tiny wheels that say they are the packages of our locks, and newer ones."""

import hashlib
import importlib.metadata
import io
import re
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NEWER = "9999.0"
"""The release of tomorrow: what an install that resolves would take."""
OURS = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^\s;\\]+)(?: ; ([^\\\n]+?))?(?: \\)?$", re.MULTILINE)
BACKEND = """
import zipfile
METADATA = "Metadata-Version: 2.1\\nName: pyvips\\nVersion: {version}\\nRequires-Dist: cffi\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
NAMES = ("METADATA", "WHEEL", "RECORD")
INFO = "pyvips-{version}.dist-info/"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{{folder}}/pyvips-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(INFO + "METADATA", METADATA)
        wheel.writestr(INFO + "WHEEL", WHEEL)
        wheel.writestr(INFO + "RECORD", "".join(INFO + name + ",,\\n" for name in NAMES))
    return "pyvips-{version}-py3-none-any.whl"
"""
"""What stands in for setuptools in the index: enough of a build backend for one package."""


@dataclass(frozen=True)
class Pin:
    """One line of a lock."""

    name: str
    extras: str
    version: str
    marker: str

    def line(self, *hashes: str) -> str:
        """Return the line with these hashes instead of the real ones."""
        head = f"{self.name}{self.extras}=={self.version}" + (f" ; {self.marker}" if self.marker else "")
        return " \\\n    ".join([head, *(f"--hash=sha256:{value}" for value in hashes)]) + "\n"


def read_lock(path: Path) -> list[Pin]:
    """Return the lines of a lock, without their hashes."""
    return [
        Pin(name, extras or "", version, marker or "")
        for name, extras, version, marker in OURS.findall(path.read_text())
    ]


class Index:
    """Files and pages under one folder; `url` is for pip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = (folder / "simple").as_uri()
        (folder / "simple").mkdir(parents=True)
        self.links: dict[str, list[str]] = {}

    def add(self, name: str, file: str, content: bytes) -> str:
        """Offer a file; return its SHA-256."""
        found = hashlib.sha256(content).hexdigest()
        (self.folder / file).write_bytes(content)
        links = self.links.setdefault(re.sub(r"[-_.]+", "-", name).lower(), [])
        links.append(f'<a href="../../{file.replace("+", "%2B")}#sha256={found}">{file}</a>')
        return found

    def wheel(
        self, name: str, version: str, needs: Iterable[str] = (), files: dict[str, str] | None = None
    ) -> str:
        """Offer a wheel that needs these; return its SHA-256."""
        label = re.sub(r"[-.]+", "_", name)
        return self.add(
            name, f"{label}-{version}-py3-none-any.whl", wheel(label, version, needs, files or {})
        )

    def write(self) -> None:
        """Write the pages, so that pip finds what was added."""
        for name, links in self.links.items():
            page = self.folder / "simple" / name / "index.html"
            page.parent.mkdir(exist_ok=True)
            page.write_text("<!DOCTYPE html><html><body>\n" + "\n".join(links) + "\n</body></html>")


def wheel(label: str, version: str, needs: Iterable[str], files: dict[str, str]) -> bytes:
    """Return a wheel; `needs` are lines of its metadata."""
    info = f"{label}-{version}.dist-info"
    written = {
        **files,
        f"{info}/METADATA": "\n".join([
            f"Metadata-Version: 2.1\nName: {label}\nVersion: {version}",
            *needs,
            "",
        ]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*written, f"{info}/RECORD"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {**written, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def real_needs(pin: Pin) -> list[str]:
    """Return what the real package says that it needs, as metadata lines; nothing when it is not here."""
    try:
        found = importlib.metadata.distribution(pin.name)
    except importlib.metadata.PackageNotFoundError:
        return []
    if found.version.split("+")[0] != pin.version:
        return []
    extras = found.metadata.get_all("Provides-Extra") or []
    return [f"Provides-Extra: {extra}" for extra in extras] + [
        f"Requires-Dist: {need}" for need in found.requires or []
    ]


def source_of_pyvips(version: str) -> bytes:
    """Return a source archive that asks for its builders as the real one does."""
    needs = 'requires = ["setuptools>=61.0.0", "cffi>=1.0.0", "pkgconfig>=1.5"]'
    project = f'[build-system]\n{needs}\nbuild-backend = "setuptools.build_meta"\n'
    files = {
        "pyproject.toml": project,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: pyvips\nVersion: {version}\n",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"pyvips-{version}/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def offer(index: Index, pins: Iterable[Pin]) -> dict[Pin, str]:
    """Offer each pinned release and a newer one; return the hashes of the pinned."""
    hashes: dict[Pin, str] = {}
    for pin in pins:
        needs = real_needs(pin)
        index.wheel(pin.name, NEWER, needs)
        if pin.name == "pyvips":
            hashes[pin] = index.add(pin.name, f"pyvips-{pin.version}.tar.gz", source_of_pyvips(pin.version))
        elif pin.name == "setuptools":
            backend = BACKEND.format(version=next(p.version for p in pins if p.name == "pyvips"))
            hashes[pin] = index.wheel(
                pin.name,
                pin.version,
                needs,
                {"setuptools/__init__.py": "", "setuptools/build_meta.py": backend},
            )
        else:
            hashes[pin] = index.wheel(pin.name, pin.version, needs)
    index.write()
    return hashes
