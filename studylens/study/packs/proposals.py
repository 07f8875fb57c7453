"""New cards from a corrected transcript: proposed first, shown beside the old ones, then taken or dropped.

Only what the student has not touched may go: drafts as they were made.
"""

import dataclasses
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import Analysis, KeyTerm
from studylens.analysis.protocol.result_json import card_from_json, question_from_json
from studylens.errors import BadText, NotFound
from studylens.language import _, mark
from studylens.models import READ_AGAIN, Flashcard, Job, Pack, PackProposal, PackTerm, QuizQuestion, now
from studylens.storable import printable
from studylens.study.budgets import sums
from studylens.study.packs.pages import teller
from studylens.study.packs.parts import STUDENT
from studylens.study.packs.search import index_pack
from studylens.study.packs.store import card_row, question_row, term_row
from studylens.study.terms.remade import as_explained

_OWN = {STUDENT, "import"}
"""Origins of what nobody may take away."""
_CAPTIONER = "blip"
"""What the picture shows does not change when a line of text is corrected."""
LEAST_LIKENESS = 0.5
"""Share of words, of both lines together, that two readings of one line have in common at least."""
READ = "read_again"
"""Key in a proposal's material: what read the photo, e.g. `gemini:<model>`; empty: its text was sent."""
_TEXTS = ("title", "summary", "explanation")
_TEXT_SENT = mark("its corrected text, for new cards")
_PHOTO_SENT = mark("its photo, to be read again")
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
        raise BadText(_("This pack has no text from which cards could be made."))
    return "\n".join(" ".join(line.text.split()) for line in lines), [line.n for line in lines]


def begin(session: Session, pack_id: str, job: Job, numbers: list[int]) -> None:
    """Note that `job` makes new cards for the pack; an earlier proposal is dropped. Raises NotFound."""
    kept = select(Pack.id).where(Pack.id == pack_id, Pack.deleted_at.is_(None))
    if session.scalar(kept.with_for_update()) is None:  # Locked: a double click would add a second row.
        raise NotFound
    sums.touch(session, pack_id)
    made = PackProposal(pack_id=pack_id, job_id=job.id, line_numbers=numbers, material=None, created_at=now())
    session.merge(made)


def receive(session: Session, job: Job, found: Analysis) -> None:
    """Keep what the job has made; nothing happens when the pack or the wish for it is gone."""
    proposal = session.scalar(select(PackProposal).where(PackProposal.job_id == job.id))
    if proposal is not None:
        sums.touch(session, proposal.pack_id)
        pack = session.get_one(Pack, proposal.pack_id)
        again = job.kind == READ_AGAIN
        numbers = _read_lines(pack, proposal, found) if again else _sent_lines(proposal)
        plain = dataclasses.asdict(found.material)
        for items in (plain["key_terms"], plain["cards"], plain["quiz"]):
            for item in items:
                item["source_line"] = numbers.get(item["source_line"])
        proposal.material = {**plain, READ: found.text_engine if again else ""}
        _tell_receipt(pack, found.receipt.sent_to, _PHOTO_SENT if again else _TEXT_SENT)


def _sent_lines(proposal: PackProposal) -> dict[int | None, int]:
    """Return the numbers of the lines that were sent, by the place in which they were."""
    return dict(enumerate(proposal.line_numbers, start=1))


def _read_lines(pack: Pack, proposal: PackProposal, found: Analysis) -> dict[int | None, int]:
    """Return the numbers of the pack's lines, by the numbers of those that a model read on the same page."""
    there = [(line.n, line.text) for line in pack.transcript if line.n in set(proposal.line_numbers)]
    same = places([line.text for line in found.transcript], there)
    return {line.n: same[place] for place, line in enumerate(found.transcript, start=1) if place in same}


def places(read: Sequence[str], there: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return the number of the line that each new line is, by its place from 1; others are new."""
    known = {number: Counter(_words(text)) for number, text in there}
    holding: dict[str, list[int]] = defaultdict(list)
    for number, words in known.items():
        for word in words:
            holding[word].append(number)
    found = {}
    for place, text in enumerate(read, start=1):
        words = Counter(_words(text))
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for number in holding.get(word, ()):
                shared[number] += min(times, known[number][word])
        likeness = {
            number: 2 * count / (words.total() + known[number].total()) for number, count in shared.items()
        }
        best = max(likeness, key=lambda number: (likeness[number], -number), default=0)
        if best and likeness[best] >= LEAST_LIKENESS:
            found[place] = best
    return found


def _words(text: str) -> Iterator[str]:
    """Yield words in small letters without accents; where no spaces are written, pairs of letters."""
    plain = (one for one in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(one))
    for word in "".join(letter if letter.isalnum() else " " for letter in plain).split():
        if word.isascii() or len(word) < 5:
            yield word
        else:
            yield from (word[place : place + 2] for place in range(len(word) - 1))


def _tell_receipt(pack: Pack, sent_to: Sequence[str], what: str) -> None:
    """Say in the pack's receipt what has left the server, whether the cards are taken or not."""
    known = pack.receipt.get("sent_to", [])
    told = [f"{receiver}: {what}" for receiver in sent_to]
    pack.receipt = {**pack.receipt, "sent_to": list(dict.fromkeys([*known, *told]))}


def change(pack: Pack, proposal: PackProposal) -> Change:
    """Compare the proposal with the pack; what is the same in both neither goes nor comes."""
    material = proposal.material or {"cards": [], "quiz": []}
    cards = [card_row(card_from_json(item)) for item in material["cards"]]
    questions = [question_row(question_from_json(item)) for item in material["quiz"]]
    leaving_cards, new_cards = _differences(_meant(pack, proposal, pack.cards), cards, ("front", "back"))
    asked = _meant(pack, proposal, pack.quiz)
    leaving_questions, new_questions = _differences(asked, questions, ("question",))
    return Change(
        leaving_cards,
        new_cards,
        len(pack.cards) - len(leaving_cards),
        leaving_questions,
        new_questions,
        len(pack.quiz) - len(leaving_questions),
    )


def take(session: Session, pack: Pack, proposal: PackProposal) -> None:
    """Put the new cards and questions in the place of those that go; terms are replaced whole.

    A model that read the page again also gives what was empty: title, summary, explanation.
    """
    found = change(pack, proposal)
    leaving: list[Flashcard | QuizQuestion] = [*found.leaving_cards, *found.leaving_questions]
    for item in leaving:
        item.deleted_at = now()
    pack.cards.extend(Flashcard(**row) for row in found.new_cards)
    pack.quiz.extend(QuizQuestion(**row) for row in found.new_questions)
    terms = [PackTerm(**term_row(KeyTerm(**item))) for item in (proposal.material or {}).get("key_terms", [])]
    if _is_whole(pack, proposal):
        pack.key_terms = as_explained(terms, pack.key_terms) or pack.key_terms
    for name, text in told_anew(pack, proposal).items():
        setattr(teller(pack, _pages(pack, proposal)), name, text)
    _tell_engine(pack, str((proposal.material or {}).get(READ) or "").partition(":")[0])
    pack.rebuilt_at = now()
    session.delete(proposal)
    index_pack(session, pack)


def told_anew(pack: Pack, proposal: PackProposal) -> dict[str, str]:
    """Return the texts that a page read again has and that were empty, by their names."""
    material, told = proposal.material or {}, teller(pack, _pages(pack, proposal))
    texts = {name: printable(material.get(name) or "") for name in _TEXTS if material.get(READ)}
    return {name: text for name, text in texts.items() if text and not getattr(told, name)}


def _tell_engine(pack: Pack, engine: str) -> None:
    """Say that an engine was used after all; what was said of its absence goes."""
    was = next((report for report in pack.engines if report["engine"] == engine), None)
    if was is None or was["outcome"] == "used":
        return
    others = [report for report in pack.engines if report is not was]
    pack.engines = [{"engine": engine, "outcome": "used", "reason": mark("asked again")}, *others]
    if was["reason"]:
        pack.notes = [note for note in pack.notes if was["reason"] not in note]


def _is_whole(pack: Pack, proposal: PackProposal) -> bool:
    """Say whether the proposal is of all pages of the pack."""
    read_again = bool((proposal.material or {}).get(READ))
    return not read_again or {line.page for line in pack.transcript} <= _pages(pack, proposal)


def _pages(pack: Pack, proposal: PackProposal) -> set[int]:
    return {line.page for line in pack.transcript if line.n in set(proposal.line_numbers)}


def _meant(pack: Pack, proposal: PackProposal, items: Sequence[Item]) -> list[Item]:
    """Return the items of the pages that the proposal is of."""
    if _is_whole(pack, proposal):
        return list(items)
    lines, pages = {line.n: line.page for line in pack.transcript}, _pages(pack, proposal)
    return [item for item in items if lines.get(item.source_line or 0) in pages]


def _differences(
    present: Sequence[Item], proposed: list[dict[str, Any]], names: tuple[str, ...]
) -> tuple[tuple[Item, ...], tuple[dict[str, Any], ...]]:
    there = {tuple(getattr(item, name) for name in names) for item in present}
    wanted = {tuple(row[name] for name in names) for row in proposed}
    leaving = [item for item in present if not _is_touched(item)]
    leaving = [item for item in leaving if tuple(getattr(item, name) for name in names) not in wanted]
    edited = [item for item in present if item.edited_at is not None]
    new = [row for row in proposed if tuple(row[name] for name in names) not in there]
    return tuple(leaving), tuple(row for row in new if not any(_is_edited(row, one, names) for one in edited))


def _is_edited(row: dict[str, Any], item: Flashcard | QuizQuestion, names: tuple[str, ...]) -> bool:
    """Say whether the student's wording of this very card or question is there already."""
    if row["source_line"] != item.source_line:
        return False
    proposed = Counter(word for name in names for word in _words(row[name]))
    known = Counter(word for name in names for word in _words(getattr(item, name)))
    return 2 * (proposed & known).total() >= LEAST_LIKENESS * (proposed.total() + known.total())


def _is_touched(item: Flashcard | QuizQuestion) -> bool:
    own = item.origin in _OWN or item.origin.partition(":")[0] == _CAPTIONER
    return own or item.edited_at is not None or item.accepted_at is not None
