"""The page of settings: how a student studies."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadText
from studylens.language import _, mark
from studylens.models import StudySettings, now
from studylens.study.reviews.today import catch_up_days_left
from studylens.study.schedule.days import is_zone
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import (
    DAILY_CAP,
    NEW_PER_DAY,
    RETENTION,
    Choices,
    Range,
    choose,
    offer_zone,
    settings_of,
)
from studylens.web.door.cookies import ZONE_COOKIE, keep_cookie
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring
from studylens.web.look import CONTRASTS, FONTS, THEMES

blueprint = Blueprint("settings", __name__, url_prefix="/settings")
_OTHER_ZONES = mark("Other")
_OWN = "own"
AIMS = {"85": mark("Relaxed 85"), "90": mark("Solid 90"), "95": mark("Exam 95"), _OWN: mark("Custom")}
"""Per cent that are offered by name; another one is typed."""


@blueprint.get("")
def show_settings() -> ResponseReturnValue:
    """Show the settings; a newcomer sees the defaults."""
    return _render(saved=request.args.get("saved") == "1")


@blueprint.post("")
def save_settings() -> ResponseReturnValue:
    """Keep the settings; a form with mistakes comes back as it was filled in, each with its reason."""
    sent = {"aim": _OWN, **request.form.to_dict()}
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
        raise BadText(_("This time zone is not known here."))
    with wiring().database.reading() as session:
        guest = guest_id(session)
        settings = settings_of(session, guest)
        is_news = guest is not None and not settings.zone_chosen and settings.time_zone != zone
    if guest is not None and is_news:
        with wiring().database.writing() as session:
            offer_zone(session, guest, zone)
    answer = Response(status=HTTPStatus.ACCEPTED if guest is None else HTTPStatus.NO_CONTENT)
    # Read by static/zone.js, which then is quiet, and by the door when somebody begins anew in this browser.
    keep_cookie(answer, ZONE_COOKIE, zone)
    return answer


def _render(
    *, sent: dict[str, str] | None = None, problems: dict[str, str] | None = None, saved: bool = False
) -> str:
    with wiring().database.reading() as session:
        guest = guest_id(session)
        moment = moment_of(session, guest, now())
        settings, left = moment.settings, catch_up_days_left(moment)
        context = {"values": sent or as_text(settings), "problems": problems or {}, "saved": saved}
        context |= {"zones": zones(), "catch_up_left": left, "zone_chosen": settings.zone_chosen}
        context |= {"reminds": wiring().config.reminds}
        context |= {"aims": AIMS, "options": {"theme": THEMES, "contrast": CONTRASTS, "font": FONTS}}
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


_PER_CENT = 100
_SWITCHES = ("streak_on", "swipe_on")
_NUMBERS = {"daily_cap": DAILY_CAP, "new_per_day": NEW_PER_DAY, "retention": RETENTION}


def as_text(settings: StudySettings) -> dict[str, str]:
    """Return the settings as the fields of the form; what is off is missing, as browsers send it."""
    found = {
        "time_zone": settings.time_zone, "zone_shown": settings.time_zone,
        "daily_cap": str(settings.daily_cap), "new_per_day": str(settings.new_per_day),
        "retention": str(round(settings.retention * _PER_CENT)),
    }  # fmt: skip
    found |= {name: "1" for name in _SWITCHES if getattr(settings, name)}
    aim = found["retention"] if found["retention"] in AIMS else _OWN
    return found | {"buttons": "4" if settings.four_buttons else "2", "aim": aim}


def parse_choices(sent: Mapping[str, str]) -> tuple[Choices | None, dict[str, str]]:
    """Return what was chosen, or None and a sentence for each field that needs another value.

    An aim that is offered by name counts before the number beside it, which then is not shown.
    """
    if sent.get("aim", _OWN) in AIMS.keys() - {_OWN}:
        sent = {**sent, "retention": sent["aim"]}
    problems = {
        name: problem for name, span in _NUMBERS.items() if (problem := _problem(sent.get(name), span))
    }
    zone = sent.get("time_zone", "")
    if not is_zone(zone):
        problems["time_zone"] = _("This time zone is not known here. Choose one from the list.")
    if sent.get("buttons") not in {"2", "4"}:
        problems["buttons"] = _("Choose two or four buttons.")
    if problems:
        return None, problems
    cap, new, retention = (int(sent[name]) for name in _NUMBERS)
    choices = Choices(
        zone,
        cap,
        new,
        retention / _PER_CENT,
        four_buttons=sent["buttons"] == "4",
        streak_on="streak_on" in sent,
        swipe_on="swipe_on" in sent,
        zone_shown=sent.get("zone_shown", ""),
    )
    return choices, {}


def _problem(text: str | None, span: Range) -> str:
    """Return what is wrong with a whole number; nothing when it is fine."""
    text = (text or "").strip()
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(span.most))
    if plain and span.least <= int(text) <= span.most:
        return ""
    return _("Write a whole number from %(least)s to %(most)s.", least=span.least, most=span.most)
