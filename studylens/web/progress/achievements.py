"""Medals: the page of all of them, and the quiet word about a new one on the next page."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.models import now
from studylens.study.achievements.award import claim_news, has_news
from studylens.study.achievements.standing import earned_tier, shelf_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("achievements", __name__)


@dataclass(frozen=True)
class News:
    """Something that was earned and not told yet: its name, tier and reason."""

    name: str
    tier: int
    tiers: int
    criteria: str


@blueprint.get("/achievements")
def show() -> ResponseReturnValue:
    """Show every medal with its rule, what was earned, and the way to the next."""
    news = take_news()
    with wiring().database.reading() as session:
        shelf = shelf_of(session, guest_id(session), now())
    return render_template("progress/achievements.html", shelf=shelf, news=news)


def take_news() -> tuple[News, ...]:
    """Return what the student has not been told, and mark it as told; call it before opening a session."""
    database = wiring().database
    with database.reading() as session:
        guest = guest_id(session)
        if guest is None or not has_news(session, guest):
            return ()
    with database.writing() as session:
        return news_for(session, guest)


def news_for(session: Session, guest: int) -> tuple[News, ...]:
    """Return the same in a session that writes, for an answer that shows the next page itself."""
    if not has_news(session, guest):
        return ()
    told = [item for item in map(earned_tier, claim_news(session, guest, now())) if item]
    return tuple(News(rule.name, tier.number, len(rule.tiers), tier.criteria) for rule, tier in told)
