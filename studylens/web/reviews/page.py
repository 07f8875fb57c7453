"""The page of a review: the card, its buttons and where they lead, or what remains when it is done."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.language import mark, said
from studylens.models import LABEL, REVIEW, Flashcard, Pack, now
from studylens.study.cutouts.cards import on_card
from studylens.study.labels.shown import Hidden, hidden_in
from studylens.study.packs.pictures import PagePicture, answers_in
from studylens.study.packs.strips import Strip, strips_of
from studylens.study.reviews import answers
from studylens.study.reviews.queue import NextCard, Queue, Scope, next_card
from studylens.study.reviews.today import catch_up_days_left
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.fsrs import answered
from studylens.study.schedule.moment import StudyMoment
from studylens.web.door.accept import wants_fragment
from studylens.web.progress.achievements import News
from studylens.web.reviews.ending import ending_of
from studylens.web.reviews.forms import FOUR_BUTTONS, TWO_BUTTONS, interval_words, new_key, now_ms
from studylens.web.reviews.nearness import Typed, typed_answer

NOTES = {
    "away": mark("That card is not in your reviews any more, so nothing was counted. Here is the next one."),
    "undone": mark("Your last answer is taken back."),
    "nothing": mark("There is no answer of today to take back."),
    "leech": mark("You have forgotten this card many times, so it is paused for now."),
    "suspended": mark("This card is paused. It waits in its pack until you resume it."),
    "skipped": mark("This card waits until tomorrow."),
    "resumed": mark("The card is back in your reviews."),
    "dropped": mark("The card is deleted."),
    "returned": mark("The card is back."),
    "typed": mark("You type the answer of this card from now on."),
    "untyped": mark("The answer of this card is only shown from now on."),
    "spread": mark("Your cards are spread. Each day shows its fair share, what is most at risk first."),
    "gathered": mark("All waiting cards are shown again."),
}
CATCH_UP_CHOICES = (3, 7, 14, 30)
"""Study days that are offered for a backlog."""


@dataclass(frozen=True)
class Shown:
    """How a review is shown after what just happened."""

    note: str = ""
    card_id: int | None = None
    """The card to show, instead of the next one."""
    about_id: int | None = None
    """The card that the note is about."""
    pack_id: str | None = None
    """The pack's page to return to, instead of the review."""
    revealed: bool = False
    editing: bool = False
    """The card is shown as a form."""
    counted: bool = False
    """An answer was counted just now, so there is one to take back."""
    has_news: bool = True
    """There may be achievements that the student has not been told yet."""
    news: tuple[News, ...] = ()
    """Achievements that the student has not been told yet."""
    given: str | None = None
    """What the student typed as the answer of the card, to be compared."""
    since_ms: int = 0
    """When the card was shown at first, for browsers that cannot measure; 0: now."""
    texts: dict[str, str] | None = None
    """What the student wrote into the form of the card, when it could not be kept."""
    trouble: str = ""


@dataclass(frozen=True)
class Button:
    """A rating: its number, its word, its key, and when the card comes back after it."""

    rating: int
    word: str
    key: int
    wait: str


def compose(session: Session, guest: int | None, scope: Scope, shown: Shown) -> dict[str, Any]:
    """Return all that the page shows, so that it is rendered when the session has let go of the database."""
    queue = next_card(session, guest or 0, now(), scope, wanted_id=shown.card_id)
    moment = queue.today.moment
    if shown.given is not None and (queue.shown is None or queue.shown.card.id != shown.card_id):
        shown = Shown(note="away")  # Deleted while the answer was typed.
    context = {
        "queue": queue, "shown": shown, "note": said(NOTES.get(shown.note, "")), "scope": scope,
        "key": new_key(),
        "shown_ms": shown.since_ms or now_ms(), "where": _where(scope), "here": address(scope),
        "can_undo": shown.counted or answers.can_undo(session, queue.today.guest_id, moment.today),
        "catch_up_left": catch_up_days_left(moment), "swapped": wants_fragment(),
        "has_backlog": _has_backlog(queue, scope), "catch_up_choices": CATCH_UP_CHOICES,
        "typed": None, "asks": False,
    }  # fmt: skip
    if shown.about_id:
        context["about"] = _about(session, guest, shown.about_id)
    if queue.shown:
        context["buttons"] = buttons(queue.shown, moment)
        context["typed"] = typed_of(queue.shown, shown.given)
        context["asks"] = queue.shown.is_typed and not shown.revealed and not shown.editing
        context["swipes"] = moment.settings.swipe_on
        context["answer_photo"] = _answer_photo(session, queue.shown)
        shows_own = queue.shown.has_picture
        context["own_pictures"] = on_card(session, queue.shown.card.id) if shows_own else ()
        context["own_label"] = _own_label(session, queue.shown)
        context["strip"] = _strip(session, queue.shown)
    else:
        context |= ending_of(session, queue, scope)
    return context


def _has_backlog(queue: Queue, scope: Scope) -> bool:
    """Say whether more is due than fits into today, and nothing was decided about it yet."""
    is_chosen = scope.more or scope.fresh or catch_up_days_left(queue.today.moment) > 0
    return queue.waiting > queue.today.reviews_left and not is_chosen


def _answer_photo(session: Session, shown: NextCard) -> PagePicture | None:
    """Return the photo of which a part is the answer; None for an answer in words."""
    if not shown.card.answer_box:
        return None
    return answers_in(session, session.get_one(Pack, shown.pack_id)).get(shown.card.id)


def _own_label(session: Session, shown: NextCard) -> Hidden | None:
    """Return what is hidden in a picture and asked for; None for a card of words."""
    if shown.card.kind != LABEL:
        return None
    return hidden_in(session, session.get_one(Pack, shown.pack_id)).get(shown.card.id)


def _strip(session: Session, shown: NextCard) -> Strip | None:
    """Return the line of the page on which the card stands."""
    line = shown.card.source_line
    return strips_of(session, shown.pack_id, [line]).get(line) if line else None


def render(context: dict[str, Any]) -> str:
    """Render the review as a page, or as the fragment that takes the place of the last card."""
    return render_template("reviews/_review.html" if wants_fragment() else "reviews/page.html", **context)


def buttons(shown: NextCard, moment: StudyMoment) -> list[Button]:
    """Return the ratings that are offered, each with the interval that it really leads to."""
    offered = FOUR_BUTTONS if moment.settings.four_buttons else TWO_BUTTONS
    return [
        Button(rating, word, place, _wait(shown, rating, moment))
        for place, (rating, word) in enumerate(offered, start=1)
    ]


def address(scope: Scope, **extra: Any) -> str:
    """Return the address of the review of this scope."""
    extra |= {"more": 1 if scope.more else None}
    if scope.pack_id:
        new = 1 if scope.fresh else None
        return url_for("review.show_pack_review", pack_id=scope.pack_id, new=new, **extra)
    return url_for("review.show_review", **extra)


def typed_of(shown: NextCard, given: str | None) -> Typed | None:
    """Return how near a typed answer is; None without one."""
    if given is None:
        return None
    card = shown.card
    return typed_answer(given, [card.back, *(card.also_right or [])], shown.language, card.origin)


def _where(scope: Scope) -> dict[str, Any]:
    """Return the scope as arguments of addresses that are posted to."""
    return {"pack": scope.pack_id, "more": 1 if scope.more else None, "new": 1 if scope.fresh else None}


def _wait(shown: NextCard, rating: int, moment: StudyMoment) -> str:
    after = answered(shown.memory, rating, moment.at, shown.plan)
    if after.state != REVIEW:
        return interval_words(after.due_at - moment.at)
    return interval_words(due_day(after.state, after.due_at, moment.zone) - moment.today)


def _about(session: Session, guest: int | None, card_id: int) -> Flashcard | None:
    own = select(Flashcard).join(Pack).where(Flashcard.id == card_id, Pack.guest_id == (guest or 0))
    return session.scalar(own)
