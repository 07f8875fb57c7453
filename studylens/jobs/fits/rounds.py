"""One student: their answers read, handed to a short process, and what came of it kept."""

import logging
from datetime import datetime

from sqlalchemy import select

from database_config import Database
from studylens.errors import Busy
from studylens.fitting.asking import Ask, ask
from studylens.models import RUNNING, Job
from studylens.study.fits import history, rows

log = logging.getLogger("studylens.jobs")


def enrol_next(database: Database, after: int, at: datetime) -> int:
    """Give the next students who have enough answers their first turn; return after whom to go on."""
    with database.reading() as session:
        found = rows.look(session, after)
    if found.guest_ids:
        with database.writing() as session:
            rows.enrol(session, found.guest_ids, at)
    return found.after


def fit_next(database: Database, at: datetime, ask: Ask = ask) -> bool:
    """Fit the student whose turn it is; say whether there was one. Raises DatabaseDown.

    While a photo is read nobody has a turn; nor where another machine has just taken it.
    """
    with database.reading() as session:
        if session.scalar(select(Job.id).where(Job.state == RUNNING).limit(1)) is not None:
            return False
        due = rows.next_due(session, at)
    if due is None:
        return False
    with database.writing() as session:
        if not rows.begin(session, due.guest_id, at):
            return False
    with database.reading() as session:
        cards = history.cards_of(session, due.guest_id)
    try:
        found = ask(cards, due.retention)
    except Busy:
        log.warning("A schedule could not be fitted; it is tried again tomorrow")
        return True
    with database.writing() as session:
        rows.settle(session, due.guest_id, found, answers=sum(map(len, cards)) // 2, at=at)
    return True
