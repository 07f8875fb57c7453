"""One round of reminders: looked for, taken, handed to a short process, and what came of it noted."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from database_config import Database
from studylens import language
from studylens.config import Config
from studylens.errors import Busy
from studylens.language import ngettext
from studylens.places import HOME
from studylens.push.asking import Ask, ask
from studylens.study.reminders import turns
from studylens.study.reminders.turns import Outcome, Turn

log = logging.getLogger("studylens.jobs")


def remind(database: Database, config: Config, at: datetime, send: Ask = ask) -> int:
    """Remind whose hour has come; return to how many browsers something was handed. Raises DatabaseDown."""
    with database.reading() as session:
        waiting = turns.look(session, at)
    if not waiting:
        return 0
    with database.writing() as session:
        taken = turns.take(session, waiting)
    if taken:
        outcomes = _sent(config, taken, send)
        with database.writing() as session:
            turns.settle(session, outcomes, at)
    return len(taken)


def _sent(config: Config, taken: Sequence[Turn], send: Ask) -> list[Outcome]:
    """Hand the messages over; where nobody takes them, all of them wait."""
    question = {
        "ask": "send",
        "key": config.vapid_private_key,
        "subject": config.vapid_subject,
        "hosts": list(config.push_hosts),
        "messages": [_message(turn) for turn in taken],
    }
    try:
        answered = send(question)["outcomes"]
    except Busy as error:
        return [Outcome(turn.id, turns.WAIT, error.retry_after or 0) for turn in taken]
    counts = {one["outcome"] for one in answered} - {turns.SENT}
    for kind in sorted(counts):
        statuses = sorted({one["status"] for one in answered if one["outcome"] == kind})
        log.warning(
            "Reminders %s: %d, statuses %s", kind, sum(o["outcome"] == kind for o in answered), statuses
        )
    return [Outcome(one["id"], one["outcome"], one["wait"]) for one in answered]


def _message(turn: Turn) -> dict[str, Any]:
    """Return a message: how many cards are due, and no word of any."""
    text = {"body": sentence(turn.due, turn.language), "lang": turn.language}
    keys = {"endpoint": turn.endpoint, "p256dh": turn.p256dh, "auth": turn.auth}
    return {"id": turn.id, **keys, "text": json.dumps(text, ensure_ascii=False)}


def sentence(due: int, tag: str) -> str:
    """Return what a reminder says, in the language of the page on which it began."""
    language.speak(language.catalogue_of(str(HOME / "locale"), tag))
    try:
        return ngettext("%(num)s card is due", "%(num)s cards are due", due)
    finally:
        language.speak(language.ENGLISH)
