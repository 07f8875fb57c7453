"""The student's progress: a page, its tables as files, and the same numbers as JSON."""

import csv
import dataclasses
import io
from datetime import date
from typing import Any

from flask import Blueprint, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue

from studylens.errors import NotFound
from studylens.models import now
from studylens.study.achievements.standing import Shelf, shelf_of
from studylens.study.progress.cards import PackKnown
from studylens.study.progress.stats import ProgressStats, progress_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.progress.achievements import take_news
from studylens.web.progress.calendar import calendar_of
from studylens.web.progress.charts import forecast_bars, hour_bars
from studylens.web.progress.tables import TABLES

blueprint = Blueprint("study_progress", __name__)


@blueprint.get("/progress")
def show() -> ResponseReturnValue:
    """Show everything about the student's progress; on the first day, what will be known when."""
    news = take_news()
    stats, shelf = _stats_and_shelf()
    if stats.is_first_day:
        return render_template("progress/first_day.html", news=news, stats=stats, shelf=shelf)
    tables = {name: make(stats) for name, make in TABLES.items()}
    charts = {"ahead": forecast_bars(stats.forecast), "hours": hour_bars(stats.hours)}
    shown = {"stats": stats, "shelf": shelf, "tables": tables, "calendar": calendar_of(stats.year)}
    return render_template("progress/page.html", news=news, charts=charts, **shown)


@blueprint.get("/get_progress_stats")
def get_progress_stats() -> ResponseReturnValue:
    """Return the numbers of the progress page as JSON; of a newcomer, zeros."""
    stats, shelf = _stats_and_shelf()
    earned = {badge.key: {"tier": len(badge.earned), "tiers": badge.tiers, "value": badge.value,
                          "needed": badge.needed} for badge in shelf.badges}  # fmt: skip
    packs = [_plain(pack) | _earlier_names(pack) for pack in stats.packs]
    return jsonify(_plain(stats) | {"packs": packs, "achievements": earned})


@blueprint.get("/progress/<name>.csv")
def download(name: str) -> ResponseReturnValue:
    """Return one table of the page as CSV. Raises NotFound for a table that there is not."""
    if name not in TABLES:
        raise NotFound
    text = io.StringIO()
    with wiring().database.reading() as session:
        stats = progress_of(session, guest_id(session), now())
    csv.writer(text).writerows(TABLES[name](stats).lines)
    # With a byte order mark, without which Excel garbles every accent.
    answer = make_response(text.getvalue().encode("utf-8-sig"))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="studylens-{name}-{stats.today}.csv"'
    return answer


def _stats_and_shelf() -> tuple[ProgressStats, Shelf]:
    at = now()
    with wiring().database.reading() as session:
        guest = guest_id(session)
        return progress_of(session, guest, at), shelf_of(session, guest, at)


def _earlier_names(pack: PackKnown) -> dict[str, Any]:
    """Return what others may have read before "mastered" came to be said of key terms alone."""
    return {"mastered_cards": pack.known_cards, "mastered": pack.all_known}


def _plain(value: Any) -> Any:
    """Return dataclasses as plain JSON types; days as YYYY-MM-DD."""
    if dataclasses.is_dataclass(value):
        return {name: _plain(item) for name, item in vars(value).items()}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
