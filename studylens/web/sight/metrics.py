"""/metrics: the numbers of all processes and machines, as Prometheus reads them."""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import Blueprint, Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import NotFound, UnknownToken
from studylens.machine.cgroup import MB
from studylens.models import LIVE_STATES, QUEUED, Job, now
from studylens.sight import page, sums
from studylens.sight.counts import sample
from studylens.sight.page import Family
from studylens.web.door.operator import is_operator, shown
from studylens.web.door.wiring import wiring

blueprint = Blueprint("metrics", __name__)
_JOBS = Family("jobs", "gauge", "Jobs that wait or run.")
_OLDEST = Family("oldest_waiting_seconds", "gauge", "Since when the oldest job waits.")
_MEMORY = Family("memory_bytes", "gauge", "Memory by machine and kind of process; of shared pages a share.")


@blueprint.get("/metrics")
def show() -> Response:
    """Show every number; no label is of a student.

    METRICS_TOKEN opens it, and whatever makes one the operator (web/door/operator.py). Raises NotFound
    without a key, UnknownToken with a wrong one.
    """
    _check_reader()
    with wiring().database.reading() as session:
        found = page.lines([*_queue(session), *_memory(session), *page.counted(sums.all_sums(session))])
    return Response(found, content_type=page.CONTENT_TYPE)


def _check_reader() -> None:
    config = wiring().config
    told, token = shown(request).encode("utf-8", "replace"), config.metrics_token.encode()
    if token and hmac.compare_digest(told, token):
        return
    if not is_operator(request, config):
        raise UnknownToken if "Authorization" in request.headers else NotFound


def _queue(session: Session) -> Iterable[tuple[Family, Mapping[str, float]]]:
    """Count what waits and runs; the index on state and time answers it."""
    live = select(Job.state, func.count(), func.min(Job.created_at)).where(Job.state.in_(LIVE_STATES))
    found: dict[str, tuple[int, datetime]] = {
        state: (count, oldest) for state, count, oldest in session.execute(live.group_by(Job.state))
    }
    counted = {sample("jobs", state=state): found.get(state, (0,))[0] for state in LIVE_STATES}
    oldest = found[QUEUED][1] if QUEUED in found else None
    waits = (now() - oldest).total_seconds() if oldest else 0.0
    return (_JOBS, counted), (_OLDEST, {_OLDEST.name: max(0.0, waits)})


def _memory(session: Session) -> Iterable[tuple[Family, Mapping[str, float]]]:
    readings = {
        sample(_MEMORY.name, machine=row.machine_id, kind=row.kind): row.mb * MB
        for row in sums.memory_now(session)
    }
    return ((_MEMORY, readings),)
