"""When cards come back travels with Anki's files, both ways: Anki itself reads ours, we read Anki's."""

import contextlib
import itertools
import json
import random
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from studylens.database.pace import Pace
from studylens.models import (
    LEARNING,
    LOG_ELSEWHERE,
    NEW,
    RELEARNING,
    REVIEW,
    CardSchedule,
    Flashcard,
    Import,
    Pack,
    ReviewLog,
    ReviewTotal,
    new_id,
    now,
)
from studylens.study.exchange import reading
from studylens.study.exchange.anki import occlusion, writing
from studylens.study.exchange.anki.scheduling.leaving import Leaving
from studylens.study.exchange.anki.scheduling.log import write_answers
from studylens.study.exchange.arriving import storing, undoing
from studylens.study.exchange.contents import decks_of
from studylens.study.fits import history
from studylens.study.reviews import cards as schedule
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import as_moment, due_day
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.anki_world import Anki
from tests.study.reviews.world import add_deck, log_of, send

ZONE = "Asia/Kathmandu"
_NUMBERS = itertools.count()


def _guest(wiring: Wiring) -> int:
    guest_id = world.add_guest(wiring)
    with wiring.database.writing() as session:
        settings_to_change(session, guest_id).time_zone = ZONE
    return guest_id


def _deck(wiring: Wiring, guest_id: int, folder: Path) -> Path:
    path = folder / f"deck-{next(_NUMBERS)}.apkg"
    with wiring.database.reading() as session, path.open("wb") as file:
        along = writing.Along(leaving=Leaving(moment_of(session, guest_id, now())))
        told = {"scratch": path.with_suffix(".db"), "at": now().timestamp(), "along": along}
        writing.write_anki(session, list(decks_of(session, guest_id)), file, **told)  # type: ignore[arg-type]
    return path


def _keep(wiring: Wiring, guest_id: int, path: Path) -> dict[str, Any]:
    return world.taken_in(wiring, guest_id, path.read_bytes(), path.name, keeps_schedule=True)


def _made(pick: random.Random, at: datetime) -> MemoryState:
    """Make any state that a card can be in."""
    state = pick.choice((NEW, LEARNING, REVIEW, RELEARNING))
    held = {"suspended": pick.random() < 0.3, "leech": pick.random() < 0.2}
    today = study_date(at, ZONE)
    if state == NEW:
        return MemoryState(due_at=at, suspended=held["suspended"])
    steps = {LEARNING: pick.randint(0, 1), RELEARNING: 0, REVIEW: None}
    due = as_moment(today + timedelta(days=pick.randint(-40, 3_000)))
    buried = today.isoformat() if pick.random() < 0.2 and not held["suspended"] else None
    return MemoryState(
        due_at=due if state == REVIEW else at + timedelta(minutes=pick.randint(-90, 10)), state=state,
        step=steps[state], stability=pick.uniform(0.01, 4_000), difficulty=pick.uniform(1, 10),
        last_review_at=at - timedelta(seconds=pick.randint(1, 10**8)), reps=pick.randint(1, 300),
        lapses=pick.randint(0, 20), buried_on=buried, **held,
    )  # fmt: skip


def _states(wiring: Wiring, guest_id: int) -> dict[str, MemoryState]:
    """Return the states by the cards' uids, times to the second, the moment of new ones left out."""
    rows = select(Flashcard.uid, CardSchedule).join(CardSchedule, CardSchedule.card_id == Flashcard.id)
    with wiring.database.reading() as session:
        found = session.execute(rows.where(CardSchedule.guest_id == guest_id)).all()
    return {str(uid): _whole_seconds(MemoryState.of(row)) for uid, row in found}


def _whole_seconds(memory: MemoryState) -> MemoryState:
    seen = memory.last_review_at
    due_at = datetime(2000, 1, 1, tzinfo=UTC) if memory.state == NEW else memory.due_at.replace(microsecond=0)
    return memory.but(due_at=due_at, last_review_at=seen.replace(microsecond=0) if seen else None)


@pytest.mark.own_sql
def test_what_goes_out_with_its_schedule_comes_in_with_the_same(wiring: Wiring, tmp_path: Path) -> None:
    one, other = _guest(wiring), _guest(wiring)
    pick, at = random.Random(3), now()
    with wiring.database.writing() as session:
        pack = add_deck(session, one, 120)
        schedule.accept(session, pack, pack.cards[:110], at)
        for card in pack.cards[:110]:
            _made(pick, at).write(session.get_one(CardSchedule, card.id))
    counts = _keep(wiring, other, _deck(wiring, one, tmp_path))
    assert _states(wiring, other) == _states(wiring, one)
    known = sum(memory.state != NEW for memory in _states(wiring, one).values())
    assert (counts["cards"], counts["scheduled"]) == (120, known)
    assert "mended" not in counts
    assert _drafts(wiring, other) == 10


def _drafts(wiring: Wiring, guest_id: int) -> int:
    drafts = select(Flashcard.id).join(Pack, Pack.id == Flashcard.pack_id)
    with wiring.database.reading() as session:
        waiting = drafts.where(Pack.guest_id == guest_id, Flashcard.accepted_at.is_(None))
        return len(session.scalars(waiting).all())


STUDIED = ([3], [3, 3], [3, 3, 1], [3, 3, 3], [4], [3, 3, 1, 3])
"""Buttons for the cards of `_studied`, from the third on."""


def _studied(wiring: Wiring, guest_id: int) -> None:
    """Give the guest a deck that was studied: a draft, a new card, and what STUDIED makes of the others."""
    at = now()
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, 2 + len(STUDIED))
        for card in pack.cards:
            card.source_line = None  # No siblings, which would keep each other away.
        schedule.accept(session, pack, pack.cards[1:], at - timedelta(days=30))
        for card, ratings in zip(pack.cards[2:], STUDIED, strict=True):
            for rating in ratings:
                row = session.get_one(CardSchedule, card.id)
                send(session, guest_id, card.id, max(row.due_at, at - timedelta(days=30)), rating)
        schedule.suspend(session, guest_id, pack.cards[5].id, at)
        schedule.skip(session, guest_id, pack.cards[6].id, at)
        leech = session.get_one(CardSchedule, pack.cards[7].id)
        leech.lapses, leech.leech, leech.suspended = 8, True, True


@pytest.mark.process
def test_anki_goes_on_where_we_are(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = _guest(wiring)
    _studied(wiring, guest_id)
    with Anki(tmp_path / "anki") as program:
        program.take_in(_deck(wiring, guest_id, tmp_path), scheduling=True)
        theirs = {card["guid"]: card for card in program.schedules()}
        assert program.check()
    with wiring.database.reading() as session:
        cards = session.scalars(select(Flashcard).join(Pack).where(Pack.guest_id == guest_id)).all()
        rows = {row.card_id: MemoryState.of(row) for row in session.scalars(select(CardSchedule))}
        ratings = {card.id: [row.rating for row in log_of(session, card.id) if row.rating] for card in cards}
    assert len(theirs) == len(cards) == 8
    assert {memory.state for memory in rows.values()} == {NEW, LEARNING, REVIEW, RELEARNING}
    for card in cards:
        found, memory = theirs[str(card.uid)], rows.get(card.id, MemoryState(due_at=now()))
        assert (found["type"], found["reps"], found["lapses"]) == (memory.state, memory.reps, memory.lapses)
        assert found["queue"] == _queue(memory)
        assert ("leech" in found["tags"]) == memory.leech
        assert [row["button_chosen"] for row in reversed(found["answers"])] == ratings[card.id]
        _agrees(found, memory)


def _queue(memory: MemoryState) -> int:
    if memory.suspended:
        return -1
    return -3 if memory.buried_on else {NEW: 0, LEARNING: 1, REVIEW: 2, RELEARNING: 1}[memory.state]


def _agrees(theirs: dict[str, Any], memory: MemoryState) -> None:
    """Fail unless Anki remembers the card as we do, and shows it again at the same time."""
    if memory.state == NEW:
        assert theirs["stability"] is None
        return
    assert theirs["stability"] == pytest.approx(memory.stability, abs=1e-4)
    assert theirs["difficulty"] == pytest.approx(memory.difficulty, abs=1e-3)
    assert memory.last_review_at
    assert json.loads(theirs["data"]).items() >= {"dr": 0.9, "decay": 0.154}.items()
    if memory.state == REVIEW:
        due = due_day(REVIEW, memory.due_at, ZONE)
        assert theirs["days"] == (due - study_date(now(), "UTC")).days
        assert theirs["ivl"] == max(1, (due - study_date(memory.last_review_at, ZONE)).days)
    else:
        assert theirs["due"] == int(memory.due_at.timestamp())
        assert theirs["left"] == {LEARNING: 2, RELEARNING: 1}[memory.state] - (memory.step or 0)


BUTTONS = [[3], [3, 3], [3, 3, 3, 1], [4], [4, 3], [4, 2], [4, 1, 3], [2], [4], []]


@pytest.mark.process
@pytest.mark.parametrize(("fsrs", "legacy"), [(True, False), (False, True)], ids=["fsrs-today", "sm2-2021"])
def test_we_go_on_where_anki_is(wiring: Wiring, tmp_path: Path, fsrs: bool, legacy: bool) -> None:
    guest_id, path = _guest(wiring), tmp_path / "studied.apkg"
    with Anki(tmp_path / "anki") as program:
        for number in range(len(BUTTONS)):
            program.add_note("Basic", f"front {number}", f"back {number}", deck="Biology::Cells")
        program.study(BUTTONS, fsrs=fsrs)
        program.hold(suspended=4, buried=5)
        program.hand_out(path, legacy=legacy, scheduling=True)
        theirs = program.schedules()
    counts = _keep(wiring, guest_id, path)
    assert (counts["scheduled"], counts["history"]) == (len(BUTTONS) - 1, sum(map(len, BUTTONS)))
    with wiring.database.reading() as session:
        numbers = session.scalars(select(Flashcard.id).order_by(Flashcard.id)).all()
        for card, number in zip(theirs, numbers, strict=True):
            _follows(card, session.get_one(CardSchedule, number), log_of(session, number))
        assert session.get(ReviewTotal, guest_id) is None  # What was learned elsewhere earns nothing here.
        assert [card[1::2] for card in history.cards_of(session, guest_id)] == BUTTONS[-2::-1]


def _follows(theirs: dict[str, Any], row: CardSchedule, log: list[ReviewLog]) -> None:
    """Fail unless we remember the card as Anki does, and show it again at the same time."""
    assert (row.state, row.reps, row.lapses) == (theirs["type"], theirs["reps"], theirs["lapses"])
    assert row.suspended == (theirs["queue"] == -1)
    assert (row.buried_on is not None) == (theirs["queue"] in {-2, -3})
    assert [one.rating for one in log] == [one["button_chosen"] for one in reversed(theirs["answers"])]
    assert [one.state_before for one in log[:1]] == [NEW] * len(log[:1])
    assert {one.kind for one in log} <= {LOG_ELSEWHERE}
    if row.state == REVIEW:
        assert due_day(REVIEW, row.due_at, ZONE) == study_date(now(), "UTC") + timedelta(days=theirs["days"])
        assert row.stability == pytest.approx(theirs["stability"] or theirs["ivl"], abs=1e-3)
    elif row.state != NEW:
        assert row.due_at.timestamp() == theirs["due"]


@pytest.mark.own_sql
def test_the_same_file_again_sets_nothing_back(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = _guest(wiring)
    _studied(wiring, guest_id)
    path = _deck(wiring, guest_id, tmp_path)
    before = _states(wiring, guest_id)
    assert "stayed" not in _keep(wiring, guest_id, path)
    assert _states(wiring, guest_id) == before
    with wiring.database.writing() as session:
        card = session.scalars(select(Flashcard).order_by(Flashcard.id)).all()[3]
        send(session, guest_id, card.id, now(), 4)
        answers = len(session.scalars(select(ReviewLog)).all())
    later = _states(wiring, guest_id)
    counts = _keep(wiring, guest_id, path)
    assert (counts["stayed"], counts.get("history", 0), counts["known"]) == (1, 0, 8)
    assert _states(wiring, guest_id) == later
    with wiring.database.reading() as session:
        assert len(session.scalars(select(ReviewLog)).all()) == answers


def test_dates_beyond_all_bounds_are_moved_and_counted(wiring: Wiring, tmp_path: Path) -> None:
    one, other = _guest(wiring), _guest(wiring)
    _studied(wiring, one)
    path = _deck(wiring, one, tmp_path)
    with zipfile.ZipFile(path) as archive:
        (tmp_path / "broken.db").write_bytes(archive.read("collection.anki2"))
    with contextlib.closing(sqlite3.connect(tmp_path / "broken.db")) as connection, connection:
        connection.execute("UPDATE cards SET due = 2918000 WHERE type = 2")  # The year 9999.
        connection.execute("UPDATE revlog SET ease = 9 WHERE type = 2")
        connection.execute("UPDATE revlog SET time = -5, ivl = 1e9, type = 'x' WHERE type = 1")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "broken.db", "collection.anki2")
    counts = _keep(wiring, other, path)
    assert (counts["mended"], counts["answers_left"]) == (
        4,
        4,
    )  # All in review; answers to them, and the one of a card learned again.
    states = _states(wiring, other)
    today = study_date(now(), ZONE)
    assert {due_day(REVIEW, one.due_at, ZONE) for one in states.values() if one.state == REVIEW} == {today}


def test_each_label_of_a_picture_takes_its_own_schedule_along(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = _guest(wiring)
    pack_id = world.add_labels(wiring, guest_id, ("Leaf", "Light", "Root"))
    world.put_away(wiring, "Leaf")
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        schedule.accept(session, pack, pack.cards, now())
        reps = {}
        for card in pack.cards:
            row = session.get_one(CardSchedule, card.id)
            row.reps = reps[card.back] = card.id + 10
    with zipfile.ZipFile(_deck(wiring, guest_id, tmp_path)) as archive:
        (tmp_path / "labels.db").write_bytes(archive.read("collection.anki2"))
    with contextlib.closing(sqlite3.connect(tmp_path / "labels.db")) as connection:
        of_labels = (
            "SELECT cards.ord, cards.reps FROM cards JOIN notes ON notes.id = nid WHERE mid = ? ORDER BY ord"
        )
        found = connection.execute(of_labels, (occlusion.MODEL,)).fetchall()
    assert found == [(1, reps["Light"]), (2, reps["Root"])]


def test_answers_of_a_made_file_leave_whatever_it_says_of_them(wiring: Wiring) -> None:
    guest_id, most, many = _guest(wiring), 2**31 - 1, 400
    same = {"guest_id": guest_id, "kind": LOG_ELSEWHERE, "rating": 3, "reviewed_at": now(), "zone": ZONE}
    same |= {"before": {"ivl": 10**30}, "after": {"ivl": -(10**30), "factor": 10**40}, "state_before": REVIEW}
    steps: list[str] = []
    with wiring.database.writing() as session, contextlib.closing(sqlite3.connect(":memory:")) as deck:
        [card] = add_deck(session, guest_id, 1).cards
        session.add_all(
            ReviewLog(**same, card_id=card.id, local_date="2026-11-29", local_hour=5) for _ in range(many)
        )
        session.flush()
        deck.execute("CREATE TABLE revlog (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h)")
        deck.set_trace_callback(steps.append)
        write_answers(deck.cursor(), session, {card.id: 7})
        found = deck.execute("SELECT count(*), min(d), max(e), max(f) FROM revlog").fetchone()
    assert found == (many, -most, most, most)
    assert len(steps) < 20 * many  # One after the other they would be many² / 2.


@pytest.mark.own_sql
def test_an_import_that_is_taken_back_leaves_cards_and_log_as_they_were(
    wiring: Wiring, tmp_path: Path
) -> None:
    one, other = _guest(wiring), _guest(wiring)
    _studied(wiring, one)
    path = _deck(wiring, one, tmp_path)
    world.taken_in(wiring, other, path.read_bytes(), path.name)  # As drafts, without their schedule.
    before = world.numbers(wiring, other)
    made = Import(id=new_id(), guest_id=other, name=path.name, keeps_schedule=True)
    lines, scratch = tmp_path / "lines", tmp_path / "scratch"
    with path.open("rb") as file, lines.open("w+b") as staged:
        to, how = reading.Written(staged, BytesIO()), reading.How(keeps_schedule=True)
        made.size = reading.read(file, path.name, to, scratch, how=how).size
        with wiring.database.writing() as session:
            session.add(made)
            while storing.store_some(session, Pace(), made, staged):
                pass
        assert _drafts(wiring, other) == 1
        assert world.numbers(wiring, other)["review_log"] == sum(map(len, STUDIED))
        with wiring.database.writing() as session:
            while undoing.undo_some(session, Pace(), made.id):
                pass
    assert world.numbers(wiring, other) == before
    assert _drafts(wiring, other) == 2 + len(STUDIED)
