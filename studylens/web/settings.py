"""The page of settings: how a student studies."""

from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadText
from studylens.models import now
from studylens.study.days import is_zone
from studylens.study.reviews_today import catch_up_days_left
from studylens.study.schedule import today_for
from studylens.study.settings import choose, offer_zone, settings_of
from studylens.web.guests import guest_id, posting_guest
from studylens.web.settings_form import as_text, parse_choices
from studylens.web.wiring import wiring

blueprint = Blueprint("settings", __name__, url_prefix="/settings")
_OTHER_ZONES = "Other"


@blueprint.get("")
def show_settings() -> ResponseReturnValue:
    """Show the settings; a newcomer sees the defaults."""
    return _render(saved=request.args.get("saved") == "1")


@blueprint.post("")
def save_settings() -> ResponseReturnValue:
    """Keep the settings; a form with mistakes comes back as it was filled in, each with its reason."""
    sent = request.form.to_dict()
    choices, problems = parse_choices(sent)
    if choices is None:
        return _render(sent=sent, problems=problems), HTTPStatus.BAD_REQUEST
    database = wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        choose(session, guest, choices)
    return redirect(url_for("settings.show_settings", saved=1), HTTPStatus.SEE_OTHER)


@blueprint.post("/zone")
def take_zone() -> ResponseReturnValue:
    """Take the browser's time zone: 204, or 202 for a newcomer, of whom nothing is kept. Raises BadText."""
    zone = request.form.get("zone", "")
    if not is_zone(zone):
        raise BadText("This time zone is not known here.")
    with wiring().database.reading() as session:
        guest = guest_id(session)
        if guest is None:
            return "", HTTPStatus.ACCEPTED
        settings = settings_of(session, guest)
        if settings.zone_chosen or settings.time_zone == zone:
            return "", HTTPStatus.NO_CONTENT
    with wiring().database.writing() as session:
        offer_zone(session, guest, zone)
    return "", HTTPStatus.NO_CONTENT


def _render(
    *, sent: dict[str, str] | None = None, problems: dict[str, str] | None = None, saved: bool = False
) -> str:
    with wiring().database.reading() as session:
        guest = guest_id(session)
        settings = settings_of(session, guest)
        left = catch_up_days_left(settings, today_for(session, guest, now()))
        context = {"values": sent or as_text(settings), "problems": problems or {}, "saved": saved}
        context |= {"zones": zones(), "catch_up_left": left, "zone_chosen": settings.zone_chosen}
        return render_template("settings.html", **context)


@lru_cache(maxsize=1)
def zones() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return all time zones by continent, as a list of choices shows them."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads 600 names; only this page needs them.

    groups: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        continent, _, place = name.partition("/")
        if continent in {"Etc", "SystemV", "posix", "right"}:
            continue
        groups.setdefault(continent if place else _OTHER_ZONES, []).append(name)
    return tuple((name, tuple(found)) for name, found in groups.items())
