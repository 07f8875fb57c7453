"""Anki and back: Anki itself opens our decks, a second import updates, and its decks become our cards."""

import contextlib
import io
import itertools
import json
import random
import sqlite3
import struct
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select, update

from studylens.errors import BadFile, Refused, TooLarge
from studylens.models import LABEL, CardPicture, Flashcard, Pack, PackPicture, TranscriptLine
from studylens.study.exchange import incoming
from studylens.study.exchange.anki import reading, unpacking, writing
from studylens.study.exchange.contents import decks_of
from studylens.study.exchange.gaps import Gaps
from studylens.study.exchange.markup import FORMULA, from_html, to_cloze, to_html
from studylens.study.packs.pictures import forget_copies
from studylens.study.packs.subjects import tags_of
from studylens.web.door.wiring import Wiring
from studylens.web.text import markdown
from tests.study.exchange import world
from tests.study.exchange.anki_world import Anki
from tests.study.exchange.decks import picture
from tests.web.world import GEMINI, add_pack

pytestmark = pytest.mark.own_sql

_NUMBERS = itertools.count()


def _deck(wiring: Wiring, guest_id: int, folder: Path, at: float = 1_790_000_000.0) -> Path:
    path = folder / f"deck-{next(_NUMBERS)}.apkg"
    with wiring.database.reading() as session, path.open("wb") as file:
        writing.write_anki(session, decks_of(session, guest_id), file, scratch=path.with_suffix(".db"), at=at)
    return path


def _cards(data: bytes | Path, folder: Path) -> list[incoming.Incoming]:
    file = io.BytesIO(data if isinstance(data, bytes) else data.read_bytes())
    with reading.opened(file, folder / f"scratch-{next(_NUMBERS)}") as deck:
        return list(deck.cards())


def _keep(wiring: Wiring, guest_id: int, path: Path) -> Counter[str]:
    """Let a deck come in and return what was counted; nothing stands for 0."""
    return Counter(world.taken_in(wiring, guest_id, path.read_bytes(), path.name))


@pytest.mark.process
def test_anki_opens_the_deck_and_shows_its_cards(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    with Anki(tmp_path / "anki") as program:
        assert program.take_in(_deck(wiring, guest_id, tmp_path))["new"] == 3
        first, gap, last = program.notes()
        assert program.check()
    assert first["deck"] == "Studylens::Photosynthesis"
    assert "What does chlorophyll do?" in first["question"]
    assert r"\(E = h\nu\)" in first["answer"]
    assert "Line 3: Chlorophyll" in first["answer"]
    assert "Not on the page" in last["answer"]
    assert gap["type"] == "Studylens gap"
    assert "[...]" in gap["question"]
    assert "ATP" in gap["answer"]
    assert "studylens::gemini" in first["tags"]
    assert "studylens::draft" in first["tags"]


@pytest.mark.process
def test_importing_again_updates_and_doubles_nothing(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    with Anki(tmp_path / "anki") as program:
        program.take_in(_deck(wiring, guest_id, tmp_path))
        with wiring.database.writing() as session:
            session.execute(update(Flashcard).where(Flashcard.kind != "cloze").values(back="Better."))
        log = program.take_in(_deck(wiring, guest_id, tmp_path, at=1_790_000_500.0))
        notes = program.notes()
    assert (log["new"], len(notes)) == (0, 3)
    assert "Better." in notes[0]["answer"]


@pytest.mark.process
def test_hostile_text_stays_text_in_anki(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        session.execute(
            update(Flashcard).values(front="<script>x</script> {{c2::no}} _____", back="}} <b>::a")
        )
    with Anki(tmp_path / "anki") as program:
        program.take_in(_deck(wiring, guest_id, tmp_path))
        notes = program.notes()
    assert [note["cards"] for note in notes] == [1, 1, 1]
    assert all("<script>" not in note["question"] + note["answer"] for note in notes)
    assert all("&lt;b&gt;" in note["answer"] for note in notes)


@pytest.mark.process
def test_hidden_labels_are_anki_s_own_notes_of_that_kind(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    pack_id = world.add_labels(wiring, guest_id, ("Leaf <b>", "Light", ""))
    add_pack(wiring, guest_id)
    with Anki(tmp_path / "anki") as program:
        assert program.take_in(_deck(wiring, guest_id, tmp_path))["new"] == 7
        world.put_away(wiring, "Light")
        log = program.take_in(_deck(wiring, guest_id, tmp_path, at=1_790_000_500.0))
        [note] = [note for note in program.notes() if note["type"] == "Studylens labels"]
        shapes, media = program.occlusion(note["guid"])
        assert program.check()
    assert log["new"] == 0
    assert note["cards"] == 3  # Anki keeps the one that is empty now, until its "Empty Cards" is used.
    assert 'data-shape="rect"' in note["question"]
    assert 'data-left="0.1000"' in note["question"]
    assert "Leaf &lt;b&gt;" in note["answer"]
    assert "Leaf &lt;b&gt;" not in note["question"]
    assert shapes == [
        {"left": "0.1000", "top": "0.1000", "width": "0.8000", "height": "0.0500", "oi": "1"},
        {"left": "0.5000", "top": "0.5000", "width": "0.2500", "height": "0.1250", "oi": "1"},
    ]
    with wiring.database.reading() as session:
        assert media == session.get_one(PackPicture, (pack_id, 1)).jpeg


@pytest.mark.process
def test_pictures_of_cards_go_along(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    drawn = {"width": 60, "height": 40, "webp": True}
    with wiring.database.writing() as session:
        first, gap, last = session.scalars(select(Flashcard).order_by(Flashcard.id))
        for card, more in ((first, {}), (gap, {"hidden": [0, 0, 1, 1]}), (last, {"on_back": True})):
            file = picture(colour=f"#{card.id:06x}", kind="WEBP")
            session.add(CardPicture(pack_id=card.pack_id, card_uid=card.uid, picture=file, **drawn, **more))
        uids = [card.uid for card in (first, gap, last)]
    deck = _deck(wiring, guest_id, tmp_path)
    with zipfile.ZipFile(deck) as archive:
        files = set(json.loads(archive.read("media")).values())
    assert files == {f"studylens-{uid}.webp" for uid in uids[:2]} | {f"studylens-{uids[2]}-back.webp"}
    friend = world.add_guest(wiring)
    came, again = (_keep(wiring, whose, deck) for whose in (friend, guest_id))
    assert [came[name] for name in ("cards", "pictures", "skipped", "media")] == [3, 3, 0, 0]
    assert (again["known"], again["pictures"]) == (3, 0)
    with wiring.database.reading() as session:
        theirs = select(CardPicture).join(Pack, Pack.id == CardPicture.pack_id).where(Pack.guest_id == friend)
        told = {row.card_uid: (row.width, row.on_back, row.hidden) for row in session.scalars(theirs)}
    assert [told[uid] for uid in uids] == [(60, False, None), (60, False, [0, 0, 1, 1]), (60, True, None)]
    with Anki(tmp_path / "anki") as program:
        program.take_in(deck)
        shown = program.notes()
    pictured = ["img" in note["question"] for note in shown], ["img" in note["answer"] for note in shown]
    assert pictured == ([True, False, False], [True, True, True])


def test_labels_whose_picture_is_not_here_stay_here(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    pack_id = world.add_labels(wiring, guest_id, ("Leaf", "Light"))
    there = _cards(_deck(wiring, guest_id, tmp_path), tmp_path)
    with wiring.database.writing() as session:
        forget_copies(session, session.get_one(Pack, pack_id))
    left = _cards(_deck(wiring, guest_id, tmp_path), tmp_path)
    assert [len(there), len(left)] == [5, 3]
    assert [card.kind for card in there].count(LABEL) == 2
    assert not any("occlusion" in card.front + card.back for card in there)


def test_words_of_a_label_and_of_a_line_are_no_sign_of_anki_s(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    world.add_labels(wiring, guest_id, ("[sound:a.mp3] {{c1::b}}",))
    with wiring.database.writing() as session:
        session.execute(update(TranscriptLine).values(text="[latex]x[/latex] {{c1::x}}"))
    with zipfile.ZipFile(_deck(wiring, guest_id, tmp_path)) as deck:
        (tmp_path / "notes.db").write_bytes(deck.read("collection.anki2"))
    with contextlib.closing(sqlite3.connect(tmp_path / "notes.db")) as notes:
        fields = "\x1f".join(fields for (fields,) in notes.execute("SELECT flds FROM notes"))
    told = [side for side in fields.split("\x1f") if "a.mp3" in side or "/latex]" in side]
    assert len(told) > 1
    assert not [side for side in told if "[sound:" in side or "[latex]" in side]


def test_our_own_deck_comes_back_as_the_same_cards(wiring: Wiring, tmp_path: Path) -> None:
    owner, friend = world.add_guest(wiring), world.add_guest(wiring)
    add_pack(wiring, owner)
    path = _deck(wiring, owner, tmp_path)
    assert [_keep(wiring, owner, path)[name] for name in ("cards", "known")] == [0, 3]
    kept = _keep(wiring, friend, path)
    assert [kept[name] for name in ("cards", "known", "skipped", "packs")] == [3, 0, 0, 1]
    mine, theirs = (world.numbers(wiring, guest)["cards"] for guest in (owner, friend))
    assert [card[0] for card in theirs] == [card[0] for card in mine]


@pytest.mark.process
@pytest.mark.parametrize("legacy", [True, False], ids=["2021", "today"])
def test_a_deck_of_anki_becomes_drafts(wiring: Wiring, tmp_path: Path, legacy: bool) -> None:
    guest_id = world.add_guest(wiring)
    path = tmp_path / "theirs.apkg"
    with Anki(tmp_path / "anki") as program:
        program.add_note("Basic", "What is <b>ATP</b>?", r"energy &amp; \(x < y\)<br>[sound:a.mp3]")
        tags = ("Biology::Cell_parts", "leech", "exam", "x" * 60)
        program.add_note("Cloze", "{{c1::ATP}} carries {{c2::energy::what?}}", "", tags=tags)
        program.add_note("Basic", "Long", "x" * 1_001, deck="Other")
        program.hand_out(path, legacy=legacy)
    kept = _keep(wiring, guest_id, path)
    assert [kept[name] for name in ("cards", "skipped", "packs")] == [3, 1, 1]
    assert _keep(wiring, guest_id, path)["known"] == 3
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, kept["pack"])
        assert (pack.subject, pack.title) == ("Biology", "Cells")
        assert [(card.front, card.back, card.kind) for card in pack.cards] == [
            ("What is ATP?", "energy & $x < y$", "short_answer"),
            ("_____ carries energy", "ATP", "cloze"),
            ("ATP carries _____ (what?)", "energy", "cloze"),
        ]
        assert {card.origin for card in pack.cards} == {"import"}
        assert all(card.accepted_at is None for card in pack.cards)
        assert tags_of(session, pack) == ["biology::cell parts", "exam"]


def test_a_large_deck_becomes_several_packs(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    table = "".join(f"f{n},b{n}\n" for n in range(1_100)).encode()
    assert world.taken_in(wiring, guest_id, table, "Words.csv")["packs"] == 3
    with wiring.database.reading() as session:
        titles = sorted(session.scalars(select(Pack.title)))
    assert titles == ["Words", "Words (2)", "Words (3)"]


def test_formulas_are_the_same_here_and_on_the_pages() -> None:
    assert FORMULA.pattern == markdown._FORMULA.pattern


def test_money_of_a_page_is_no_formula() -> None:
    assert to_html("$a$ costs", "server") == "$a$ costs"
    assert to_html("$a$ costs", GEMINI) == r"\(a\) costs"
    assert to_cloze("no gap", "x", GEMINI) is None


def test_html_of_anki_becomes_plain_text() -> None:
    hostile = "<style>a</style><p>One</p><img src=x onerror=alert(1)>&lt;b&gt;<script>bad()</script>"
    assert from_html(hostile) == "One\n[picture]<b>"
    assert from_html("<anki-mathjax block='true'>x^2</anki-mathjax>") == "$$x^2$$"
    assert not Gaps("{{c1::" * 1_000).numbers()


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def _database(folder: Path, *statements: str) -> bytes:
    path = folder / f"made-{next(_NUMBERS)}.db"
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path.read_bytes()


_PLAIN = (
    "CREATE TABLE col (decks, models)",
    "INSERT INTO col VALUES ('{}', '{}')",
    "CREATE TABLE cards (nid, did, ord, odid)",
)
_NOTES = ("CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, flds, mid, tags)",)
_EMPTY = ("CREATE TABLE cards (nid, did, ord, odid)", "CREATE TABLE col (decks, models)")
_CARD = "INSERT INTO cards VALUES (1, 1, 0, 0)"
HOSTILE = {
    "a view": (*_PLAIN, "CREATE VIEW notes AS SELECT 1 AS id, 'g' AS guid, 'a' AS flds, 1 mid, '' tags"),
    "a view with work": (
        *_PLAIN,
        "CREATE VIEW notes AS WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT id FROM n) SELECT * FROM n",
    ),
    "a virtual table": (*_PLAIN, "CREATE VIRTUAL TABLE notes USING fts5(id, guid, flds, mid, tags)"),
    "no notes": _PLAIN,
    "numbers": (*_PLAIN, *_NOTES, "INSERT INTO notes VALUES (1, 1, 5, 1, '')", _CARD),
    "bytes": (*_PLAIN, *_NOTES, "INSERT INTO notes VALUES (1, 'g', x'ff00', 1, '')", _CARD),
    "bad text": (*_PLAIN, *_NOTES, "INSERT INTO notes VALUES (1, 'g', CAST(x'ff41' AS TEXT), 1, '')", _CARD),
    "a large cell": (*_PLAIN, *_NOTES, "INSERT INTO notes VALUES (1, 'g', zeroblob(5000000), 1, '')", _CARD),
    "decks of text": (*_NOTES, "CREATE TABLE cards (nid, did, ord, odid)", "CREATE TABLE col (decks, models)",
                      "INSERT INTO col VALUES ('[1]', '{}')"),
    "deep decks": (*_NOTES, "CREATE TABLE cards (nid, did, ord, odid)", "CREATE TABLE col (decks, models)",
                   "INSERT INTO col VALUES ('" + "[" * 100_000 + "', '{}')"),
    "deep note types": (*_NOTES, *_EMPTY, "INSERT INTO col VALUES ('{}', '" + "[" * 100_000 + "')"),
    "note types of numbers": (*_NOTES, *_EMPTY, "INSERT INTO col VALUES ('{}', '{\"1\": 5}')"),
    "a place without end": (*_NOTES, *_EMPTY, """INSERT INTO col VALUES ('{}',
        '{"1": {"flds": [], "tmpls": [{"ord": 1e999, "qfmt": "", "afmt": ""}]}}')"""),
    "note types cut off": (*_PLAIN, *_NOTES, "CREATE TABLE notetypes (id, name, config)",
                           "CREATE TABLE fields (ntid, ord, name)",
                           "CREATE TABLE templates (ntid, ord, name, config)",
                           "INSERT INTO notetypes VALUES (1, 'x', x'0aff')"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_database_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile):
        _cards(_zip(collection__anki2=_database(tmp_path, *HOSTILE[name])), tmp_path)
    assert list(tmp_path.glob("scratch*")) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(10),
        b"no zip at all" * 100,
        _zip(hello=b"world"),
        _zip(collection__anki2=b""),
        _zip(collection__anki2=b"no database" * 100),
        _zip(collection__anki2=b"SQLite format 3\x00" + b"\xff" * 5_000),
        _zip(collection__anki21b=b"no zstd"),
        _zip(collection__anki21b=zstandard.compress(b"no database" * 100)[:-5]),
        _zip(**{"../../evil": b"x", "/etc/passwd": b"x"}),
        _zip(collection__anki2=b"x" * 10_000)[:-40],
    ],
)
def test_what_is_no_deck_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadFile):
        _cards(data, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bz2", "lzma"])
def test_a_deck_that_was_packed_anew_and_damaged_is_refused(tmp_path: Path, method: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("collection.anki2", random.Random(1).randbytes(10_000))
    data = bytearray(file.getvalue())
    data[4_000:4_100] = bytes(100)
    with pytest.raises(BadFile):
        _cards(bytes(data), tmp_path)


def test_a_database_whose_error_quotes_no_text_is_refused(tmp_path: Path) -> None:
    made = _database(tmp_path, *_PLAIN, *_NOTES).replace(b"CREATE TABLE notes", b"CREATE \x8fABLE notes")
    with pytest.raises(BadFile):
        _cards(_zip(collection__anki2=made), tmp_path)


@pytest.mark.parametrize("packed", [False, True], ids=["zip", "zstd"])
def test_a_bomb_ends_at_the_limit(tmp_path: Path, packed: bool) -> None:
    size = unpacking.MAX_COLLECTION_BYTES + 1
    zeros = zstandard.compress(bytes(size)) if packed else bytes(size)
    bomb = _zip(collection__anki21b=zeros) if packed else _zip(collection__anki2=zeros)
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge):
        _cards(bomb, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_window_of_two_gigabytes_is_refused(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    large = packer.compress(bytes(200_000)) + packer.flush()
    with pytest.raises(BadFile):
        _cards(_zip(collection__anki21b=large), tmp_path)


def test_a_table_of_contents_without_end_is_refused(tmp_path: Path) -> None:
    data = bytearray(_zip(collection__anki2=b"x"))
    struct.pack_into("<L", data, len(data) - 10, unpacking.MAX_DIRECTORY_BYTES + 1)
    with pytest.raises(Refused):
        _cards(bytes(data), tmp_path)


def test_a_million_cards_are_refused_with_a_sentence() -> None:
    cards = (incoming.Incoming("d", f"f{n}", "b", "short_answer", f"{n:032x}") for n in itertools.count())
    with tempfile.TemporaryFile() as file, pytest.raises(TooLarge, match="more than 20,000 cards"):
        incoming.stage_cards(cards, incoming.Staged(file))


def test_a_slow_question_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_STEPS", 200_000)
    numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 30000) SELECT "
    filled = (
        "INSERT INTO notes " + numbers + "x, x, 'a' || char(31) || 'b', 1, '' FROM n",
        "INSERT INTO cards " + numbers + "x, 1, 0, 0 FROM n",
    )
    with pytest.raises(BadFile):
        _cards(_zip(collection__anki2=_database(tmp_path, *_PLAIN, *_NOTES, *filled)), tmp_path)


def test_signs_that_nobody_can_store_are_left_out() -> None:
    signs = {"also_right": ("b\x00",), "tags": ("t\x00", "t\ud800g")}
    bad = [incoming.Incoming("a\x00", "f\x00\ud800", "b\x07", "short_answer", "0" * 32, **signs)]
    staged = incoming.Staged(io.BytesIO())
    assert not incoming.stage_cards(bad, staged)
    line = staged.line_at(0)
    assert (line[:4], line[7]) == ([incoming.CARD, "a", "f", "b"], ["b"])
    assert staged.line_at(len(json.dumps(line, separators=(",", ":"))) + 1)[1:] == ["a", ["t", "tg"]]


@pytest.mark.process
def test_an_empty_account_is_still_a_deck_that_anki_opens(wiring: Wiring, tmp_path: Path) -> None:
    path = _deck(wiring, world.add_guest(wiring), tmp_path)
    assert json.loads(zipfile.ZipFile(path).read("media")) == {}
    with Anki(tmp_path / "anki") as program:
        assert program.take_in(path)["new"] == 0
