"""A push service on this machine, and a browser that reads what comes through it."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from studylens.push.sealing import CURVE, point_of, to_base64


@dataclass
class Browser:
    """Has the private half of a subscription."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        """What it tells a site."""
        return {"p256dh": to_base64(point_of(self.key.public_key())), "auth": to_base64(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Return the text of a message; fails for one that is not for this browser."""
        salt, size, theirs, sealed = body[:16], body[20], body[21 : 21 + body[20]], body[21 + body[20] :]
        assert size == 65
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        info = b"WebPush: info\0" + point_of(self.key.public_key()) + theirs
        secret = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        content = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(content).decrypt(nonce, sealed, None)
        assert text.endswith(b"\x02")
        return text[:-1]


@dataclass
class PushService:
    """Keeps what was sent; answers with the status that stands at the end of the path."""

    port: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    retry_after: str = ""

    def connect(self, _host: str) -> http.client.HTTPConnection:
        """Connect to it, whatever host is meant; TLS is connect_public's part."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)


@contextmanager
def push_service() -> Iterator[PushService]:
    """Run a push service for the time of a test."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append((self.path, dict(self.headers), body))
            self.send_response(int(self.path.rpartition("/")[2]))
            if service.retry_after:
                self.send_header("Retry-After", service.retry_after)
            self.send_header("Location", "http://127.0.0.1:1/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        service.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield service
        server.shutdown()
