"""The page for the curious: does the schedule say the truth about me, and is it fitted to me?"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.language import _, ngettext
from studylens.models import StudySettings, now
from studylens.study.fits.found import BETTER, FEW
from studylens.study.fits.rows import EVERY_DAYS, LEAST_ANSWERS, Told, switch, told_of
from studylens.study.progress.calibration import calibration_of
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.weights import weights_of
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring

blueprint = Blueprint("own_memory", __name__, url_prefix="/progress/memory")
_ALIKE_PER_CENT = 2
"""A difference that nobody would feel is none."""


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show what was expected beside what was remembered, and what own weights change."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        moment = moment_of(session, guest, now())
        found = calibration_of(session, guest, moment.today)
        told = told_of(moment.settings)
        shown: dict[str, Any] = {
            "calibration": found,
            "told": told,
            "sentence": sentence(moment.settings, told),
        }
        shown["is_on"] = moment.settings.weights_on
        return render_template("progress/memory.html", least=LEAST_ANSWERS, days=EVERY_DAYS, **shown)


@blueprint.post("")
def choose() -> ResponseReturnValue:
    """Go by own weights, or no longer: from the next answer of each card on."""
    database = wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        switch(session, guest, on="on" in request.form, at=now())
    return redirect(url_for("own_memory.show", _anchor="own"), HTTPStatus.SEE_OTHER)


def sentence(settings: StudySettings, told: Told | None) -> str:
    """Return in one sentence how the student's schedule differs from everybody's."""
    if not settings.weights_on:
        return _("Your schedule goes by the weights that fit most people.")
    if told is None or told.outcome == FEW:
        return _("Not enough answers yet: your schedule goes by the weights that fit most people.")
    if told.outcome != BETTER or not weights_of(settings):
        return _("The weights that fit most people predict your answers as well as any of your own.")
    change = round(100 * (told.workload - 1))
    if abs(change) < _ALIKE_PER_CENT:
        return _("You forget about as most people do, if not always with the same cards.")
    if change < 0:
        return ngettext(
            "You forget a little slower than most: %(num)s %% fewer answers for the same aim.",
            "You forget a little slower than most: %(num)s %% fewer answers for the same aim.",
            -change,
        )
    return ngettext(
        "You forget a little faster than most: %(num)s %% more answers for the same aim.",
        "You forget a little faster than most: %(num)s %% more answers for the same aim.",
        change,
    )
