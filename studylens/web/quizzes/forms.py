"""What a quiz's forms bring back, parsed once."""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from studylens.errors import BadText
from studylens.language import _
from studylens.models import QuizItem
from studylens.study.quizzes.making import CHOICE, MOST_ITEMS
from studylens.study.quizzes.taking import Given
from studylens.web.upload.intake import parse_text

COUNTS = (5, 10, 20, MOST_ITEMS)
"""Numbers of questions to choose from."""
DEFAULT_COUNT = 10
"""A few minutes."""
ANSWER_CHARS = 500
"""A typed answer; right ones have at most 60, and a whole sentence shall not be refused."""
MOST_PACKS = 200
"""Packs ticked by hand; more is `all`."""


@dataclass(frozen=True)
class SentWish:
    """The packs that were ticked (none: all), how many questions, and whether typed ones are wanted."""

    pack_ids: tuple[str, ...]
    count: int
    typed: bool


@dataclass(frozen=True)
class SentAnswer:
    """What came back for one question; `shown` is when it was shown, in ms since the epoch, 0: unknown."""

    choice: str
    typed: str
    shown: int
    trouble: BadText | None = None

    def given(self, item: QuizItem, at: datetime) -> Given:
        """Return the answer to this item. Raises BadText."""
        if self.trouble is not None:
            raise self.trouble
        text = _option(item, self.choice) if item.kind == CHOICE else self.typed
        passed = round(at.timestamp() * 1000) - self.shown
        return Given(text, at, passed if self.shown else 0)


def count_choices(total: int | None = None) -> list[tuple[int, str]]:
    """Return numbers of questions with their words; of `total` questions none is offered twice."""
    if total is None:
        return [(count, _("Up to %(n)s", n=count)) for count in COUNTS]
    fewer = [(count, str(count)) for count in COUNTS if count < total]
    return fewer if total > MOST_ITEMS else [*fewer, (total, _("All %(n)s", n=total))]


def sent_wish() -> SentWish:
    """Return what the start form says. Raises BadText."""
    ids = tuple(dict.fromkeys(request.form.getlist("pack")))
    count = request.form.get("count", str(DEFAULT_COUNT))
    if not (count.isascii() and count.isdigit() and len(count) < 4 and 1 <= int(count) <= MOST_ITEMS):
        raise BadText(_("A quiz has 1 to %(most)s questions.", most=MOST_ITEMS))
    if len(ids) > MOST_PACKS:
        raise BadText(_("Choose at most %(most)s packs, or none for all of them.", most=MOST_PACKS))
    return SentWish(ids, int(count), request.form.get("typed") == "1")


def sent_answer() -> SentAnswer:
    """Return what came back; text that cannot be kept is told when it is graded, so that nothing is lost."""
    shown = request.form.get("shown", "")
    number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 15 else 0
    raw = request.form.get("answer", "")
    try:
        return SentAnswer(request.form.get("choice", "")[:10], parse_text(raw, ANSWER_CHARS), number)
    except BadText as error:
        storable = "".join(sign for sign in raw[: 4 * ANSWER_CHARS] if sign.isprintable())
        return SentAnswer("", storable, number, error)


def _option(item: QuizItem, choice: str) -> str:
    """Return the text of the option at this place. Raises BadText."""
    if not choice:
        raise BadText(_("Choose an answer first."))
    places = {str(place): option for place, option in enumerate(item.options or [])}
    if choice not in places:
        raise BadText(_("This is not one of the answers."))
    return places[choice]
