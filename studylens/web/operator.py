"""The operator's page: jobs, budgets, engines and the numbers of `flask report`; no student's words."""

from collections import Counter
from http import HTTPStatus
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from studylens.errors import NotFound
from studylens.jobs import ended
from studylens.machine.disk import free_bytes
from studylens.models import LIVE_STATES, Guest, Job
from studylens.study.budgets import room
from studylens.web.commands import doctor
from studylens.web.door.accept import wants_json
from studylens.web.door.cookies import OPERATOR_COOKIE, OPERATOR_COOKIE_DAYS, forget_cookie, keep_cookie
from studylens.web.door.operator import is_key, is_operator
from studylens.web.door.wiring import wiring

blueprint = Blueprint("operator", __name__)
_KEY_CHARS = 200
"""What is read of a key that is typed in."""


@blueprint.get("/operator")
def show() -> ResponseReturnValue:
    """Show what runs here; anybody else is asked for the key. Raises NotFound for programs without it."""
    if not is_operator(request, wiring().config):
        if wants_json():
            raise NotFound
        return render_template("operator/key.html", wrong=False), HTTPStatus.FORBIDDEN
    found = _gather()
    return jsonify(found) if wants_json() else render_template("operator/page.html", found=found)


@blueprint.post("/operator")
def open_page() -> ResponseReturnValue:
    """Let this browser show the key from now on."""
    key = request.form.get("key", "").strip()[:_KEY_CHARS]
    if not is_key(key, wiring().config):
        return render_template("operator/key.html", wrong=True), HTTPStatus.FORBIDDEN
    answer = make_response(redirect(url_for("operator.show"), HTTPStatus.SEE_OTHER))
    keep_cookie(answer, OPERATOR_COOKIE, key, days=OPERATOR_COOKIE_DAYS)
    return answer


@blueprint.post("/operator/leave")
def leave() -> ResponseReturnValue:
    """Let this browser forget the key."""
    answer = make_response(redirect(url_for("operator.show"), HTTPStatus.SEE_OTHER))
    forget_cookie(answer, OPERATOR_COOKIE)
    return answer


def _gather() -> dict[str, Any]:
    # Inside: only the operator's page has a use for them.
    from studylens.study.record.rules import count_by_rule  # noqa: PLC0415
    from studylens.web.commands import report, spending_report, standings  # noqa: PLC0415

    database, config = wiring().database, wiring().config
    counted = select(Job.state, func.count()).group_by(Job.state)
    with database.reading() as session:
        jobs = ended.counted(session) + Counter({row[0]: row[1] for row in session.execute(counted)})
        oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state.in_(LIVE_STATES)))
        guests = session.scalar(select(func.count()).select_from(Guest)) or 0
        kept = room.use_of_all(session)
        rules = report.table(count_by_rule(session))
    diagnosis = doctor.examine(config, database)
    return {
        "jobs": jobs,
        "oldest_waiting_since": oldest.isoformat(timespec="seconds") if oldest else None,
        "budgets": {
            "guests": {"used": guests, "most": None},
            "packs": {"used": kept.packs, "most": config.kept_packs},
            "cards": {"used": kept.cards, "most": config.kept_cards},
            "kept_mb": {"used": round(kept.bytes / 2**20, 1), "most": config.kept_mb},
            "disk_free_mb": {"used": free_bytes(config.upload_folder) >> 20, "most": None},
        },
        "facts": diagnosis.facts,
        "missing": list(diagnosis.missing),
        "wrong": list(diagnosis.wrong),
        "spending": spending_report.table(spending_report.gather(database, config)),
        "models": standings.lines(standings.gather(database, config)),
        "rules": rules,
    }
