"""What programs ask of AnkiConnect, asked of the door, with the real service behind it."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, select

from studylens.anki_door.faults import DUPLICATE, EMPTY, NO_GAP
from studylens.models import CardPicture, GuestDevice
from studylens.web.api import pace
from studylens.web.door.wiring import Wiring
from tests.anki_door.world import Door, note, served
from tests.study.reviews.world import add_deck, add_guest
from tests.web.api.program import Program

GONE = 10**9
"""A number that no card has."""


@pytest.fixture
def program(app: Flask, wiring: Wiring) -> Program:
    pace.begin_anew()
    with wiring.database.writing() as session:
        guest = add_guest(session)
    return Program(app, wiring, guest)


@pytest.fixture
def door(app: Flask, program: Program) -> Iterator[Door]:
    with served(app) as url:
        made = Door(url, program.token)
        made.ask("createDeck", deck="Japanese::Mining")
        yield made


def _fields(door: Door, number: int) -> dict[str, str]:
    (told,) = door.ask("notesInfo", notes=[number])
    return {name: one["value"] for name, one in told["fields"].items()}


def test_decks_are_packs_by_subject_and_title(door: Door) -> None:
    assert door.ask("deckNames") == ["Default", "Japanese::Mining"]
    known = door.ask("deckNamesAndIds")["Japanese::Mining"]
    assert door.ask("createDeck", deck="japanese :: mining") == known
    assert door.ask("createDeck", deck="Biology") != known
    assert door.ask("deckNames") == ["Biology", "Default", "Japanese::Mining"]
    assert door.error("createDeck", deck=" :: ") == "A deck needs a name."
    assert door.ask("modelNames") == ["Basic", "Cloze"]
    assert door.ask("modelFieldNames", modelName="Cloze") == ["Text", "Back Extra"]
    assert door.error("modelFieldNames", modelName="Mine") == "model was not found: Mine"


def test_a_dictionary_adds_a_word_and_finds_it_again(door: Door) -> None:
    stripped = note(fields={"Front": "<b>犬</b>"}, options={"allowDuplicate": False})
    assert door.ask("canAddNotesWithErrorDetail", notes=[stripped]) == [{"canAdd": True}]
    number = door.ask("addNote", note=note())
    assert _fields(door, number) == {"Front": "犬", "Back": "dog<br>hound"}
    assert door.ask("canAddNotesWithErrorDetail", notes=[stripped]) == [
        {"canAdd": False, "error": "cannot create note because it is a duplicate"}
    ]
    actions = [{"action": "findNotes", "params": {"query": '"deck:Japanese::Mining" "front:<b>犬</b>"'}}]
    assert door.send({"action": "multi", "version": 2, "params": {"actions": actions}}) == [[number]]
    (told,) = door.ask("cardsInfo", cards=door.ask("notesInfo", notes=[number])[0]["cards"])
    assert (told["note"], told["deckName"], told["queue"]) == (number, "Japanese::Mining", 0)
    assert door.ask("getTags") == ["yomitan"]


def test_a_word_that_is_sent_again_is_there_once(door: Door) -> None:
    first = door.ask("addNote", note=note())
    assert door.error("addNote", note=note()) == DUPLICATE
    everywhere = {"allowDuplicate": True}
    assert door.ask("addNote", note=note(options=everywhere)) == first
    other = note(fields={"Front": "犬", "Back": "Hund"}, options=everywhere)
    second = door.ask("addNote", note=other)
    assert second != first
    assert door.ask("findNotes", query="front:犬") == [first, second]
    door.ask("deleteNotes", notes=[first])
    assert door.ask("notesInfo", notes=[first, second])[0] == {}
    assert door.ask("addNote", note=note(options=everywhere)) not in {first, second}


def test_where_a_word_may_not_be_twice_is_as_the_note_says(door: Door) -> None:
    for deck in ("Japanese::Read", "Other"):
        door.ask("createDeck", deck=deck)
    door.ask("addNote", note=note(deckName="Japanese::Read"))

    def why(scope: str | None, **more: object) -> list[object]:
        options = {"duplicateScope": scope, "duplicateScopeOptions": more}
        return [one.get("error") for one in door.ask(
            "canAddNotesWithErrorDetail",
            notes=[note(options=options), note(deckName="Other", options=options)],
        )]  # fmt: skip

    assert why("collection") == [DUPLICATE, DUPLICATE]
    assert why("deck") == [None, None]
    assert why("deck", deckName="Japanese", checkChildren=True) == [DUPLICATE, DUPLICATE]
    assert why("deck", deckName="Gone") == [None, None]
    wrong = door.error("addNote", note=note(options={"allowDuplicate": "yes"}))
    assert wrong == 'option parameter "allowDuplicate" must be boolean'


def test_several_notes_are_added_as_far_as_they_can_be(door: Door) -> None:
    notes = [
        note(),
        note(),
        note(fields={"Front": " <br> ", "Back": "x"}),
        note(deckName="Gone"),
        note(modelName="Mine"),
        note(fields={"front": "猫", "BACK": "cat", "Audio": "[sound:a.mp3]"}),
        "no note",
    ]
    added = door.ask("addNotes", notes=notes)
    assert [number is not None for number in added] == [True, False, False, False, False, True, False]
    assert _fields(door, added[5]) == {"Front": "猫", "Back": "cat"}
    assert door.error("addNote", note=notes[2]) == EMPTY
    assert door.error("addNote", note=notes[3]) == "deck was not found: Gone"
    assert door.error("addNote", note=notes[4]) == "model was not found: Mine"
    assert door.ask("canAddNotes", notes=notes)[3:] == [False, False, False, False]


def test_a_note_with_gaps_becomes_a_card_for_each(door: Door) -> None:
    text = "{{c1::Osmosis}} is the diffusion of {{c2::water::what?}}."
    number = door.ask("addNote", note=note(modelName="Cloze", fields={"Text": text, "Back Extra": "p. 3"}))
    found = [_fields(door, one) for one in door.ask("findNotes", query="deck:Japanese::*")]
    assert [one["Back"] for one in found] == ["Osmosis<br>p. 3", "water<br>p. 3"]
    assert found[0]["Front"] == "_____ is the diffusion of water."
    assert _fields(door, number) == found[0]
    bare = note(modelName="Cloze", fields={"Text": "no gap"})
    assert door.error("addNote", note=bare) == NO_GAP


def test_a_note_is_changed_field_by_field(door: Door) -> None:
    number = door.ask("addNote", note=note())
    assert door.ask("updateNoteFields", note={"id": number, "fields": {"Back": "Hund &amp; Hündin"}}) is None
    assert _fields(door, number) == {"Front": "犬", "Back": "Hund &amp; Hündin"}
    assert door.error("updateNoteFields", note={"id": GONE, "fields": {"Back": "x"}}) == (
        "Note was not found: 1000000000"
    )
    assert "Text" in door.error("updateNoteFields", note={"id": number, "fields": {"Text": "{{c1::x}}"}})
    assert "page" in door.error("updateNote", note={"id": number, "tags": ["a"]})


def test_the_deck_that_is_always_there_in_anki_is_begun_by_its_first_note(door: Door) -> None:
    assert door.ask("deckNamesAndIds")["Default"] == 1
    assert door.ask("canAddNotes", notes=[note(deckName="Default")]) == [True]
    number = door.ask("addNote", note=note(deckName="Default"))
    assert door.ask("findNotes", query="deck:Default") == [number]
    assert door.ask("addNote", note=note(deckName="Default", fields={"Front": "a", "Back": "b"}))
    assert len(door.ask("deckNames")) == 2


def test_a_note_type_of_a_program_s_own_is_one_of_ours_while_it_has_our_fields(door: Door) -> None:
    made = {"modelName": "Obsidian-basic", "inOrderFields": ["Front", "Back", "Source"], "cardTemplates": []}
    assert door.error("addNote", note=note(modelName="Obsidian-basic"))
    assert door.ask("createModel", **made)["name"] == "Obsidian-basic"
    assert door.error("createModel", **made) == "Model name already exists"
    assert door.ask("modelNames") == ["Basic", "Cloze", "Obsidian-basic"]
    assert door.ask("modelFieldNames", modelName="Obsidian-basic") == ["Front", "Back"]
    assert door.ask("addNote", note=note(modelName="Obsidian-basic"))
    assert "Front and Back" in door.error("createModel", modelName="Vocabulary", inOrderFields=["Word"])


def _picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (1_200, 900), "navy").save(kept, "JPEG")
    return kept.getvalue()


def test_pictures_come_onto_the_cards_that_name_them_before_and_after(door: Door, wiring: Wiring) -> None:
    data = base64.b64encode(_picture()).decode()
    name = door.ask("storeMediaFile", filename="../yomitan_犬.jpg", data=data)
    assert name == "yomitan_犬.jpg"
    door.ask("addNote", note=note(fields={"Front": "犬", "Back": f'dog <img src="{name}">'}))
    door.ask("addNote", note=note(fields={"Front": 'cat <img src="cat.jpg">', "Back": "猫"}))
    door.ask("storeMediaFile", filename="cat.jpg", data=data)
    with wiring.database.reading() as session:
        found = session.scalars(select(CardPicture).order_by(CardPicture.id)).all()
        assert [(one.on_back, one.webp, one.width) for one in found] == [
            (True, True, 800),
            (False, True, 800),
        ]
    sound = base64.b64encode(b"ID3 a sound").decode()
    for wrong in ({"data": sound}, {"path": "/etc/passwd"}, {"url": "http://127.0.0.1/"}, {"data": "!"}, {}):
        assert door.error("storeMediaFile", filename="a.mp3", **wrong)
    assert door.ask("retrieveMediaFile", filename="gone.png") is False


def test_files_are_read_only_in_the_folder_that_was_opened(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (tmp_path / "secret.jpg").write_bytes(_picture())
    (folder / "cell.jpg").write_bytes(_picture())
    (folder / "words.md").write_text("words")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    door = Door("http://127.0.0.1:9", "a-token-of-tests", folder=folder)
    assert door.ask("storeMediaFile", filename="cell.jpg", path=str(folder / "cell.jpg")) == "cell.jpg"
    assert door.ask("getMediaFilesNames") == ["cell.jpg"]
    for path in (
        tmp_path / "secret.jpg", folder / "link.jpg", folder / ".." / "secret.jpg", folder / "words.md",
        folder, folder / "gone.jpg", "a\0b",
    ):  # fmt: skip
        assert door.error("storeMediaFile", filename="x.jpg", path=str(path))


def test_a_deck_that_is_full_goes_on_in_another_pack(wiring: Wiring, app: Flask) -> None:
    with wiring.database.writing() as session:
        guest = add_guest(session)
        add_deck(session, guest, 500, subject="Japanese").title = "Mining"
    pace.begin_anew()
    with served(app) as url:
        door = Door(url, Program(app, wiring, guest).token)
        assert door.ask("addNote", note=note()) > 500
        assert door.ask("deckNames") == ["Default", "Japanese::Mining"]
        assert door.error("addNote", note=note()) == DUPLICATE


def test_cards_are_answered_and_looked_at(door: Door) -> None:
    number = door.ask("addNote", note=note())
    assert door.ask("areDue", cards=[number, GONE]) == [True, False]
    assert door.ask("answerCards", answers=[{"cardId": number, "ease": 4}, {"cardId": GONE, "ease": 3}]) == [
        True,
        False,
    ]
    assert door.ask("areDue", cards=[number]) == [False]
    assert door.ask("areSuspended", cards=[number, GONE]) == [False, None]
    assert [door.ask("suspend", cards=[number, GONE]) for _again in range(2)] == [True, False]
    assert door.ask("suspended", card=number) is True
    assert door.ask("unsuspend", cards=[number]) is True
    assert door.error("suspended", card=GONE) == "Card was not found: 1000000000"
    assert door.ask("getNumCardsReviewedToday") == 1
    assert door.ask("guiBrowse", query=f"nid:{number}") == [number]
    assert [url.split("/packs/")[1] != "" for url in door.shown] == [True]
    assert door.error("answerCards", answers=[{"cardId": number, "ease": 5}])


def test_a_token_that_was_taken_back_is_said_in_the_service_s_words(door: Door, wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        session.execute(delete(GuestDevice))
    assert "taken back" in door.error("addNote", note=note())


def test_a_service_that_is_away_is_said_and_a_word_is_not_lost_silently(door: Door) -> None:
    away = Door("http://127.0.0.1:9", "a-token-of-tests")
    assert "does not answer" in away.error("addNote", note=note())
    assert away.ask("version") == 6


def test_a_word_longer_than_a_card_may_be_is_refused_with_the_limit(door: Door) -> None:
    assert "1,000" in door.error("addNote", note=note(fields={"Front": "犬", "Back": "x" * 1_500}))
    assert "200000" in door.error("addNote", note=note(fields={"Front": "犬", "Back": "x" * 200_001}))
    gaps = "{{c1::a}}" * 1_200
    assert "10000" in door.error("addNote", note=note(modelName="Cloze", fields={"Text": gaps}))
