"""Tables as other programs and people write them: every cell arrives, or is counted."""

import csv
import io
import tempfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studylens.errors import BadFile
from studylens.study.exchange import others
from studylens.study.exchange.counted import (
    COMMENT,
    EMPTY,
    FOLDED,
    PICTURES,
    SOUNDS,
    TAGS_LEFT,
    TOO_LONG,
    TWICE,
)
from studylens.study.exchange.incoming import Staged, stage_cards
from studylens.study.exchange.tables.cells import guarded, unguarded
from studylens.study.exchange.tables.lines import Lines
from studylens.study.exchange.tables.reading import Table
from studylens.study.exchange.tables.rows import Rows

Sides = list[tuple[str, str]]
NOTES = (
    "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    'a#1"\tBasic (optional reversed card)\tFrench::Food\tpain\tbread\ty\tA1 food\n'
    "b;2\tBasic\tFrench::Food\teau\twater<br>H<sub>2</sub>O\t\tfood\n"
).replace("column:6", "column:7")


def _table(text: str) -> Table:
    return Table(io.BytesIO(text.encode()), "words")


def _sides(text: str) -> Sides:
    return [(card.front, card.back) for card in _table(text).cards()]


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        (NOTES, [("pain", "bread"), ("eau", "water\nH₂O")]),
        ("#notetype column:1\nBasic\tpain\tbread\n", [("pain", "bread")]),
        ("#separator:Pipe\n#columns:Extra|Back|Front|Tags\nx y|b|f|t\n", [("f", "b\nx y")]),
        ("#separator:comma\n#notetype:Basic\n#if matches:keep both\nf,b\n", [("f", "b")]),
        ("sep=;\r\nfront;back\r\na, b;c\r\nd, e;f\r\n", [("a, b", "c"), ("d, e", "f")]),
        ("sep=|\nx,1;2|y\n", [("x,1;2", "y")]),
        ("2,5 kg;2500 g\n3,5 kg;3500 g\n", [("2,5 kg", "2500 g"), ("3,5 kg", "3500 g")]),
        ("mitosis,one; then two\nmeiosis,two; then four\n", [
            ("mitosis", "one; then two"), ("meiosis", "two; then four"),
        ]),
        ('"to be" verb\tsein\nto go\tgehen\n', [('"to be" verb', "sein"), ("to go", "gehen")]),
        ('5" pipe,wide\n"6"" pipe",wider\n', [('5" pipe', "wide"), ('6" pipe', "wider")]),
        ('"open\tone\nb\ttwo\n5"\tfive\n', [('"open', "one"), ("b", "two"), ('5"', "five")]),
        ('a,"never closed\nb,2\nc,3\n', [("a", '"never closed'), ("b", "2"), ("c", "3")]),
        ('a,"one\n\ntwo, three"\nb,c\n', [("a", "one\n\ntwo, three"), ("b", "c")]),
        ('"a", "b"\n"c", "d"\n', [("a", "b"), ("c", "d")]),
        ("term;definition\na;one; two\nb;c\n", [("a", "one; two"), ("b", "c")]),
        ("id,back,front\n,3,14,pi\n", [("pi", "3,14")]),
        ("word,meaning,example\ngo,gehen,I go.\nbe,sein,\n", [("go", "gehen\nI go."), ("be", "sein")]),
        ("a;b;c;;\nd;e;;;\n", [("a", "b\nc"), ("d", "e")]),
        ("cat - Katze, Kater\ndog - Hund\n", [("cat", "Katze, Kater"), ("dog", "Hund")]),
        ("cat\tKatze;dog\tHund;", [("cat", "Katze"), ("dog", "Hund")]),
        ("cat\tone\ntwo\n\ndog\tthree\n", [("cat", "one\ntwo"), ("dog", "three")]),
        ("cat\nKatze\n\ndog\nHund\nHündin\n", [("cat", "Katze"), ("dog", "Hund\nHündin")]),
        ("Q: river, small\nA: rivero\n\nq: school\nq: (big)\na: lernejo\na: granda\n", [
            ("river, small", "rivero"), ("school\n(big)", "lernejo\ngranda"),
        ]),
        ("Q: a\nA: b\nand more\nQ: c\nA: d\n", [("a", "b\nand more"), ("c", "d")]),
        ("cat::Katze, Kater\ndog::Hund\n", [("cat", "Katze, Kater"), ("dog", "Hund")]),
        ("cat -> Katze\ndog -> Hund\n", [("cat", "Katze"), ("dog", "Hund")]),
        ("'-ing' form,gerund\n", [("'-ing' form", "gerund")]),
    ],
)  # fmt: skip
def test_a_table_is_read_as_it_was_meant(text: str, sides: Sides) -> None:
    assert _sides(text) == sides
    assert _sides(text.replace("\r\n", "\n").replace("\n", "\r\n")) == sides


CLOZES = (
    "#separator:tab\n#html:true\n#notetype column:1\n"
    "Cloze\tThe {{c1::femur::bone}} is in the {{c2::<b>leg</b>}}.\tBack Extra\n"
    "Cloze\tOne {{c1::gap}} alone.\n"
)


def test_gaps_of_anki_become_a_card_each() -> None:
    assert [(card.front, card.back, card.kind, card.also_right) for card in _table(CLOZES).cards()] == [
        ("The _____ (bone) is in the leg.", "femur\nBack Extra", "cloze", ("femur",)),
        ("The femur is in the _____.", "leg\nBack Extra", "cloze", ("leg",)),
        ("One _____ alone.", "gap", "cloze", ()),
    ]
    [card] = _table("The {{c1::femur}} is a bone,Anatomy\n").cards()
    assert (card.front, card.back) == ("The _____ is a bone", "femur\nAnatomy")
    assert [card.left for card in _table("{{c1::a}} " + "x" * 20_000 + ",b\n").cards()] == [TOO_LONG]


def test_media_that_a_table_cannot_bring_are_counted_by_name() -> None:
    rows = (
        '<img src="a.png">\tleaf',
        "leaf\t[sound:leaf.mp3]",
        'root\twurzel <img src="b.png">',
        "stem\t<img src=c>",
    )
    cards = list(_table("#separator:tab\n#html:true\n" + "\n".join(rows) + "\n").cards())
    assert [card.left for card in cards] == [PICTURES, SOUNDS, "", PICTURES]
    assert cards[2].back == "wurzel"


def test_deck_and_tags_come_from_their_columns() -> None:
    assert [(card.deck, card.tags) for card in _table(NOTES).cards()] == [
        ("French::Food", ("A1", "food")),
        ("French::Food", ("food",)),
    ]
    [card] = _table("#deck:Verbs\n#tags:irregular\ngo\twent\n").cards()
    assert (card.deck, card.tags) == ("Verbs", ("irregular",))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("a,b\nc,\na,b\n", {EMPTY: 1, TWICE: 1}),
        ("#separator:comma\n#html:false\na,b\n# seen,nowhere\n", {COMMENT: 1}),
        ("a,b,c\nd,e,f\n", {FOLDED: 2}),
        ("front,back,tags\na,b,1 2 3 4 5 6 7\nc,d,5 6 7 8 9 10 11 12\n", {TAGS_LEFT: 2}),
        (f"front,back,tags\na,b,c {'x' * 60}\n", {TAGS_LEFT: 1}),
    ],
)
def test_what_does_not_come_in_as_it_stood_is_counted(text: str, counts: dict[str, int]) -> None:
    table = _table(text)
    with tempfile.TemporaryFile() as file:
        assert stage_cards(table.cards(), Staged(file)) + table.said == counts


def test_prose_without_columns_is_refused() -> None:
    with pytest.raises(BadFile, match="no second column"):
        list(_table("Plants make sugar.\nThey need light.\n").cards())


_ZIP = b"PK\x03\x04" + bytes(26)
_OPEN = b"mimetypeapplication/vnd.oasis.opendocument."
"""How a zip file begins, and what OpenDocument has behind that."""


@pytest.mark.parametrize(
    ("start", "name", "sentence"),
    [
        (_ZIP + b"[Content_Types].xml", "Words.XLSX", "CSV UTF-8"),
        (_ZIP + b"[Content_Types].xml", "words.docx", "text document"),
        (_ZIP + _OPEN + b"spreadsheet", "w", "CSV UTF-8"),
        (b"%PDF-1.7\n", "words.txt", "PDF"),
        (b"SQLite format 3\0", "default.db", "Mnemosyne"),
        (b"SQLite format 3\0", "collection.anki2", ".apkg"),
        (b"PK\x03\x04", "french.cards", "Mnemosyne"),
        (b'<?xml version="1.0"?>\n<SuperMemoCollection>', "sm.xml", "SuperMemo"),
        (b"PK\x03\x04", "notes.rem", "RemNote"),
        (b"PK\x03\x04", "deck.mochi", "Mochi"),
        (_ZIP + b"[Content_Types].xml", "talk.pptx", "slides"),
        (_ZIP + _OPEN + b"presentation", "t", "slides"),
        (_ZIP + _OPEN + b"text", "t", "text document"),
        (b"\xd0\xcf\x11\xe0", "old", "CSV UTF-8"),
        (b"{\\rtf1", "list.txt", "text document"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE kvtml PUBLIC', "verbs.xml", "Export it there as CSV"),
        (b"\x1f\x8b", "verbs.pau.gz", "Export it there as CSV"),
        (b"\n<!DOCTYPE html>", "set", "web page"),
        (b"\x1aE\xdf\xa3", "talk.webm", "sound or a film"),
        (b"ID3\x04", "talk", "sound or a film"),
        (b"", "photo.heic", "picture"),
        (b"\xff\xd8\xff\xe0", "page.jpg", "picture"),
    ],
)
def test_of_another_programs_file_is_said_what_to_send(start: bytes, name: str, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        others.refuse(start, name)


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"PK\x03\x04", "deck.apkg"),
        (b"PK\x03\x04", "deck.zip"),
        (b"a,b\n", "x.csv"),
        (b"", ""),
        (b"<html>,root element\n", "tags.csv"),
        (b"ID3,a kind of tag\n", "words.txt"),
        (b"a::b\n", "notes.md"),
    ],
)
def test_what_we_read_is_not_refused(start: bytes, name: str) -> None:
    others.refuse(start, name)


@given(st.text(alphabet="=+-@;|,\t\r\n'\" x", max_size=12))
def test_no_part_of_a_cell_is_a_formula_and_it_reads_back_equal(cell: str) -> None:
    safe = guarded(cell)
    assert unguarded(safe) == cell
    for sign in ";|\t\r\n":
        assert not [part for part in safe.split(sign) if part.lstrip(' "').startswith(("=", "+", "-", "@"))]


FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet runs when a cell begins with it."""


@given(st.lists(st.text(alphabet="=+-@;|,\t\r\n'\" x", max_size=10), min_size=1, max_size=4))
@example(["x;=1+1", "x"])
@example(['x";=1', "|@SUM(A1)", "\n-1"])
def test_no_spreadsheet_runs_a_cell_wherever_it_cuts_our_table(cells: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(map(guarded, cells))
    for sign in ",;\t|":  # A spreadsheet of another language takes a semicolon, or is told to take a tab.
        rows = list(csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=sign))
        assert not [cell for row in rows for cell in row if cell.lstrip('" \t\r\n').startswith(FORMULA)]
        assert sign != "," or [[unguarded(cell) for cell in row] for row in rows] == [cells]


@given(st.lists(st.lists(st.text(alphabet='ab",; \n', max_size=6), min_size=2, max_size=3), min_size=1))
def test_every_table_that_is_quoted_by_the_rules_reads_as_it_was_written(rows: list[list[str]]) -> None:
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    assert list(Rows(",").read(Lines(iter(text.splitlines(keepends=True))))) == rows


@given(st.text(alphabet='ab",\n', max_size=40))
def test_no_letter_of_any_table_is_lost(text: str) -> None:
    rows = Rows(",", 2).read(Lines(iter(text.splitlines(keepends=True))))
    assert "".join(cell for row in rows for cell in row).count("a") == text.count("a")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["xl/workbook.xml"], "CSV UTF-8"),
        (["word/document.xml"], "text document"),
        (["collection.anki99", "meta"], "newer Anki"),
        (["words.csv"], "Unpack it"),
        ([], "Unpack it"),
    ],
)
def test_an_archive_that_is_no_deck_is_told_by_what_is_in_it(names: list[str], sentence: str) -> None:
    assert sentence in others.no_deck(names).sentence
