"""What a student chooses decides how a table is read, and a look shows what then comes in."""

import io
import itertools
import tempfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylens.errors import BadFile, BadText
from studylens.import_limits import LOOK_CPU_SECONDS, PREVIEW_ROWS
from studylens.study.exchange.counted import EMPTY, FOLDED, LEFT_OUT, ONE_COLUMN, TWICE, UNCLOSED
from studylens.study.exchange.incoming import Staged, stage_cards
from studylens.study.exchange.tables import encodings
from studylens.study.exchange.tables.choice import AS_FOUND, Choice, checked, from_json
from studylens.study.exchange.tables.columns import ROLES, by_header, by_rules
from studylens.study.exchange.tables.preview import CARDS, ROWS, check_text, look
from studylens.study.exchange.tables.reading import Table

LONG = b"x" * 200_000


def _table(data: bytes, choice: Choice = AS_FOUND) -> Table:
    return Table(io.BytesIO(data), "words", choice)


def _sides(data: bytes, choice: Choice = AS_FOUND) -> list[tuple[str, str]]:
    return [(card.front, card.back) for card in _table(data, choice).cards()]


@pytest.mark.parametrize(
    ("data", "chosen", "sides"),
    [
        (b"a -> b\nc -> d\n", {"separator": " -> "}, [("a", "b"), ("c", "d")]),
        (b"a::b\nc::d\n", {"separator": "::"}, [("a", "b"), ("c", "d")]),
        (b"front,back\na,b\n", {"heading": False}, [("front", "back"), ("a", "b")]),
        (b"a,b\nc,d\n", {"heading": True}, [("c", "d")]),
        (b"mot,tags,sens\na,x,b\n", {"heading": True}, [("a", "b")]),
        (b"x<sup>2</sup>,<b>b</b>\n", {"html": True}, [("x²", "b")]),
        (b"#html:true\n<b>,b\n", {"html": False}, [("<b>", "b")]),
        ("na\xefve,\xfcber\n".encode("cp1252"), {"encoding": "windows-1252"}, [("naïve", "über")]),
        ("мир,peace\n".encode("cp1251"), {"encoding": "windows-1251"}, [("мир", "peace")]),
        ("水,water\n".encode("cp932"), {"encoding": "shift-jis"}, [("水", "water")]),
        ("é,e\n".encode("utf-16"), {"encoding": "windows-1252"}, [("é", "e")]),
        ("é,e\n".encode("utf-16-le"), {}, [("é", "e")]),
        (b"one\ntwo\n\nthree\nfour\n", {"separator": "lines"}, [("one", "two"), ("three", "four")]),
        (b"one\ntwo\nthree\nfour\n", {"separator": "lines"}, [("one", "two"), ("three", "four")]),
        (b"Q: a,b\nA: c\n", {"separator": "comma"}, [("Q: a", "b"), ("A: c", "")]),
        (b"a;b,c\n", {"separator": "comma", "columns": ["back", "front"]}, [("c", "a;b")]),
        (b"a,b,c\n", {"columns": ["back", "front", "out"]}, [("b", "a")]),
        (b"a,b,c\n", {"columns": ["front", "below", "below"]}, [("a", "b\nc")]),
        (b"cat\tKatze;dog\tHund", {"separator": "tab"}, [("cat", "Katze"), ("dog", "Hund")]),
    ],
)
def test_every_choice_changes_how_a_table_is_read(
    data: bytes, chosen: dict[str, Any], sides: list[tuple[str, str]]
) -> None:
    choice = checked(**chosen)
    assert _sides(data, choice) == sides
    assert _sides(data, from_json(choice.as_json())) == sides
    assert [(row.front, row.back) for row in look(io.BytesIO(data), "words", choice).rows] == sides


def test_deck_and_tags_are_chosen_columns() -> None:
    [card] = _table(b"a,x y,Verbs,b\n", checked(columns=["front", "tags", "pack", "back"])).cards()
    assert (card.front, card.back, card.deck, card.tags) == ("a", "b", "Verbs", ("x", "y"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"separator": '"'}, "at most 5 characters"),
        ({"separator": "tabulator"}, "at most 5 characters"),
        ({"separator": "a\n"}, "at most 5 characters"),
        ({"columns": ["front", "front", "back"]}, "same meaning"),
        ({"columns": ["back", "below"]}, "must be the front"),
        ({"columns": ["front", "out"]}, "must be the back"),
        ({"columns": ["nose", "back"]}, "one of these"),
        ({"columns": ["front", "back", *["out"] * 99]}, "one of these"),
        ({"encoding": "rot13"}, "not known"),
    ],
)
def test_what_nothing_can_be_read_by_is_no_choice(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadText, match=said):
        checked(**wrong)


@pytest.mark.parametrize("kept", [5, {"columns": 5}, {"heading": "x"}, {"sign": ";"}, {"columns": ["nose"]}])
def test_a_kept_choice_is_checked_when_it_is_read(kept: Any) -> None:
    with pytest.raises(BadText):
        from_json(kept)


@pytest.mark.parametrize(
    "columns",
    [
        by_header(["front", "back", "kind", "source", "origin", "tags", "draft", "id"]),
        by_header(["id", "notes", "answer", "question", "deck"]),
        by_rules({"guid column": "1", "notetype column": "2", "deck column": "3", "tags column": "6"}, 6, []),
        by_rules({}, 3, []),
    ],
)
def test_columns_that_are_chosen_as_they_were_found_read_the_same(columns: Any) -> None:
    assert columns.named(columns.roles()) == columns


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        (b"a,b\nc,d\n", {ROWS: 2, CARDS: 2}),
        (b"a,b\nc\n,d\na,b\n", {ROWS: 4, CARDS: 1, ONE_COLUMN: 1, EMPTY: 1, TWICE: 1}),
        (b'a,b\n"c,d\ne,f\n', {ROWS: 3, CARDS: 3, UNCLOSED: 1}),
        (b"a,b,c\nd,e,f\n", {ROWS: 2, CARDS: 2, FOLDED: 2}),
    ],
)
def test_a_look_counts_what_comes_in_and_why_the_rest_does_not(data: bytes, counts: dict[str, int]) -> None:
    seen = look(io.BytesIO(data), "words", AS_FOUND)
    assert (seen.counts, seen.is_whole, seen.problem) == (counts, True, "")


def test_a_look_ends_when_its_time_is_up_but_shows_the_first_rows() -> None:
    data = b"".join(b"a%d,b\n" % n for n in range(500))
    seen = look(io.BytesIO(data), "words", AS_FOUND, clock=itertools.count(0, 0.05).__next__)
    assert len(seen.rows) == PREVIEW_ROWS
    assert (seen.counts[ROWS], seen.is_whole) == (PREVIEW_ROWS, False)


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n" * 20 + b"\n" * 9_000,
        b"a\nb\n\n" + b"c\n" * 9_000,
        b"a\tb\n\nc\td\n" + b"x\n" * 9_000,
        b"a,b\n" * 20 + b"".join(b"\t%d\n" % n for n in range(9_000)),
    ],
)
def test_no_row_and_no_blank_lines_keep_a_look_from_its_end(data: bytes) -> None:
    looks = itertools.count(0, LOOK_CPU_SECONDS / 4)
    assert not look(io.BytesIO(data), "words", AS_FOUND, clock=looks.__next__).is_whole
    assert next(looks) < LOOK_CPU_SECONDS * 3


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"one\ntwo\n", "no second column"),
        (b"a,b\n" + LONG, "far too long"),
        (b"front,back\n", "no card"),
        (b"a,\nb,\n", "none of its rows"),
        ("ü,b\n".encode("cp1252"), "not UTF-8"),
        ("a,b\nü,b\n".encode("utf-16")[:-1], "not UTF-8"),
        (b"\xed\xa0\x80,b\n", "not UTF-8"),
    ],
)
def test_a_look_says_why_a_table_would_be_refused(data: bytes, problem: str) -> None:
    assert problem in look(io.BytesIO(data), "words", AS_FOUND).problem


@pytest.mark.parametrize("data", [b"", LONG, b"a,\x00b\n", bytes(range(256)), b"\xff\xfe\xfd"])
def test_what_is_no_text_is_refused_before_it_waits(data: bytes) -> None:
    for encoding in (encodings.UNICODE, encodings.WESTERN):
        with pytest.raises(BadFile):
            check_text(io.BytesIO(data), encoding)


def test_a_thousand_columns_are_shown_and_counted() -> None:
    row = b",".join(b"%d" % n for n in range(1_500)) + b"\n"
    seen = look(io.BytesIO(row * 3), "words", AS_FOUND)
    assert seen.counts == {ROWS: 3, "long": 3}
    assert max(len(shown.back) for shown in seen.rows) < 400


def test_letters_are_told_by_the_whole_file() -> None:
    assert encodings.found(io.BytesIO("ü".encode() * 99_999)) == encodings.UNICODE
    assert encodings.found(io.BytesIO(b"a" * 99_999 + b"\xfc")) == encodings.WESTERN
    assert encodings.found(io.BytesIO("ü".encode("utf-16"))) == encodings.UNICODE
    mixed = "über,".encode() + b"ol\xe9\n"
    assert _sides(mixed, checked(encoding=encodings.WESTERN)) == [("über", "olé")]


CELLS = st.text(alphabet="ab\",;=+-@|\t\r\n' #", max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_rows_are_those_that_come_in_and_those_that_are_left_out(rows: list[list[str]], sign: str) -> None:
    text = "".join(sign.join(row) + "\n" for row in rows)
    choice = checked(separator=sign, heading=False)
    total = sum(1 for _ in _table(text.encode(), choice).cards())
    seen = look(io.BytesIO(text.encode()), "words", choice)
    assert seen.counts.get(ROWS, 0) == total
    if not total:
        return
    with tempfile.TemporaryFile() as file:
        staged = Staged(file)
        table = _table(text.encode(), choice)
        left = stage_cards(table.cards(), staged)
        file.seek(0)
        stored = sum(line.startswith(b'["card"') for line in file)
    assert stored == seen.counts.get(CARDS, 0)
    assert stored + sum(left[why] for why in LEFT_OUT) == total


@given(st.lists(st.sampled_from(ROLES), max_size=6))
def test_whatever_may_be_chosen_keeps_every_letter_or_leaves_it_out_by_name(roles: list[str]) -> None:
    try:
        choice = checked(columns=roles)
    except BadText:
        return
    seen = look(io.BytesIO(b"k1,k2,k3,k4,k5,k6\nl1,l2,l3,l4,l5,l6\n"), "words", choice)
    for row, letter in zip(seen.rows, "kl", strict=True):
        said = "\n".join([row.front, row.back, row.deck, *row.tags, *row.out])
        kinds = {"notetype", "id"}
        wanted = {f"{letter}{n}" for n in range(1, 7) if (roles[n - 1 : n] or ["below"])[0] not in kinds}
        assert wanted <= set(said.split())
