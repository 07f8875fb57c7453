"""Request bodies: forms where forms are expected, a photo alone where photos are; everything else is refused.

A body is on disk while it arrives, bounded in parts and in memory, and gone when it was taken in. Of Werkzeug
this takes documented hooks alone: `make_form_data_parser`, `FormDataParser.parse`, its stream factory, and
`want_form_data_parsed`. What is needed of gunicorn stands in arrival.py. tests/web/door/test_vendors.py fails
when either library moves.
"""

import contextlib
from typing import IO, Any, cast

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from studylens.errors import BadForm, Busy, TooLarge, TooManyFiles, UnsupportedType
from studylens.language import _, mark, said
from studylens.limits import MAX_PHOTOS
from studylens.serving.places import places
from studylens.uploads.upload import NAMELESS
from studylens.web.door.arrival import (
    BLOCK_BYTES,
    BLOCK_SECONDS,
    PLACE_SECONDS,
    Patience,
    bodies,
    dismiss,
)
from studylens.web.door.sizes import FIELDS_BYTES
from studylens.web.door.spools import Spool
from studylens.web.door.wiring import wiring

MAX_PARTS = MAX_PHOTOS + 10
"""Parts of a form with files: the photos, empty file inputs, text, question, private, and some more."""
MAX_FIELDS = 4_000
"""Fields of a form without files: a tick for each card of a joined lecture, or for each pack of a quiz."""
TAKE_PHOTO = frozenset({"capture.analyze", "cutout_api.remove"})
"""Endpoints to which a photo may be the body itself; its wishes stand in the address then."""
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORM_TYPES = frozenset({_URLENCODED, _MULTIPART})
_FILE_TYPES = {"application/pdf", "application/octet-stream", ""}
"""Besides every `image/`: what a client calls a file that it sends alone; `accept` looks at its bytes."""
_AS_FORM = mark("Send it as a form: multipart/form-data or application/x-www-form-urlencoded.")
_AS_PHOTO = mark("A photo may also be sent alone, with its own Content-Type, such as image/jpeg.")
Parsed = tuple[IO[bytes], "MultiDict[str, str]", "MultiDict[str, FileStorage]"]


class BodyRequest(Request):
    """A request whose body is read once, from one of few places; `close` gives everything back."""

    def __init__(self, environ: dict[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(environ, *args, **options)
        self.spools: list[Spool] = []
        self.has_arrived = False
        self._has_place = False
        self._is_closed = False

    @property
    def declares_body(self) -> bool:
        """Say whether the head announces a body that is not empty."""
        return bool(self.content_length) or "Transfer-Encoding" in self.headers

    @property
    def takes_photo(self) -> bool:
        """Say whether a photo may be the body itself."""
        return self.endpoint in TAKE_PHOTO

    @property
    def want_form_data_parsed(self) -> bool:
        """Parse what is there, under a Content-Type or under none."""
        return self.declares_body

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser that Werkzeug asks when a view reads `form` or `files` for the first time."""
        return _BodyParser(self)

    def take_place(self) -> None:
        """Wait for one of the places of arriving bodies. Raises Busy."""
        if not bodies.acquire(timeout=PLACE_SECONDS):
            raise Busy
        self._has_place = True

    def close(self) -> None:
        """Give back files and place, and hang up on who still sends what nobody reads; only once."""
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
        if self.declares_body and not self.has_arrived:
            dismiss(self.environ)


class _BodyParser(FormDataParser):
    """Werkzeug's parser, on a stream that is hurried and bounded; a photo alone reads like a form of one."""

    def __init__(self, request: BodyRequest) -> None:
        super().__init__(
            self._new_file,
            max_form_memory_size=FIELDS_BYTES,
            max_form_parts=MAX_PARTS,
            cls=request.parameter_storage_class,
            silent=False,
        )
        self._request = request
        self._photos = 0

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """Return (stream, fields, files).

        Raises UnsupportedType, BadForm, Busy, SlowBody, TooLarge, TooManyFiles, BadRequest and
        RequestEntityTooLarge.
        """
        self._check_type(mimetype, content_length or 0)
        request = self._request
        with places.aside():
            request.take_place()
            with Patience(request.environ, BLOCK_SECONDS) as patience:
                arriving = _Arriving(request, stream, patience)
                if mimetype in FORM_TYPES:
                    parsed = self._form(arriving, mimetype, content_length, options)
                else:
                    parsed = stream, self.cls(request.args), self._photo(arriving)
        request.has_arrived = True
        return parsed

    def _check_type(self, mimetype: str, length: int) -> None:
        photo = self._request.takes_photo
        if mimetype == _URLENCODED and length > FIELDS_BYTES:
            raise TooLarge(
                _("The fields of a form may have %(kb)s kB.", kb=FIELDS_BYTES // 1024)
                + (f" {said(_AS_PHOTO)}" if photo else "")
            )
        if mimetype in FORM_TYPES:
            return
        if not (photo and (mimetype.startswith("image/") or mimetype in _FILE_TYPES)):
            raise UnsupportedType(
                f"{_('This type of content is not read here.')} {said(_AS_FORM)}"
                + (f" {said(_AS_PHOTO)}" if photo else "")
            )

    def _form(self, arriving: "_Arriving", mimetype: str, length: int | None, options: Any) -> Parsed:
        try:
            return super().parse(cast("IO[bytes]", arriving), mimetype, length, options)
        except ValueError as error:  # No boundary, no end, or no UTF-8.
            raise BadForm from error

    def _photo(self, arriving: "_Arriving") -> "MultiDict[str, FileStorage]":
        """Return the body as the form's only file; `accept` refuses it when it is empty or no picture."""
        name = self._request.args.get("name") or NAMELESS
        spool = self._new_file(filename=name)
        most = wiring().config.max_upload_bytes
        while block := arriving.read(BLOCK_BYTES):
            spool.write(block)
            if self._request.spools[-1].received > most:
                raise TooLarge(
                    _(
                        "A photo may have %(most)s MB. Save it as a smaller JPEG and send it again.",
                        most=f"{most / 2**20:g}",
                    )
                )
        spool.seek(0)
        return self.cls([("image", FileStorage(spool, filename=name))])

    def _new_file(
        self,
        total_content_length: int | None = None,  # noqa: ARG002 - The signature is Werkzeug's.
        content_type: str | None = None,  # noqa: ARG002
        filename: str | None = None,
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        self._photos += bool(filename)  # A file input that the student left empty has no name.
        if self._photos > MAX_PHOTOS:
            raise TooManyFiles
        self._request.spools.append(Spool())
        return cast("IO[bytes]", self._request.spools[-1])


class _Arriving:
    """The body as the parser reads it: hurried, whole, and with little in it that is no file."""

    def __init__(self, request: BodyRequest, stream: IO[bytes], patience: Patience) -> None:
        self._request = request
        self._stream = stream
        self._patience = patience
        self._is_urlencoded = request.mimetype == _URLENCODED
        self._received = 0
        self._separators = 0

    def read(self, size: int = -1) -> bytes:
        """Return bytes, none at the end. Raises SlowBody, BadRequest, RequestEntityTooLarge."""
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK_BYTES), b""))
        block = self._patience.read(self._stream, size)
        self._received += len(block)
        self._check(block)
        return block

    def _check(self, block: bytes) -> None:
        if not block and self._received < (self._request.content_length or 0):
            raise ClientDisconnected
        in_files = sum(spool.received for spool in self._request.spools)
        if self._received - in_files > FIELDS_BYTES + BLOCK_BYTES:
            raise RequestEntityTooLarge
        if self._is_urlencoded:
            self._separators += block.count(b"&")
            if self._separators > MAX_FIELDS:
                raise RequestEntityTooLarge
