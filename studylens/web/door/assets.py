"""Static files: their addresses name their version, and a browser keeps what it got for a version.

Our scripts import each other by relative addresses, so all of them have one version in common: a page and the
modules it imports come from one folder, `/static/v-<version>/`, and no module is loaded twice.
"""

import gzip
import hashlib
import io
import os
import time
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

import rjsmin
from flask import Blueprint, Response, current_app, g, request, send_file, url_for

from studylens.web.door.squeeze import FILE_LEVEL, wants_gzip

blueprint = Blueprint("assets", __name__)

LATELY_SECONDS = 2
"""How long an address is believed: a page has a dozen, and each is a look at a hundred files."""
_YEAR_SECONDS = 31_536_000
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@blueprint.app_template_global("asset")
def asset_url(name: str) -> str | None:
    """Return a static file's address with its version; None when it is not installed."""
    if current_app.debug or current_app.testing:
        return _address_of(name)
    return _lately(f"{request.script_root} {name}", int(time.monotonic() / LATELY_SECONDS), name)


@lru_cache(maxsize=256)
def _lately(_where: str, _when: int, name: str) -> str | None:
    return _address_of(name)


def _address_of(name: str) -> str | None:
    version = _version_of(name)
    return version and url_for("assets.send", version=version, name=name)


@blueprint.get("/static/v-<version>/<path:name>")
def send(version: str, name: str) -> Response:
    """Return a static file, our scripts without their comments.

    Kept for a year if `version` is the file's own. Another one comes from a page of before or after an
    update: it gets what is here, and must not keep it under that address.
    """
    folder = _folder()
    answer = _text(folder, name) if name in _texts(folder) else current_app.send_static_file(name)
    if version == _version_of(name):
        answer.cache_control.no_cache = None
        answer.cache_control.public = True
        answer.cache_control.immutable = True
        answer.cache_control.max_age = _YEAR_SECONDS
    return answer


def _text(folder: Path, name: str) -> Response:
    """Return a script, style or drawing; squeezed if the client takes that."""
    path, squeezed = folder / name, wants_gzip()
    body = _body(path, path.stat().st_mtime_ns, is_ours=name in _scripts(folder), squeezed=squeezed)
    answer = send_file(io.BytesIO(body), _KINDS[path.suffix], etag=hashlib.sha256(body).hexdigest())
    answer.vary.add("Accept-Encoding")
    if squeezed and answer.status_code == HTTPStatus.OK:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=128)
def _body(path: Path, changed_ns: int, *, is_ours: bool, squeezed: bool) -> bytes:
    if squeezed:
        return gzip.compress(_body(path, changed_ns, is_ours=is_ours, squeezed=False), FILE_LEVEL, mtime=0)
    if not is_ours:
        return path.read_bytes()
    minified: str = rjsmin.jsmin(path.read_text("utf-8"))
    return minified.encode()


def _version_of(name: str) -> str | None:
    """Return a hash of the file, or of all our scripts if it is one of them; None when it is not there."""
    folder = _folder()
    if name not in _scripts(folder):
        return _hash_of(folder, (name,))
    if "scripts_version" not in g:
        g.scripts_version = _hash_of(folder, tuple(sorted(_scripts(folder))))
    version: str | None = g.scripts_version
    return version


def _hash_of(folder: Path, names: tuple[str, ...]) -> str | None:
    try:
        # Twenty on every page, and a Path would cost more than the call.
        changed_ns = tuple(os.stat(f"{folder}/{name}").st_mtime_ns for name in names)  # noqa: PTH116
        return _hash(folder, names, changed_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=64)
def _hash(folder: Path, names: tuple[str, ...], _changed_ns: tuple[int, ...]) -> str:
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()[:12]


@lru_cache(maxsize=8)
def _texts(folder: Path) -> frozenset[str]:
    """Return the names of all files that are text, as they are when the first is asked for."""
    paths = (path for kind in _KINDS for path in folder.rglob(f"*{kind}"))
    return frozenset(path.relative_to(folder).as_posix() for path in paths)


@lru_cache(maxsize=8)
def _scripts(folder: Path) -> frozenset[str]:
    """Return the names of our scripts, as they are when the first page is made."""
    paths = [path.relative_to(folder) for pattern in ("*.js", "*/*.js") for path in folder.glob(pattern)]
    return frozenset(path.as_posix() for path in paths if path.parts[0] != "vendor")


def _folder() -> Path:
    return Path(current_app.static_folder or "static")
