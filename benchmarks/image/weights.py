"""A full-size captioning model with random weights, prepared, and served the way BLIP_URL names it."""

import hashlib
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.blip_run import Place


@dataclass
class Served:
    """An archive at `url`; `fetched` holds the path of each request so far."""

    url: str
    sha256: str
    megabytes: float
    fetched: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The build arguments that lead to it."""
        return f"--build-arg=BLIP_URL={self.url}", f"--build-arg=BLIP_SHA256={self.sha256}"


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Make the model unless it is there, and serve its archive on this machine alone, counting requests."""
    archive = _archive(folder)
    with archive.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    fetched: list[str] = []
    handler = partial(_Counting, fetched, directory=str(archive.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/{archive.name}"
        yield Served(url, checksum, archive.stat().st_size / 2**20, fetched)
        server.shutdown()


def full(folder: Path) -> Path:
    """Return the folder of the weights in transformers' format, made unless they are there."""
    return Place.with_weights(folder).model


def _archive(folder: Path) -> Path:
    archive = folder / "served" / "blip.tar.gz"
    if not archive.is_file():
        prepared = Place.with_weights(folder).prepared
        archive.parent.mkdir(exist_ok=True)
        half = archive.with_suffix(".half")
        with tarfile.open(half, "w:gz", compresslevel=1) as tar:
            tar.add(prepared, "blip")
        half.rename(archive)
    return archive


class _Counting(SimpleHTTPRequestHandler):
    """Serves files and notes what was asked for."""

    def __init__(self, fetched: list[str], *words: object, directory: str) -> None:
        self._fetched = fetched
        super().__init__(*words, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._fetched.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the name that the base has.
        """Say nothing."""
