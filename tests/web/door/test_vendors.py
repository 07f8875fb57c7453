"""What the door needs of Werkzeug and gunicorn, asked of the libraries themselves: fails when they move."""

import inspect
import io
import socket
from types import SimpleNamespace
from typing import Any

import gunicorn.http.errors as refusals
import pytest
from flask import Flask, request
from gunicorn.config import Config
from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.unreader import IterUnreader, SocketUnreader
from gunicorn.http.wsgi import default_environ
from werkzeug import Request
from werkzeug.exceptions import BadRequest, ClientDisconnected
from werkzeug.formparser import FormDataParser, MultiPartParser

from studylens.web.door import bodies
from studylens.web.door.arrival import Patience, stop_reading
from studylens.web.door.bodies import BodyRequest


def test_gunicorn_hands_its_socket_over_and_ends_the_body_itself() -> None:
    asked = SimpleNamespace(body=None, method="GET", query="", uri="/", version=(1, 1))
    environ = default_environ(asked, connection := object(), Config())
    assert environ["gunicorn.socket"] is connection
    assert environ["wsgi.input_terminated"] is True


def test_a_socket_that_is_shut_for_reading_ends_gunicorn_s_read_and_can_still_answer() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        body = Body(LengthReader(SocketUnreader(ours), 5_000))
        stop_reading({"gunicorn.socket": ours})
        assert body.read(5_000) == b""  # Would wait for ever.
        ours.sendall(b"HTTP/1.1 408")
        assert theirs.recv(12) == b"HTTP/1.1 408"


@pytest.mark.parametrize("raw", [b"zz\r\n", b"5\r\nabcdefgh\r\n", b"5;\x00=\r\nabcde\r\n"])
def test_broken_chunks_are_gunicorn_s_parse_exceptions_and_our_bad_request(raw: bytes) -> None:
    def stream() -> Any:
        return Body(ChunkedReader(None, IterUnreader([raw])))

    with pytest.raises(refusals.ParseException):
        stream().read(100)
    with pytest.raises(BadRequest), Patience({}, 1) as patience:
        patience.read(stream(), 100)


def test_a_body_that_ends_among_chunks_is_an_os_error_and_our_bad_request() -> None:
    with pytest.raises(OSError, match="No more data"):
        Body(ChunkedReader(None, IterUnreader([b"5\r\nab"]))).read(100)
    with pytest.raises(ClientDisconnected), Patience({}, 1) as patience:
        patience.read(Body(ChunkedReader(None, IterUnreader([b"5\r\nab"]))), 100)


def test_werkzeug_asks_our_parser_and_its_stream_factory(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for owner, name in (
        (bodies._BodyParser, "parse"),
        (bodies._BodyParser, "_new_file"),
        (bodies._Arriving, "read"),
    ):
        monkeypatch.setattr(owner, name, _noted(asked, name, getattr(owner, name)))
    with app.test_request_context("/analyze", method="POST", data={"image": (io.BytesIO(b"x"), "a.jpg")}):
        assert isinstance(request._get_current_object(), BodyRequest)
        assert request.files["image"].read() == b"x"
        request.close()
    assert set(asked) == {"parse", "_new_file", "read"}


def _noted(asked: list[str], name: str, method: Any) -> Any:
    def noting(*args: Any, **options: Any) -> Any:
        asked.append(name)
        return method(*args, **options)

    return noting


def test_nothing_private_of_werkzeug_or_flask_is_overridden() -> None:
    ours = {bodies.BodyRequest: Request, bodies._BodyParser: FormDataParser}
    for kind in ours:
        theirs = {name for base in kind.__mro__[1:] for name in vars(base)}
        private = {name for name in vars(kind) if name.startswith("_") and not name.startswith("__")}
        assert not private & theirs, kind


def test_the_hooks_have_the_shapes_that_we_fill() -> None:
    assert list(inspect.signature(FormDataParser.parse).parameters) == [
        "self",
        "stream",
        "mimetype",
        "content_length",
        "options",
    ]
    for parser in (FormDataParser, MultiPartParser):
        wanted = {"stream_factory", "max_form_memory_size", "max_form_parts", "cls"}
        assert wanted <= set(inspect.signature(parser).parameters)
    assert isinstance(inspect.getattr_static(Request, "want_form_data_parsed"), property)
    assert callable(Request.make_form_data_parser)
