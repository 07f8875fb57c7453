"""Pictures that came in stay with their cards: in an account's file, in a copy, when edited, when stopped."""

import io
import itertools
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from studylens.database.pace import STEP_SECONDS, Pace
from studylens.errors import BadText
from studylens.jobs.imports import apart, queue
from studylens.jobs.imports.carrier import Carrier, Terms
from studylens.jobs.imports.files import ImportFiles
from studylens.models import (
    LABEL,
    PICTURED,
    STOPPED,
    STORING,
    CardLabel,
    CardPicture,
    Flashcard,
    Import,
    Pack,
    PackPage,
    PackPicture,
    new_id,
)
from studylens.study.cutouts.cards import on_card, take_away
from studylens.study.packs import editing
from studylens.study.packs.parts import CARDS, fields_of
from studylens.study.quizzes.making import count_askable
from studylens.study.sharing import copying
from studylens.study.sharing.parts import USUAL, Part, shown_of
from studylens.web.door.wiring import Wiring
from tests.drawing import DrawerHere
from tests.study.exchange import world
from tests.study.exchange.decks import Made, deck, picture
from tests.study.exchange.test_hidden_labels import CELL, FILES, HIDDEN, KIND, TWO

pytestmark = pytest.mark.own_sql
NOTES = [
    Made(["<img src=a.png>", "<img src=b.png>"]),
    Made(["Which? <img src=a.png>", "words <img src=b.png>"]),
    Made([TWO, CELL, "Parts", "below", ""], (0, 1), HIDDEN),
    Made(["front", "back"]),
]
PICTURES = {"a.png": picture(40, 30), "b.png": picture(30, 40, "red"), **FILES}
DECK = deck(NOTES, PICTURES, kinds={HIDDEN: KIND})
TABLES: tuple[type[Any], ...] = (Pack, Flashcard, CardPicture, CardLabel, PackPage, PackPicture)


def _whole(wiring: Wiring, guest_id: int) -> list[Any]:
    """Return all that the guest's cards show, without numbers of this database."""
    with wiring.database.reading() as session:
        found: list[Any] = []
        for pack in session.scalars(select(Pack).where(Pack.guest_id == guest_id)):
            found += [(card.kind, card.front, card.back) for card in pack.cards]
            for model, names in (
                (CardPicture, ("card_uid", "on_back", "picture", "webp", "width", "alt", "way")),
                (CardLabel, ("card_uid", "set_uid", "n", "page", "hides_all", "x0", "y1", "extra")),
                (PackPicture, ("page", "jpeg", "width")),
                (PackPage, ("n",)),
            ):
                columns = [getattr(model, name) for name in names]
                found += sorted(map(tuple, session.execute(select(*columns).where(model.pack_id == pack.id))))
        return found


def _brought(wiring: Wiring) -> tuple[int, str]:
    guest_id = world.add_guest(wiring)
    pack_id: str = world.taken_in(wiring, guest_id, DECK, "theirs.apkg")["pack"]
    return guest_id, pack_id


def test_pictures_and_labels_travel_in_the_account_s_file(wiring: Wiring) -> None:
    owner, _pack_id = _brought(wiring)
    friend = world.add_guest(wiring)
    data = world.exported(wiring, owner)
    for _time in ("first", "again"):
        world.restored(wiring, friend, data)
        assert _whole(wiring, friend) == _whole(wiring, owner)
    assert len(_whole(wiring, owner)) == 5 + 4 + 2 + 1 + 1


@pytest.mark.parametrize("photo", [True, False])
def test_a_copy_has_what_can_be_answered_in_it(wiring: Wiring, photo: bool) -> None:
    _owner, pack_id = _brought(wiring)
    friend = world.add_guest(wiring)
    parts = frozenset({*USUAL, Part.PHOTO} if photo else USUAL)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        copying.take(session, friend, pack, parts)
        shown = shown_of(session, pack, parts, page=1, at=pack.created_at)
    assert [card.front for card in shown.cards] == [
        "Which?",
        "front",
    ]  # A shared page has no pictures of cards.
    kinds = [row[0] for row in _whole(wiring, friend) if len(row) == 3 and isinstance(row[0], str)]
    pictured = [LABEL, LABEL, PICTURED] if photo else []
    assert sorted(kinds) == [*pictured, "short_answer", "short_answer"]
    with wiring.database.reading() as session:
        theirs = select(func.count()).select_from(CardPicture).join(Pack, Pack.id == CardPicture.pack_id)
        assert session.scalar(theirs.where(Pack.guest_id == friend)) == (4 if photo else 0)


def _slow() -> Pace:
    """Every step ends after one chunk of rows."""
    clock = itertools.count(step=STEP_SECONDS)
    return Pace(clock=lambda: next(clock), sleep=lambda _: None)


def test_what_was_stopped_goes_out_with_its_pictures(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    files = ImportFiles(wiring.config.instance_path / "imports")
    made = Import(id=new_id(), guest_id=guest_id, name="theirs.apkg", folder_id=wiring.folder.folder_id)
    words = [Made([f"front {number}", "back"]) for number in range(100)]
    files.keep(made.id, io.BytesIO(deck([*NOTES, *words], PICTURES, kinds={HIDDEN: KIND})))
    with wiring.database.writing() as session:
        session.add(made)
    terms = Terms(wiring.config, partial(apart.read_here, drawer=DrawerHere))
    looks = iter([False] * 3)  # It reads, stores for two steps, and ends.
    Carrier(wiring.database, files, terms, lambda: next(looks, True)).carry(made.id, _slow())
    with wiring.database.writing() as session:
        found = session.get_one(Import, made.id)
        assert (found.state, session.scalar(select(func.count()).select_from(CardPicture))) == (STORING, 4)
        queue.cancel(session, found)
    Carrier(wiring.database, files, terms, lambda: False).carry(made.id, _slow())
    with wiring.database.reading() as session:
        assert session.get_one(Import, made.id).state == STOPPED
        assert [session.scalar(select(func.count()).select_from(table)) for table in TABLES] == [0] * 6
    assert list(files.root.glob("*.*")) == []


def test_a_side_needs_no_words_while_a_picture_stands_on_it(wiring: Wiring) -> None:
    _owner, pack_id = _brought(wiring)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        alone, beside, *_labels, words = pack.cards
        needed = [[field.needed for field in fields_of(CARDS, card)] for card in pack.cards]
        assert needed == [[False, False], [False, False], [True, False], [True, False], [True, True]]
        with pytest.raises(BadText, match="picture alone"):
            take_away(session, pack, alone.id)
        editing.edit_part(session, CARDS, alone, {"front": "", "back": "now"}, version=alone.version)
        assert (alone.kind, alone.marks) == (PICTURED, None)
        [front, back] = on_card(session, alone.id)
        take_away(session, pack, alone.id, back.id)
        assert on_card(session, alone.id) == (front,)
        editing.edit_part(session, CARDS, alone, {"front": "What?", "back": "now"}, version=alone.version)
        assert alone.kind == "short_answer"
        editing.edit_part(session, CARDS, beside, {"front": "", "back": ""}, version=beside.version)
        assert beside.kind == PICTURED
        with pytest.raises(BadText):
            editing.edit_part(session, CARDS, words, {"front": "x", "back": ""}, version=words.version)


def test_a_quiz_asks_nothing_that_only_a_picture_says(wiring: Wiring) -> None:
    _owner, pack_id = _brought(wiring)
    with wiring.database.reading() as session:
        assert count_askable(session, pack_id) == (0, 2)
