"""The student whose pages are measured: 5,000 cards, and one large pack with formulas and a quiz."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from benchmarks import reviews
from database_config import Database
from studylens.models import (
    NEW,
    REVIEW,
    CardSchedule,
    Flashcard,
    Pack,
    PackTag,
    PackTerm,
    QuizQuestion,
    TranscriptLine,
    now,
)
from studylens.study.packs.search import index_pack
from tests.web.world import EXPLANATION, GEMINI

DUE = 500
"""Of the student's cards."""
CARDS, LINES, TERMS, QUESTIONS = 300, 60, 12, 30
"""Of the large pack."""
KNOWN = 200
"""Its cards that were reviewed; some were kept and never seen, the others are drafts."""
SEEN = 250
TOLD = (
    f"One student with {reviews.CARDS + CARDS:,} cards, {DUE} due; the pack has {CARDS} cards, "
    f"{LINES} lines, {TERMS} terms, {QUESTIONS} questions, and formulas in most of them."
)


def fill(database: Database) -> str:
    """Add the student of `benchmarks.reviews` and the large pack; return the pack's id."""
    reviews.fill(database, DUE)
    with database.writing() as session:
        guest_id = session.query(Pack.guest_id).limit(1).scalar()
        pack = Pack(guest_id=guest_id, title="Photosynthesis", explanation=EXPLANATION, text_engine=GEMINI)
        pack.summary = "Plants turn light, water and carbon dioxide into glucose and oxygen."
        pack.caption, pack.caption_engine = "a diagram of a leaf in the sun", "blip:onnx"
        pack.receipt = {"sha256": "ab" * 32, "width": 1080, "height": 1920, "uploaded_bytes": 483_200}
        pack.subject = "Biology"
        pack.transcript = [_line(n) for n in range(1, LINES + 1)]
        pack.key_terms = [_term(n) for n in range(1, TERMS + 1)]
        pack.cards = [_card(n) for n in range(1, CARDS + 1)]
        pack.quiz = [_question(n) for n in range(1, QUESTIONS + 1)]
        session.add(pack)
        index_pack(session, pack)
        session.add_all(PackTag(pack_id=pack.id, tag=tag) for tag in ("exam", "leaf"))
        session.flush()
        session.add_all(_schedule(pack, card, place) for place, card in enumerate(pack.cards[:SEEN]))
        pack_id = pack.id
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    database.engine.dispose()
    return pack_id


def _line(n: int) -> TranscriptLine:
    box = [0.1, n / (LINES + 1), 0.9, (n + 0.8) / (LINES + 1)]
    return TranscriptLine(
        n=n, text=f"Line {n}: light of $E_{{{n}}} = h\\nu$ is taken in.", score=0.97, box=box
    )


def _term(n: int) -> PackTerm:
    meaning = f"What takes in light of ${n}\\,\\mathrm{{nm}}$."
    return PackTerm(term=f"Pigment {n}", definition=meaning, source_line=n, origin=GEMINI)


def _card(n: int) -> Flashcard:
    kept = now() - timedelta(days=30) if n <= SEEN else None
    return Flashcard(
        front=f"Which energy has light {n}?", back=f"$E_{{{n}}} = h\\nu_{{{n}}}$, by Planck.",
        kind="short_answer", source_line=1 + n % LINES, origin=GEMINI, accepted_at=kept,
    )  # fmt: skip


def _question(n: int) -> QuizQuestion:
    options = [f"pigment {n}", "water", "glucose", "oxygen"]
    return QuizQuestion(
        question=f"What takes in light {n}?", options=options, answer_index=0,
        explanation=f"Line {n} says so.", source_line=1 + n % LINES, origin=GEMINI,
    )  # fmt: skip


def _schedule(pack: Pack, card: Flashcard, place: int) -> CardSchedule:
    row: dict[str, Any] = {"card_id": card.id, "guest_id": pack.guest_id, "pack_id": pack.id}
    if place >= KNOWN:
        return CardSchedule(**row, state=NEW, due_at=now() - timedelta(days=1))
    rng = random.Random(place)  # noqa: S311 - the same cards each time.
    at = now() + timedelta(days=rng.uniform(-3, 30))
    return CardSchedule(**row, state=REVIEW, reps=5, stability=rng.uniform(1, 60), difficulty=5.0, due_at=at,
                        lapses=0, last_review_at=at - timedelta(days=20))  # fmt: skip
