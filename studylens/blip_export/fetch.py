"""A model that was prepared elsewhere: an archive is fetched, checked and put into place, all or none."""

import shutil
import tarfile
import tempfile
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from studylens.analysis.blip.manifest import check_files, install, read_manifest, sha256
from studylens.errors import EngineFailed
from studylens.places import BLIP_MANIFEST

Progress = Callable[[int, int], None]
"""Told of each piece of a download: its bytes, and those of the whole (0: not known)."""
_SILENCE_SECONDS = 60.0
"""A download that brings nothing for so long is given up."""
_PIECE_BYTES = 1024 * 1024


def fetch(url: str, checksum: str, folder: Path, tell: Progress) -> None:
    """Install into `folder` the .tar or .tar.gz of a prepared model's folder at `url` (https, http or file).

    `checksum` is the archive's SHA-256 as hexadecimal digits. Raises EngineFailed when nothing was installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        archive = staged / "archive"
        _download(url, archive, tell)
        if (found := sha256(archive)) != checksum.lower():
            raise EngineFailed(f"the archive's checksum differs: it has {found}, given was '{checksum}'")
        _install(archive, staged, folder)
    except (OSError, HTTPException, tarfile.TarError) as error:
        raise EngineFailed(str(error)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _download(url: str, path: Path, tell: Progress) -> None:
    if not url.startswith(("https://", "http://", "file://")):
        raise EngineFailed("give an address that starts with https://, http:// or file://")
    with urllib.request.urlopen(url, timeout=_SILENCE_SECONDS) as answer, path.open("wb") as file:  # noqa: S310
        size = int(answer.headers.get("Content-Length") or 0)
        while piece := answer.read(_PIECE_BYTES):
            file.write(piece)
            tell(len(piece), size)


def _install(archive: Path, staged: Path, folder: Path) -> None:
    """Unpack the archive's plain files, whatever folder they are in, and check each against the manifest."""
    with tarfile.open(archive) as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source:
                with source, (staged / Path(member.name).name).open("wb") as file:
                    shutil.copyfileobj(source, file)
    archive.unlink()
    manifest = read_manifest(staged)
    (staged / BLIP_MANIFEST).unlink()
    check_files(staged, manifest, thoroughly=True)
    install(staged, folder, manifest)
