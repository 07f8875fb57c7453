"""An S3 server whose objects outlive it, as those of real ones do: what moto holds is also in files.

python -m tests.storage.kept --port 9000 --folder FOLDER
"""

import argparse
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from tests.storage.server import BUCKET, CREDENTIALS, S3Server

_CHANGES = frozenset({"PUT", "DELETE"})


class KeptServer(S3Server):
    """Answers a change once it is in the folder; starts with what is there."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder, self._one = folder, threading.Lock()
        folder.mkdir(exist_ok=True)
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(BUCKET, CREDENTIALS["AWS_REGION"])
        for path in folder.glob("[!.]*"):
            self.fill(BUCKET, [unquote(path.name)], path.read_bytes())
        super().__init__(port)  # Whoever asked before would be told that nothing is there.

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = super()._answer(environ, start_response)
        if environ["REQUEST_METHOD"] not in _CHANGES:
            return answer
        whole = list(answer)
        with self._one:
            self._keep()
        return whole

    def _keep(self) -> None:
        objects = {quote(name, safe=""): kept for name, kept in self.keys(BUCKET).items()}
        there = {path.name for path in self._folder.glob("[!.]*")}
        for name in objects.keys() - there:
            part = self._folder / f".{name}"
            part.write_bytes(objects[name].value)
            part.rename(self._folder / name)  # A kill leaves it whole or not at all.
        for name in there - objects.keys():
            (self._folder / name).unlink()


def main() -> None:
    """Serve the bucket until somebody ends the process."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--folder", type=Path, required=True)
    found = options.parse_args()
    KeptServer(found.folder, found.port)
    threading.Event().wait()


if __name__ == "__main__":
    main()
