"""How far the student is."""

from flask import Blueprint

from studylens.models import now
from studylens.study.progress.days import Retention
from studylens.study.progress.stats import progress_of
from studylens.web.api.door import Caller, route
from studylens.web.api.operations import PREFIX, Operation, Scope
from studylens.web.api.shapes import PeriodShape, ProgressShape
from studylens.web.door.wiring import wiring

blueprint = Blueprint("api_progress", __name__, url_prefix=PREFIX)


@route(blueprint, Operation("GET", "/progress", Scope.READ, ProgressShape))
def get_progress(caller: Caller) -> ProgressShape:
    """Return what is known, due and done today; the page of progress has more."""
    with wiring().database.reading() as session:
        stats = progress_of(session, caller.guest_id, now())
    periods = [_period(one) for one in stats.retention]
    return ProgressShape(
        today=stats.today,
        streak_days=stats.streak.days if stats.streak else 0,
        due=stats.due.cards,
        answers_today=stats.done_today.answers,
        known_cards=stats.memory.known,
        cards=stats.memory.cards + stats.memory.new_cards,
        retention=periods,
        mastered_terms=stats.mastered_terms,
    )


def _period(one: Retention) -> PeriodShape:
    band = one.both.band
    sides = (band.low, band.high) if band else (None, None)
    return PeriodShape(one.period, one.both.n, one.both.percent, *sides)
