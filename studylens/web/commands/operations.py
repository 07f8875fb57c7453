"""/health and /memory: what the host and the operator ask. Neither touches a model or the network."""

import threading
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from studylens.config import Config
from studylens.errors import Busy, DatabaseDown
from studylens.jobs.readings import stage_peaks
from studylens.machine import kinds, memory
from studylens.machine.cgroup import Limit
from studylens.serving.places import places
from studylens.web.door.accept import wants_json
from studylens.web.door.operator import is_operator
from studylens.web.door.wiring import wiring

blueprint = Blueprint("operations", __name__)
_HEALTH = {"normal": "healthy", "warning": "degraded", "critical": "critical"}
_starting = threading.Lock()


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Answer 200 as long as the process lives: anything else makes the host restart it."""
    lines, used = _thresholds(wiring().config), _service_mb()
    status = lines.status(used)
    return jsonify(
        status=_HEALTH[status],
        memory_usage_mb=round(used, 1),
        memory_warning=status != "normal",
        memory_critical=status == "critical",
        timestamp=_timestamp(),
    )


@blueprint.get("/memory")
def show_memory() -> ResponseReturnValue:
    """Show the service's memory use that cannot be reclaimed, its lines, kinds of processes and stages.

    Single processes with their ids are the operator's alone (web/door/operator.py).
    """
    report = _report()
    return jsonify(report) if wants_json() else render_template("memory.html", report=report)


@blueprint.before_app_request
def start_runner_if_nobody_did() -> None:
    """Under `flask run` nothing starts the runner; gunicorn's hook has started it long before."""
    runner = wiring().runner
    if not current_app.testing and not runner.was_started:
        with _starting:
            if not runner.was_started:
                runner.start()


def _report() -> dict[str, Any]:
    lines, used = _thresholds(wiring().config), _service_mb()
    rows = [_row(process) for process in kinds.processes(wiring().runner.service_pid)]
    return {
        "memory_usage_mb": round(used, 1),
        "memory_warning_threshold_mb": round(lines.warning_mb, 1),
        "memory_limit_mb": round(lines.limit_mb, 1),
        "memory_limit_source": _limit(wiring().config).source,
        "memory_status": lines.status(used),
        "memory_details": _details(),
        "psutil_available": find_spec("psutil") is not None,
        "process_kinds": _kinds(rows),
        "processes": rows if is_operator(request, wiring().config) else [],
        "stages": _stages(),
        "timestamp": _timestamp(),
    }


def _details() -> dict[str, float]:
    """This worker's own memory, from psutil or, without it, from /proc."""
    total = memory.machine_mb()
    rss, vms = memory.own_rss_and_vms_mb()
    return {"rss_mb": round(rss, 1), "vms_mb": round(vms, 1), "percent": round(100 * rss / total, 2)}


def _row(process: kinds.Process) -> dict[str, Any]:
    """Return a process as the page tells it."""
    rounded = {"rss_mb": round(process.rss_mb, 1), "pss_mb": round(process.pss_mb, 1)}
    return {"kind": process.kind, "pid": process.pid, **rounded}


def _kinds(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Sum the rows by kind: what everybody may know."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        of_kind = found.setdefault(row["kind"], {"count": 0, "rss_mb": 0.0, "pss_mb": 0.0})
        of_kind["count"] += 1
        for name in ("rss_mb", "pss_mb"):
            of_kind[name] = round(of_kind[name] + row[name], 1)
    return found


def _stages() -> dict[str, Any]:
    try:
        places.take()
        return stage_peaks(wiring().database)
    except (Busy, DatabaseDown):
        return {}  # The memory page is for the hour in which other things are down.


def _service_mb() -> float:
    return memory.service_mb(_limit(wiring().config), wiring().runner.service_pid)


@lru_cache(maxsize=4)
def _limit(config: Config) -> Limit:
    return memory.find_limit(config)


@lru_cache(maxsize=4)
def _thresholds(config: Config) -> memory.Thresholds:
    return memory.thresholds(config)


def _timestamp() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
