"""What a review sends, parsed once: the answer, what is being reviewed, and dates in words."""

import re
import secrets
import time
from datetime import timedelta

from flask import request

from studylens.errors import BadText
from studylens.language import _, mark, ngettext
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.models import AGAIN, EASY, GOOD, HARD
from studylens.storable import is_id
from studylens.study.reviews.answers import Answer
from studylens.study.reviews.queue import Scope
from studylens.web.text.dates import decimal
from studylens.web.upload.intake import parse_text

TWO_BUTTONS = ((AGAIN, mark("Forgot")), (GOOD, mark("Got it")))
FOUR_BUTTONS = (
    (AGAIN, mark("Again")), (HARD, mark("Hard")), (GOOD, mark("Good")), (EASY, mark("Easy")),
)  # fmt: skip
GIVEN_CHARS = 500
"""A typed answer; right ones have at most a dozen words, and a whole sentence shall not be refused."""
LONGEST_MS = 600_000
"""Ten minutes over one card: the student was elsewhere."""
KEY = re.compile("[A-Za-z0-9_-]{8,64}")
_KEY_BYTES = 12
_DAYS_A_MONTH, _DAYS_A_YEAR = 30.44, 365.25


def new_key() -> str:
    """Return a fresh random key for a form."""
    return secrets.token_urlsafe(_KEY_BYTES)


def parse_answer(card_id: int) -> Answer:
    """Return the answer that was sent. Raises BadText."""
    rating = request.form.get("rating", "")
    if rating not in {str(AGAIN), str(HARD), str(GOOD), str(EASY)}:
        raise BadText(_("Choose one of the buttons below the answer."))
    return Answer(card_id, int(rating), parse_key(), _duration_ms(), typed=parse_given())


def parse_key() -> str:
    """Return the form's key. Raises BadText."""
    key = request.form.get("key", "")
    if not KEY.fullmatch(key):
        raise BadText(_("This form is too old or damaged. Open the review again; nothing was counted."))
    return key


def parse_scope() -> Scope:
    """Return what is being reviewed, from the address; an unknown pack is simply an empty queue."""
    pack_id = request.args.get("pack", "")
    known = pack_id if is_id(pack_id) else None
    fresh = bool(known) and request.args.get("new") == "1"
    return Scope(known, more=request.args.get("more") == "1", fresh=fresh)


def parse_texts() -> dict[str, str]:
    """Return both sides of a card as they were written. Raises BadText for what cannot be stored."""
    # Longer texts are refused later, by the editor, which shows them again.
    most = 4 * ANSWER_ITEM_CHARS
    return {side: parse_text(request.form.get(side, ""), most) for side in ("front", "back")}


def parse_given() -> str:
    """Return the answer that was typed. Raises BadText for what cannot be stored."""
    return parse_text(request.form.get("given", ""), GIVEN_CHARS)


def parse_shown() -> int:
    """Return when a card was shown at first, as its form says, in ms since 1970; else now."""
    shown = request.form.get("shown", "")
    return int(shown[:15]) if shown.isascii() and shown.isdigit() else now_ms()


def now_ms() -> int:
    """Return the time of rendering, for browsers that cannot measure."""
    return int(time.time() * 1000)


def _duration_ms() -> int:
    """Return how long the answer took: the browser's word, else since the form was made; 0 to 10 minutes."""
    measured, shown = request.form.get("ms", ""), request.form.get("shown", "")
    if measured.isascii() and measured.isdigit():
        return min(int(measured[:9]), LONGEST_MS)
    if shown.isascii() and shown.isdigit():
        return min(max(0, now_ms() - int(shown[:15])), LONGEST_MS)
    return 0


def interval_words(wait: timedelta) -> str:
    """Return when a card comes back, as short as a button: `10 min`, `4 days`, `2.5 months`."""
    days = wait / timedelta(days=1)
    if days < 1 / 24:
        return _("%(n)s min", n=max(1, round(wait / timedelta(minutes=1))))
    if days < 1:
        return _("%(n)s h", n=round(days * 24))
    if days < _DAYS_A_MONTH:
        return ngettext("%(num)s day", "%(num)s days", round(days))
    if days < _DAYS_A_YEAR:
        months = _short(days / _DAYS_A_MONTH)
        return ngettext("%(n)s month", "%(n)s months", _for_plural(months), n=decimal(months))
    years = _short(days / _DAYS_A_YEAR)
    return ngettext("%(n)s year", "%(n)s years", _for_plural(years), n=decimal(years))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _for_plural(number: str) -> int:
    """Return a whole number that is counted like this one: with a fraction it is not one."""
    return int(number) if number.isdigit() else 2
