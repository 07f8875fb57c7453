"""Cards that the student makes by marking a passage, and suggestions that the student takes."""

from sqlalchemy.orm import Session

from studylens.analysis.protocol.result_json import card_from_json
from studylens.errors import BadText, NotFound
from studylens.judging import marking
from studylens.language import _
from studylens.models import Flashcard, Pack, now
from studylens.study.material.passages import Passage
from studylens.study.packs.editing import add_card
from studylens.study.packs.parts import STUDENT
from studylens.study.packs.store import card_row

LABEL, GAP = "label", "gap"


def make_label_card(session: Session, pack: Pack, passage: Passage) -> Flashcard:
    """Add a card that asks for what stands behind the colon. Raises BadText when there is none."""
    if (sides := passage.label) is None:
        raise BadText(_("This line has no colon, so it is not clear what to ask. Choose words to leave out."))
    return add_card(session, pack, _card(passage, sides, "definition"))


def make_gap_card(session: Session, pack: Pack, passage: Passage, gap: tuple[int, int]) -> Flashcard:
    """Add a card that leaves the characters of `gap` out, its end excluded. Raises BadText."""
    if (sides := marking.gap_card(passage.text, *gap)) is None:
        raise BadText(
            _(
                "Choose one to %(most)s words to leave out, and leave others as the question.",
                most=marking.MOST_GAP_WORDS,
            )
        )
    return add_card(session, pack, _card(passage, sides, "cloze"))


def place_of(passage: Passage, marked: str, near: int) -> tuple[int, int]:
    """Return where the marked words stand in the passage, nearest to a place; (0, 0) when nowhere.

    A page draws formulas and spaces in its own way, so that a browser's counting may be off.
    """
    wanted = marked.strip()
    places = [n for n in range(len(passage.text)) if wanted and passage.text.startswith(wanted, n)]
    first = min(places, key=lambda n: abs(n - near), default=None)
    return (first, first + len(wanted)) if first is not None else (0, 0)


def take_suggestion(session: Session, pack: Pack, number: int) -> Flashcard:
    """Add the suggestion with this number from 0 to the cards; its origin stays. Raises NotFound."""
    kept = (pack.judged or {}).get("suggestions", [])
    if not 0 <= number < len(kept):
        raise NotFound
    row = card_row(card_from_json(kept[number]))
    same = [card for card in pack.cards if (card.front, card.back) == (row["front"], row["back"])]
    if same:  # A double click.
        return same[0]
    return add_card(session, pack, Flashcard(**row))


def _card(passage: Passage, sides: tuple[str, str], kind: str) -> Flashcard:
    front, back = sides
    made = {"source_line": passage.line, "origin": STUDENT, "edited_at": now()}
    return Flashcard(front=front, back=back, kind=kind, **made)
