"""A real S3 server on this machine: moto's, which can be told to fail as servers on the way do."""

import argparse
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import unquote

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from studylens.bucket_variables import BucketAddress

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
BUCKET = "studylens"
"""What the server has when it is a process of its own."""
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "for tests only",
    "AWS_SECRET_ACCESS_KEY": "for tests only",
    "AWS_REGION": "us-east-1",
}
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=tests/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, *_words: object) -> None:
        """Say nothing."""


class S3Server:
    """Serves all buckets of this process; `fault` stands before them while it is set."""

    def __init__(self, port: int = 0) -> None:
        self.fault: Wsgi | None = None
        self.asked: list[str] = []
        self._numbers = count(1)
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", port, self._answer, threaded=True, request_handler=Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def new_bucket(self, name: str = "") -> str:
        """Make an empty bucket; return its name."""
        name = name or f"photos-{next(self._numbers)}"
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/{name}", method="PUT")).close()
        return name

    def keys(self, bucket: str) -> dict[str, Any]:
        """Return moto's own objects by their whole names: what is really there."""
        return dict(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys.items())

    def fill(self, bucket: str, names: Iterable[str], data: bytes = b"x") -> None:
        """Put many small objects at once, behind HTTP's back."""
        for name in names:
            s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, name, data)

    def grow_old(self, bucket: str, by: timedelta) -> None:
        """Let all objects of a bucket have been put so much earlier."""
        for kept in self.keys(bucket).values():
            kept.last_modified -= by

    def address(self, bucket: str, prefix: str = "") -> BucketAddress:
        """Return the address of a bucket of this server."""
        return BucketAddress("s3", bucket, prefix, self.url)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ["REQUEST_METHOD"])
        if not environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4"):
            environ["HTTP_AUTHORIZATION"] = SIGNED  # Google has another kind, of which moto knows nothing.
        environ["RAW_URI"] = environ["REQUEST_URI"] = unquote(environ["RAW_URI"])  # It writes - as %2D.
        return (self.fault or self._app)(environ, start_response)

    # --- Faults ---
    def away(self, _environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """As a proxy says it whose server is being restarted."""
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    def forbidden(self, _environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """As S3 says it to somebody else's key."""
        page = b"<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>AKIA-OURS</AWSAccessKeyId></Error>"
        start_response("403 Forbidden", [("Content-Length", str(len(page)))])
        return [page]

    def cut_put(self, environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        """Hang up in the middle of a body."""
        environ["wsgi.input"].read(1_000)
        raise ConnectionResetError

    def cut_get(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        """Hang up in the middle of an object; other questions are answered."""
        if environ["REQUEST_METHOD"] != "GET" or "list-type" in environ["QUERY_STRING"]:
            yield from self._app(environ, start_response)
            return
        dates = [("Last-Modified", "Sun, 29 Nov 2026 15:00:00 GMT"), ("ETag", '"e"')]
        start_response("200 OK", [("Content-Length", "1000000"), *dates])
        yield bytes(1_000)
        raise ConnectionResetError


def main() -> None:
    """Serve one bucket until somebody ends the process."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    S3Server(options.parse_args().port).new_bucket(BUCKET)
    threading.Event().wait()


if __name__ == "__main__":
    main()
