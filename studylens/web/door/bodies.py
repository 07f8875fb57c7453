"""Request bodies: on disk while they arrive, bounded in parts and in memory, gone when they were taken in."""

import contextlib
import tempfile
from typing import IO, Any, cast

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge

from studylens.config import MAX_PHOTOS
from studylens.errors import Busy, SlowBody, TooManyFiles
from studylens.web.door.arrival import (
    BLOCK_BYTES,
    BLOCK_SECONDS,
    PLACE_SECONDS,
    Patience,
    bodies,
    dismiss,
    stop_reading,
)
from studylens.web.door.wiring import wiring

IN_MEMORY_BYTES = 16 * 1024
"""A part that is larger waits on disk: 12 bodies of 10 photos would be 600 MB."""
MAX_PARTS = MAX_PHOTOS + 10
"""Fields and files of a form: the photos, empty file inputs, text, question, private, and some more."""
FIELDS_BYTES = 256 * 1024
"""Everything that is no file. 20,000 characters of text take up to 240 kB when they are urlencoded."""
_FORM_TYPES = {"multipart/form-data", "application/x-www-form-urlencoded"}


class BodyRequest(Request):
    """A request whose form is read once, from one of few places; `close` gives everything back."""

    def __init__(self, environ: dict[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(environ, *args, **options)
        self._wsgi = environ
        self.max_form_parts = MAX_PARTS
        self.max_form_memory_size = FIELDS_BYTES
        self.spools: list[_Spool] = []
        self._photos = 0
        self._has_place = False
        self._has_arrived = False
        self._is_closed = False

    def _load_form_data(self) -> None:
        """Read and parse the body. Raises Busy, SlowBody, TooManyFiles, BadRequest, RequestEntityTooLarge."""
        if "form" not in self.__dict__ and self.mimetype in _FORM_TYPES:
            self._take_place()
            self._receive()
        else:
            super()._load_form_data()

    def close(self) -> None:
        """Give back files, place and, unless another request may follow on it, the connection; only once."""
        if self._is_closed:
            return
        self._is_closed = True
        super().close()
        for spool in self.spools:
            with contextlib.suppress(OSError):  # What a full disk refused is written once more by closing.
                spool.close()
        self.spools.clear()
        if self._has_place:
            bodies.release()
        self._let_go()

    def _take_place(self) -> None:
        if not bodies.acquire(timeout=PLACE_SECONDS):
            raise Busy
        self._has_place = True

    def _receive(self) -> None:
        if self.mimetype != "multipart/form-data":
            self.max_content_length = FIELDS_BYTES
        with Patience(self._wsgi, BLOCK_SECONDS) as patience:
            self._arriving = _Arriving(self, patience)
            try:
                super()._load_form_data()
            except ParseException as error:
                stop_reading(self._wsgi)
                raise BadRequest from error
        self._has_arrived = True

    def _get_stream_for_parsing(self) -> IO[bytes]:
        return cast("IO[bytes]", self._arriving)

    def _get_file_stream(  # The signature is Werkzeug's; only the name counts here.
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        self._photos += bool(filename)  # A file input that the student left empty has no name.
        if self._photos > MAX_PHOTOS:
            raise TooManyFiles
        self.spools.append(_Spool())
        return cast("IO[bytes]", self.spools[-1])

    def _let_go(self) -> None:
        declares_body = bool(self.content_length) or "Transfer-Encoding" in self.headers
        if declares_body and not self._has_arrived:
            dismiss(self._wsgi)
        elif "close" in self.headers.get("Connection", "").lower() or self._is_of_http_1_0():
            stop_reading(self._wsgi)

    def _is_of_http_1_0(self) -> bool:
        return self._wsgi.get("SERVER_PROTOCOL") == "HTTP/1.0"


class _Spool(tempfile.SpooledTemporaryFile[bytes]):
    """A file part: in memory while it is small, then nameless on the disk of the upload folder.

    Not in the folder for temporary files, which may be memory itself.
    """

    def __init__(self) -> None:
        self._folder = wiring().folder.root
        super().__init__(max_size=IN_MEMORY_BYTES, dir=str(self._folder))
        self.received = 0

    def write(self, data: Any) -> int:
        """Write bytes and count them. Raises OSError when the disk is full."""
        self.received += len(data)
        return super().write(data)

    def rollover(self) -> None:
        """Go on on disk."""
        self._folder.mkdir(parents=True, exist_ok=True)
        super().rollover()


class _Arriving:
    """The body as the parser reads it: hurried, whole, and with little in it that is no file."""

    def __init__(self, request: BodyRequest, patience: Patience) -> None:
        self._request = request
        self._patience = patience
        self._stream = request.stream
        self._received = 0
        self._separators = 0

    def read(self, size: int = -1) -> bytes:
        """Return bytes, none at the end. Raises SlowBody, ClientDisconnected, RequestEntityTooLarge."""
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK_BYTES), b""))
        try:
            block = self._stream.read(size)
        finally:
            if self._patience.is_over:
                raise SlowBody
        self._patience.renew()
        self._received += len(block)
        self._check(block)
        return block

    def _check(self, block: bytes) -> None:
        if not block and self._received < (self._request.content_length or 0):
            raise ClientDisconnected
        in_files = sum(spool.received for spool in self._request.spools)
        if self._received - in_files > FIELDS_BYTES + BLOCK_BYTES:
            raise RequestEntityTooLarge
        if self._request.mimetype != "multipart/form-data":
            self._separators += block.count(b"&")
            if self._separators > MAX_PARTS:
                raise RequestEntityTooLarge
