"""Static files: their addresses name their version, and a browser keeps what it got for a version.

Our scripts import each other by relative addresses, so all of them have one version in common: a page and the
modules it imports come from one folder, `/static/v-<version>/`, and no module is loaded twice.
"""

import hashlib
import io
import os
from functools import lru_cache
from pathlib import Path

import rjsmin
from flask import Blueprint, Response, current_app, g, send_file, url_for

blueprint = Blueprint("assets", __name__)

_YEAR_SECONDS = 31_536_000


@blueprint.app_template_global("asset")
def asset_url(name: str) -> str | None:
    """Return a static file's address with its version; None when it is not installed."""
    version = _version_of(name)
    return version and url_for("assets.send", version=version, name=name)


@blueprint.get("/static/v-<version>/<path:name>")
def send(version: str, name: str) -> Response:
    """Return a static file, our scripts without their comments.

    Kept for a year if `version` is the file's own. Another one comes from a page of before or after an
    update: it gets what is here, and must not keep it under that address.
    """
    folder = _folder()
    answer = _minified(folder / name) if name in _scripts(folder) else current_app.send_static_file(name)
    if version == _version_of(name):
        answer.cache_control.no_cache = None
        answer.cache_control.public = True
        answer.cache_control.immutable = True
        answer.cache_control.max_age = _YEAR_SECONDS
    return answer


def _minified(path: Path) -> Response:
    body = _minify(path, path.stat().st_mtime_ns)
    return send_file(io.BytesIO(body), "text/javascript", etag=hashlib.sha256(body).hexdigest())


@lru_cache(maxsize=64)
def _minify(path: Path, _changed_ns: int) -> bytes:
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
def _scripts(folder: Path) -> frozenset[str]:
    """Return the names of our scripts, as they are when the first page is made."""
    paths = [path.relative_to(folder) for pattern in ("*.js", "*/*.js") for path in folder.glob(pattern)]
    return frozenset(path.as_posix() for path in paths if path.parts[0] != "vendor")


def _folder() -> Path:
    return Path(current_app.static_folder or "static")
