"""Cards as tables and packs as Markdown: safe in a spreadsheet, and read back from any of them."""

import csv
import io
import tempfile

import pytest
from sqlalchemy import select, update

from studylens.errors import Refused
from studylens.models import Flashcard, Pack, PackTag
from studylens.study.exchange import counted, incoming
from studylens.study.exchange.contents import decks_of
from studylens.study.exchange.markdown_pack import pack_markdown
from studylens.study.exchange.tables.columns import COLUMNS
from studylens.study.exchange.tables.reading import Table
from studylens.study.exchange.tables.writing import write_csv
from studylens.web.door.wiring import Wiring
from studylens.web.text import markdown
from tests.study.exchange import world
from tests.web.world import add_pack

pytestmark = pytest.mark.own_sql


def _csv(wiring: Wiring, guest_id: int) -> bytes:
    file = io.BytesIO()
    with wiring.database.reading() as session:
        write_csv(session, decks_of(session, guest_id), file)
    return file.getvalue()


def _read(data: bytes) -> list[incoming.Incoming]:
    return list(Table(io.BytesIO(data), "words").cards())


def _sides(data: bytes) -> list[tuple[str, str]]:
    return [(card.front, card.back) for card in _read(data)]


def test_a_table_has_a_byte_order_mark_and_one_row_a_card(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    data = _csv(wiring, guest_id)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["pack"] for row in rows] == ["Photosynthesis"] * 3
    assert rows[0]["source"] == "Chlorophyll: the green pigment that takes in light."


@pytest.mark.parametrize(
    "front", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=cmd|" /C calc"!A0', "x;=1+1", 'x\t"=1']
)
def test_no_cell_is_a_formula_and_it_comes_back_as_it_was(wiring: Wiring, front: str) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        session.execute(update(Flashcard).values(front=front))
        session.execute(update(Pack).values(title=front))
    data = _csv(wiring, guest_id)
    for sign in ",;\t":
        table = io.StringIO(data.decode("utf-8-sig"), newline="")
        cells = [cell for row in csv.reader(table, delimiter=sign) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert _read(data)[0].front == front.strip()


def test_our_own_table_comes_back_as_the_same_cards(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    found = _read(_csv(wiring, guest_id))
    assert world.taken_in(wiring, guest_id, _csv(wiring, guest_id), "cards.csv") == {"cards": 0, "known": 3}
    assert [card.kind for card in found] == ["short_answer", "cloze", "short_answer"]


@pytest.mark.parametrize(
    "data",
    [
        b"front,back\nATP,energy\n",
        b"Question;Answer\r\nATP;energy\r\n",
        b"ATP\tenergy\n",
        b"term|definition\nATP|energy",
        b"\xef\xbb\xbfATP,energy",
        "ATP\tenergy\n".encode("utf-16"),
        b"#separator:tab\n#html:true\n<b>ATP</b>\tenergy\n",
        b"#separator:Semicolon\n#tags column:3\nATP;energy;x\n",
        b'\n\n"ATP","energy"\n\n',
        b"id,back,front\n,energy,ATP\n",
    ],
)
def test_tables_of_other_programs_are_understood(data: bytes) -> None:
    assert _sides(data) == [("ATP", "energy")]


@pytest.mark.parametrize(
    "data",
    [
        b"one column\nonly\n",
        b"a,b\xff\xfe\n",
        b'a,"' + b"x" * 200_000,
        b"a,b" + b"x" * 100_000,
        b"a,\x00b\n",
        b"",
        "a,b".encode("utf-16")[:-1],
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes) -> None:
    with tempfile.TemporaryFile() as file, pytest.raises(Refused) as found:
        incoming.stage_cards(Table(io.BytesIO(data), "words").cards(), incoming.Staged(file))
    assert found.value.sentence


def test_the_same_table_twice_adds_nothing(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    for expected in ((2, 0), (0, 2)):
        kept = world.taken_in(wiring, guest_id, b"a,b\nc,d\na,b\n", "words.csv")
        assert (kept["cards"], kept["known"]) == expected


def test_a_hidden_label_does_not_come_back_without_its_picture(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_labels(wiring, guest_id, ("Leaf", "Light"))
    cards = _read(_csv(wiring, guest_id))
    assert [card.back for card in cards if card.left == counted.LABELS] == ["Leaf", "Light"]
    assert len(cards) > 2


def test_our_own_tags_come_back(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        session.add_all(PackTag(pack_id=pack_id, tag=tag) for tag in ("exam", "final term"))
    other = world.add_guest(wiring)
    world.taken_in(wiring, other, _csv(wiring, guest_id).replace(b"final term", b"last term"), "cards.csv")
    assert {card.tags for card in _read(_csv(wiring, guest_id))} == {("exam", "final term")}
    with wiring.database.reading() as session:
        wanted = select(PackTag.tag).join(Pack).where(Pack.guest_id == other).order_by(PackTag.tag)
        assert session.scalars(wanted).all() == ["exam", "last term"]


def test_markdown_has_everything_and_no_answer_beside_its_question(wiring: Wiring) -> None:
    pack_id = add_pack(wiring, world.add_guest(wiring))
    with wiring.database.reading() as session:
        text = pack_markdown(session.get_one(Pack, pack_id))
    for title in (
        "# Photosynthesis",
        "## Explanation",
        "## Cards",
        "## Quiz",
        "## Answers",
        "## Text of the page",
    ):
        assert f"{title}\n" in text
    assert "takes in light: $E = h\\nu$. _(line 3)_" in text
    assert text.index("## Quiz") < text.index("in the stroma") < text.index("## Answers")
    assert "_(not on the page)_" in text


def test_markdown_of_a_hostile_line_is_still_one_line_of_text(wiring: Wiring) -> None:
    pack_id = add_pack(wiring, world.add_guest(wiring))
    hostile = "# <b>[x](javascript:alert(1))\n***\n_____ | $a$ is"
    with wiring.database.writing() as session:
        session.execute(update(Flashcard).values(front=hostile, origin="student"))
        text = pack_markdown(session.get_one(Pack, pack_id))
    shown = markdown.render(text)
    assert "[x](javascript:alert(1)) *** _____ | $a$ is" in shown
    assert "&lt;b&gt;" in shown
