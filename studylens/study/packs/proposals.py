"""New cards from a corrected transcript: proposed first, shown beside the old ones, then taken or dropped.

Only what the student has not touched may go: drafts as they were made.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import Analysis, KeyTerm
from studylens.analysis.protocol.result_json import card_from_json, question_from_json
from studylens.errors import BadText, NotFound
from studylens.models import Flashcard, Job, Pack, PackProposal, PackTerm, QuizQuestion, now
from studylens.study.packs.parts import STUDENT
from studylens.study.packs.search import index_pack
from studylens.study.packs.store import card_row, question_row, term_row

_OWN = {STUDENT, "import"}
"""Origins of what nobody may take away."""
_CAPTIONER = "blip"
"""What the picture shows does not change when a line of text is corrected."""
Item = TypeVar("Item", Flashcard, QuizQuestion)


@dataclass(frozen=True)
class Change:
    """What taking a proposal does: what goes, what comes, and how much stays."""

    leaving_cards: tuple[Flashcard, ...]
    new_cards: tuple[dict[str, Any], ...]
    kept_cards: int
    leaving_questions: tuple[QuizQuestion, ...]
    new_questions: tuple[dict[str, Any], ...]
    kept_questions: int

    def __bool__(self) -> bool:
        """Say whether anything changes at all."""
        return bool(self.leaving_cards or self.new_cards or self.leaving_questions or self.new_questions)


def corrected_lines(pack: Pack) -> int:
    """Return how many lines the student has corrected since the cards were made."""
    since = pack.rebuilt_at or pack.created_at
    return sum(1 for line in pack.transcript if line.edited_at is not None and line.edited_at > since)


def transcript_text(pack: Pack) -> tuple[str, list[int]]:
    """Return the pack's lines as one text, and the number of each line in it. Raises BadText for none."""
    lines = [line for line in pack.transcript if line.text.strip()]
    if not lines:
        raise BadText("This pack has no text from which cards could be made.")
    return "\n".join(" ".join(line.text.split()) for line in lines), [line.n for line in lines]


def begin(session: Session, pack_id: str, job: Job, numbers: list[int]) -> None:
    """Note that `job` makes new cards for the pack; an earlier proposal is dropped. Raises NotFound."""
    kept = select(Pack.id).where(Pack.id == pack_id, Pack.deleted_at.is_(None))
    if session.scalar(kept.with_for_update()) is None:  # Locked: a double click would add a second row.
        raise NotFound
    session.merge(
        PackProposal(pack_id=pack_id, job_id=job.id, line_numbers=numbers, material=None, created_at=now())
    )


def receive(session: Session, job: Job, found: Analysis) -> None:
    """Keep what the job has made; nothing happens when the pack or the wish for it is gone."""
    proposal = session.scalar(select(PackProposal).where(PackProposal.job_id == job.id))
    if proposal is not None:
        plain = dataclasses.asdict(found.material)
        for items in (plain["key_terms"], plain["cards"], plain["quiz"]):
            for item in items:
                item["source_line"] = _line_of(proposal.line_numbers, item["source_line"])
        proposal.material = plain
        _tell_receipt(session.get_one(Pack, proposal.pack_id), found.receipt.sent_to)


def _tell_receipt(pack: Pack, sent_to: Sequence[str]) -> None:
    """Say in the pack's receipt that its text has left the server, whether the cards are taken or not."""
    known = pack.receipt.get("sent_to", [])
    told = [f"{receiver}: its corrected text, for new cards" for receiver in sent_to]
    pack.receipt = {**pack.receipt, "sent_to": list(dict.fromkeys([*known, *told]))}


def change(pack: Pack, proposal: PackProposal) -> Change:
    """Compare the proposal with the pack; what is the same in both neither goes nor comes."""
    material = proposal.material or {"cards": [], "quiz": []}
    cards = [card_row(card_from_json(item)) for item in material["cards"]]
    questions = [question_row(question_from_json(item)) for item in material["quiz"]]
    leaving_cards, new_cards = _differences(pack.cards, cards, ("front", "back"))
    leaving_questions, new_questions = _differences(pack.quiz, questions, ("question",))
    return Change(
        leaving_cards,
        new_cards,
        len(pack.cards) - len(leaving_cards),
        leaving_questions,
        new_questions,
        len(pack.quiz) - len(leaving_questions),
    )


def take(session: Session, pack: Pack, proposal: PackProposal) -> None:
    """Put the new cards and questions in the place of those that go; terms are replaced whole."""
    found = change(pack, proposal)
    leaving: list[Flashcard | QuizQuestion] = [*found.leaving_cards, *found.leaving_questions]
    for item in leaving:
        item.deleted_at = now()
    pack.cards.extend(Flashcard(**row) for row in found.new_cards)
    pack.quiz.extend(QuizQuestion(**row) for row in found.new_questions)
    terms = (proposal.material or {}).get("key_terms", [])
    pack.key_terms = [PackTerm(**term_row(KeyTerm(**item))) for item in terms] or pack.key_terms
    pack.rebuilt_at = now()
    session.delete(proposal)
    index_pack(session, pack)


def _differences(
    present: Sequence[Item], proposed: list[dict[str, Any]], names: tuple[str, ...]
) -> tuple[tuple[Item, ...], tuple[dict[str, Any], ...]]:
    there = {tuple(getattr(item, name) for name in names) for item in present}
    wanted = {tuple(row[name] for name in names) for row in proposed}
    leaving = [item for item in present if not _is_touched(item)]
    leaving = [item for item in leaving if tuple(getattr(item, name) for name in names) not in wanted]
    return tuple(leaving), tuple(row for row in proposed if tuple(row[name] for name in names) not in there)


def _is_touched(item: Flashcard | QuizQuestion) -> bool:
    own = item.origin in _OWN or item.origin.partition(":")[0] == _CAPTIONER
    return own or item.edited_at is not None or item.accepted_at is not None


def _line_of(numbers: list[int], place: int | None) -> int | None:
    return numbers[place - 1] if place is not None and 1 <= place <= len(numbers) else None
