"""A local hub (HF_ENDPOINT) that answers as the real one does for Salesforce/blip-image-captioning-base.

Small files come from the hub itself, after a redirect within it; weights from another host, from any byte on.
`requests` holds what was asked; `faults` says what goes wrong with the next pieces of weights.
"""

import hashlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME, FORMER_NAME = "Owner/tiny", "Former/tiny"
TOKEN = "hf_of_a_test"
LARGE = (".safetensors", ".bin", ".h5")
"""What the hub keeps on another host, named for its SHA-256."""


@dataclass(frozen=True)
class Asked:
    """One request: `host` tells the hub from the other host."""

    method: str
    host: str
    path: str
    range: str
    authorization: str

    @property
    def file(self) -> str:
        """The name of the file that was asked for."""
        return self.path.rpartition("/")[2]


@dataclass
class HubServer:
    """Serves `files` as the model Owner/tiny, on 127.0.0.1; as `localhost` it is the other host.

    Faults, one for each request for weights, then none: `break` (half of what was asked for, then a reset),
    `503`, `damage` (the last byte is another), `whole` (a range is not heeded), `nothing` (no byte comes).
    """

    files: Mapping[str, bytes]
    gated: bool = False
    faults: deque[str] = field(default_factory=deque)
    requests: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = _Listener(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def got(self) -> list[str]:
        """Return the names of the files whose content was sent, each as often as it was asked for."""
        return [
            asked.file
            for asked in self.requests
            if asked.method == "GET" and "/api/models/" not in asked.path
        ]

    def pieces(self) -> list[str]:
        """Return which bytes of weights were sent, in turn."""
        return [asked.range for asked in self.requests if (asked.method, asked.host) == ("GET", "localhost")]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def etag(name: str, content: bytes) -> str:
    """Name a content as the hub does: a large file for its SHA-256, a small one as git names it."""
    if name.endswith(LARGE):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _Listener(ThreadingHTTPServer):
    def __init__(self, hub: HubServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, path = self.server.hub, urlsplit(self.path).path
        asked = Asked(
            self.command,
            self.headers["Host"].partition(":")[0],
            path,
            self.headers.get("Range", ""),
            self.headers.get("Authorization", ""),
        )
        hub.requests.append(asked)
        content = hub.files.get(asked.file)
        if path.startswith("/large/"):
            self._large(asked.file)
        elif path.startswith("/cached/") and content is not None:
            self._send(200, content, self._named(asked.file, content))
        elif FORMER_NAME in path:
            self._send(307, b"", {"Location": self.path.replace(FORMER_NAME, NAME)})
        elif refusal := self._refusal(asked):
            self._send(refusal[0], b"", {"X-Error-Code": refusal[1]})
        elif path.startswith("/api/models/"):
            self._send(200, self._tree(), {"Content-Type": "application/json"})
        else:
            self._resolve(asked.file, hub.files[asked.file])

    def _refusal(self, asked: Asked) -> tuple[int, str] | None:
        """Say what is wrong with a request, as status and code, in the order in which the hub looks."""
        known = asked.path.removeprefix("/api/models").startswith(f"/{NAME}/")
        open_to_all = not self.server.hub.gated or asked.authorization == f"Bearer {TOKEN}"
        checks = (
            (known, 401, "RepoNotFound"),
            (open_to_all, 401, "GatedRepo"),
            (bool({"main", COMMIT} & set(asked.path.split("/"))), 404, "RevisionNotFound"),
            (asked.file in self.server.hub.files or "/api/" in asked.path, 404, "EntryNotFound"),
        )
        return next(((status, code) for fine, status, code in checks if not fine), None)

    def _resolve(self, name: str, content: bytes) -> None:
        """Say what a file is, and where its content lies."""
        named = self._named(name, content)
        if name.endswith(LARGE):
            linked = {"X-Linked-Etag": named["ETag"], "X-Linked-Size": str(len(content))}
            place = f"http://localhost:{self.server.hub.port}/large/{name}?signed=1"
            self._send(302, b"", {"X-Repo-Commit": COMMIT, **linked, "Location": place})
        else:
            self._send(307, b"", {"Location": f"/cached/{name}", **named})

    def _large(self, name: str) -> None:
        hub = self.server.hub
        fault = hub.faults.popleft() if hub.faults else ""
        content, start = hub.files[name], 0
        if fault == "503":
            return self._send(503, b"", {})
        if (wanted := self.headers.get("Range")) and fault != "whole":
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
        body = content[start:]
        if fault == "nothing":
            body = b""
        if fault == "damage":
            body = body[:-1] + bytes([body[-1] ^ 1])
        headers = {"ETag": f'"{etag(name, content)}"'}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._send(206 if start else 200, body, headers, cut=fault == "break")
        return None

    def _tree(self) -> bytes:
        entries = [
            {"type": "file", "path": name, "size": len(content), "oid": etag("", content)}
            for name, content in self.server.hub.files.items()
        ]
        return json.dumps(entries).encode()

    def _named(self, name: str, content: bytes) -> dict[str, str]:
        return {"ETag": f'"{etag(name, content)}"', "X-Repo-Commit": COMMIT}

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self._reset()

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Keep quiet: tests read `requests`."""
