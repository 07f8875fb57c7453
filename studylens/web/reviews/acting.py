"""One change while reviewing: its transaction, its moment, and the card that the student sees after it."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.errors import CardAway, NotFound
from studylens.models import now
from studylens.study.reviews.queue import Scope
from studylens.web.door.accept import wants_fragment
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.progress.achievements import news_for
from studylens.web.reviews.forms import parse_scope
from studylens.web.reviews.page import Shown, address, compose, render


@dataclass
class Act:
    """One change while reviewing: its transaction, its moment, and what the page says afterwards."""

    session: Session
    guest: int
    scope: Scope
    at: datetime
    shown: Shown = field(default_factory=Shown)
    next_card: dict[str, Any] | None = None
    """The next card, composed in the same transaction, when a script asked for it."""

    def compose(self) -> None:
        """Read what comes next, if the answer shall carry it."""
        if not wants_fragment():
            return
        if self.shown.has_news:
            self.shown = replace(self.shown, news=news_for(self.session, self.guest))
        self.next_card = compose(self.session, self.guest, self.scope, self.shown)

    def go_on(self) -> ResponseReturnValue:
        """Answer with the next card, or send the browser to it."""
        return _leave(self.scope, self.shown) if self.next_card is None else render(self.next_card)


@contextmanager
def acting() -> Iterator[Act]:
    """Open the transaction of one change; a card that is away is no error but a note. Raises NotFound."""
    scope = parse_scope()
    with contextlib.suppress(IntegrityError), wiring().database.writing() as session:
        act = Act(session, known(session), scope, now())
        try:
            yield act
        except CardAway:
            act.shown = Shown(note="away")
        act.compose()
        return
    # The same form twice at the very same moment: the other one was counted.
    act.shown, act.next_card = Shown(), None


def _leave(scope: Scope, shown: Shown) -> ResponseReturnValue:
    """Send a browser on to what it shall see: the review, or the pack's page that it came from."""
    if shown.pack_id:
        return redirect(
            url_for("pack_cards.show", pack_id=shown.pack_id, card=shown.card_id), HTTPStatus.SEE_OTHER
        )
    extra = {"note": shown.note or None, "card": shown.card_id, "about": shown.about_id}
    return redirect(address(scope, **extra), HTTPStatus.SEE_OTHER)


def known(session: Session) -> int:
    """Return the guest who posts. Raises NotFound for a newcomer, who has no cards."""
    found = guest_id(session)
    if found is None:
        raise NotFound
    return found
