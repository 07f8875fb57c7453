"""Anki's language of searches: what is understood, and what is named when it is not."""

import pytest
from flask import Flask

from studylens.anki_door.asking import Term, read
from studylens.anki_door.faults import DoorFault
from studylens.web.api import pace
from studylens.web.door.wiring import Wiring
from tests.anki_door.world import Door, note, served
from tests.study.reviews.world import add_guest
from tests.web.api.program import Program

CARDS = (
    ("Biology::Cells", "Mitosis", "Division of a nucleus"),
    ("Biology::Cells", "Meiosis", "Division into *four*"),
    ("Biology", "ATP", "Energy: 30 kJ"),
    ("History", "1848 - 49", "Revolution"),
)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", []),
        ("a  and b", [Term("", "a"), Term("", "b")]),
        ('"deck:My Deck" front:x', [Term("deck", "My Deck"), Term("front", "x")]),
        ('deck:"My Deck" -tag:a', [Term("deck", "My Deck"), Term("tag", "a", negated=True)]),
        ('"front:a \\"b\\""', [Term("front", 'a \\"b\\"')]),
        ("nid:1,2", [Term("nid", "1,2")]),
        ("a\\:b", [Term("", "a\\:b")]),
    ],
)
def test_a_query_is_its_terms(query: str, terms: list[Term]) -> None:
    assert read(query) == terms


@pytest.mark.parametrize(
    "query", ["a or b", "(a b)", "added:1", "prop:ivl>3", 'x "y', "is:odd", "a" * 10_001]
)
def test_what_is_not_understood_is_named(query: str) -> None:
    with pytest.raises(DoorFault):
        read(query)
    with pytest.raises(DoorFault, match="nid:x"):
        assert read("nid:x")[0].numbers


def test_escapes_and_wildcards_are_those_of_anki() -> None:
    assert Term("front", "a\\*b").plain == "a*b"
    assert Term("front", "a*b").plain is None
    assert Term("front", "m_t*").fits("Mitosis")
    assert not Term("front", "m\\_t*").fits("Mitosis")
    assert [Term("front", "a*b*c").fits(text) for text in ("abc", "a-b-b-c", "acb", "xabc", "abcx")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert Term("", "b*d").fits("abcde")


def test_a_search_of_many_stars_takes_no_longer_than_it_is_long() -> None:
    assert not Term("", "*a" * 500 + "b").fits("a" * 1_000)


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    return {
        "deck:biology": ["Mitosis", "Meiosis", "ATP"],
        "deck:Biology::Cells -mitosis": ["Meiosis"],
        "deck:B*": ["Mitosis", "Meiosis", "ATP"],
        "deck:Gone": [],
        "division": ["Mitosis", "Meiosis"],
        '"of a nucleus"': ["Mitosis"],
        "m_iosis": ["Meiosis"],
        "front:ATP": ["ATP"],
        "front:m*": ["Mitosis", "Meiosis"],
        '"back:Division into \\*four\\*"': ["Meiosis"],
        '"front:1848 - 49"': ["1848 - 49"],
        "tag:yomitan is:new": ["Mitosis", "Meiosis", "ATP", "1848 - 49"],
        "is:due": [],
        "note:Cloze": [],
        "nid:": [],
        "-deck:*": [],
    }


@pytest.mark.own_sql
def test_cards_are_found_as_in_anki(app: Flask, wiring: Wiring, found: dict[str, list[str]]) -> None:
    pace.begin_anew()
    with wiring.database.writing() as session:
        guest = add_guest(session)
    with served(app) as url:
        door = Door(url, Program(app, wiring, guest).token)
        for deck in dict.fromkeys(one[0] for one in CARDS):
            door.ask("createDeck", deck=deck)
        notes = [note(deckName=deck, fields={"Front": a, "Back": b}) for deck, a, b in CARDS]
        added = door.ask("addNotes", notes=notes)
        names = dict(zip(added, (one[1] for one in CARDS), strict=True))
        told = {query: [names[n] for n in door.ask("findNotes", query=query)] for query in found}
    assert told == found
