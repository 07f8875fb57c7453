"""/ready: can photos be taken and read now? What stands before us may send them elsewhere meanwhile.

Not for restarts: a database that is away comes back without one. /health is for those.
"""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from studylens.errors import BucketDown, Busy, DatabaseDown
from studylens.serving.places import places
from studylens.web.door.wiring import wiring

blueprint = Blueprint("ready", __name__)
OK, AWAY, STOPPED = "ok", "away", "stopped"
BUCKET_SECONDS = 10.0
"""How long the bucket's answer counts: each look is a paid call, and whoever asks asks often."""
_looking = threading.Lock()
_looked: dict[str, tuple[float, str]] = {}


@blueprint.get("/ready")
def show() -> ResponseReturnValue:
    """Name each part; 200 when all are ok, else 503."""
    parts = {"database": _database(), "bucket": _bucket(), "queue": _queue()}
    is_ready = all(part == OK for part in parts.values())
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    answer = jsonify(status="ready" if is_ready else "not_ready", parts=parts)
    if not is_ready:
        answer.headers["Retry-After"] = str(DatabaseDown.retry_after)
    return answer, status


def _database() -> str:
    def ask() -> None:
        places.take()
        with wiring().database.reading() as session:
            session.execute(text("SELECT 1"))

    return _tried(ask)


def _bucket() -> str:
    """Ask the bucket now and then; who comes meanwhile hears what it said last and waits for nobody."""
    folder = wiring().folder
    at, found = _looked.get(str(folder.root), (-BUCKET_SECONDS, AWAY))
    if time.monotonic() - at < BUCKET_SECONDS or not _looking.acquire(blocking=False):
        return found
    try:
        found = _tried(folder.look)
        _looked[str(folder.root)] = time.monotonic(), found
    finally:
        _looking.release()
    return found


def _queue() -> str:
    """Say whether somebody here carries jobs, or waits for its turn to."""
    return OK if wiring().runner.is_running else STOPPED


def _tried(ask: Callable[[], object]) -> str:
    try:
        ask()
    except (DatabaseDown, BucketDown, Busy):
        return AWAY
    return OK
