"""Pictures of decks come in: in both layouts, however a card names them, and nothing hostile."""

import io
import json
import struct
import zlib
from collections import Counter
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from studylens.budget_limits import MAX_KEPT_BYTES
from studylens.errors import TooLarge
from studylens.models import PICTURED, CardPicture, Flashcard, GuestUse, Pack
from studylens.study.exchange.anki import media, painting
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.decks import Made, deck, picture

Row = tuple[Any, ...]
HEART = "heart.png"


def _come(wiring: Wiring, guest_id: int, data: bytes) -> Counter[str]:
    return Counter(world.taken_in(wiring, guest_id, data, "theirs.apkg"))


def _shown(wiring: Wiring, guest_id: int) -> list[Row]:
    """Return each card: its words, its kind, and where pictures stand on it with their size."""
    with wiring.database.reading() as session:
        cards = select(Flashcard).join(Pack, Pack.id == Flashcard.pack_id).where(Pack.guest_id == guest_id)
        return [
            (card.front, card.back, card.kind, *_pictures(session, card))
            for card in session.scalars(cards.order_by(Flashcard.id))
        ]


def _pictures(session: Any, card: Flashcard) -> list[Row]:
    mine = select(CardPicture).where(CardPicture.card_uid == card.uid, CardPicture.pack_id == card.pack_id)
    rows = session.scalars(mine.order_by(CardPicture.on_back))
    return [("back" if row.on_back else "front", *Image.open(io.BytesIO(row.picture)).size) for row in rows]


@pytest.mark.parametrize("packed", [False, True], ids=["2021", "today"])
def test_a_side_may_be_a_picture_alone_and_stand_beside_words(wiring: Wiring, packed: bool) -> None:
    guest_id = world.add_guest(wiring)
    notes = [
        Made([f'<img src="{HEART}">', "heart"]),
        Made([f"Name this organ:<br><img src='{HEART}'>", "the heart"]),
        Made(["heart, drawn", f"<img src={HEART}>"]),
    ]
    data = deck(notes, {HEART: picture()}, packed=packed)
    came = _come(wiring, guest_id, data)
    assert [came[name] for name in ("cards", "pictures", "skipped", "media")] == [3, 3, 0, 0]
    assert _shown(wiring, guest_id) == [
        ("", "heart", PICTURED, ("front", 60, 40)),
        ("Name this organ:", "the heart", "short_answer", ("front", 60, 40)),
        ("heart, drawn", "", PICTURED, ("back", 60, 40)),
    ]
    again = _come(wiring, guest_id, data)
    assert [again[name] for name in ("cards", "pictures", "known")] == [0, 0, 3]


NAMES = [
    ("Herz 1.png", '<img alt="a > b" src="Herz%201.png" class=x>'),
    ("Herz 2.png", "<IMG SRC='Herz 2.png'>"),
    ("50%25.png", '<img src="50%25.png">'),
    ("Ko\u0308rper.png", '<img src="K\u00f6rper.png">'),
    ("H\u00e4nde.png", '<img src="Ha%CC%88nde.png">'),
    ("a&b.png", '<img src="a&amp;b.png" />'),
    ("../../etc/passwd.png", '<img src="../../etc/passwd.png">'),
]
"""A file, and how a card names it."""


def test_a_file_is_found_however_its_name_is_written(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    files = {name: picture(number, 9) for number, (name, _written) in enumerate(NAMES, start=1)}
    notes = [Made([written, "word"]) for _name, written in NAMES]
    came = _come(wiring, guest_id, deck(notes, files))
    assert [came[count] for count in ("pictures", "media")] == [len(NAMES), 0]
    widths = [width for *_words, (_side, width, _height) in _shown(wiring, guest_id)]
    assert widths == list(range(1, len(NAMES) + 1))


def test_pictures_of_one_side_stand_below_each_other(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    both = '<img src="a.png"><img src="b.png"><img src="a.png">'
    _come(wiring, guest_id, deck([Made(["Which?", both])], {"a.png": picture(), "b.png": picture(30, 20)}))
    assert _shown(wiring, guest_id) == [("Which?", "", PICTURED, ("back", 60, 68))]


def test_a_gap_may_hide_a_picture(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    gap = "{{cloze:Front}}"
    kind = {"name": "Gap", "type": 1, "flds": [{"name": "Front"}, {"name": "Back"}]}
    kind["tmpls"] = [{"name": "Cloze", "qfmt": gap, "afmt": gap + "<br>{{Back}}"}]
    hiding = "The leaf looks so: {{c1::<img src=leaf.png>}}"
    beside = "A {{c1::leaf}}: <img src=leaf.png>"
    notes = [Made([text, "more"], kind=2) for text in (hiding, beside)]
    _come(wiring, guest_id, deck(notes, {"leaf.png": picture()}, kinds={2: kind}))
    assert _shown(wiring, guest_id) == [
        ("The leaf looks so: _____", "more", "cloze", ("back", 60, 40)),
        ("A _____:", "leaf\nmore", "cloze", ("front", 60, 40)),
    ]


def _png(width: int, height: int) -> bytes:
    """Return a PNG of one bit a pixel, all of it black: it takes a few kB, whatever its size."""
    line = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join([*(packer.compress(line) for _ in range(height)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


BAD = {
    "text": (b"no picture at all" * 50, "lost_broken"),
    "a drawing with a program": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>",
        "lost_broken",
    ),
    "a part": (picture()[:60], "lost_broken"),
    "nothing": (b"", "lost_broken"),
    "100 megapixels": (_png(10_000, 10_000), "lost_large"),
    "a bomb": (bytes(media.MAX_FILE_BYTES + 1), "lost_large"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["2021", "today"])
def test_a_bad_picture_costs_itself_alone(wiring: Wiring, packed: bool) -> None:
    guest_id = world.add_guest(wiring)
    alone = [Made([f"<img src='{name}'>", "word"]) for name in BAD]
    beside = [Made([name, f"more <img src='{name}'>"]) for name in BAD]
    files = {name: data for name, (data, _why) in BAD.items()}
    came = _come(wiring, guest_id, deck([*alone, *beside], files, packed=packed))
    assert [came[count] for count in ("cards", "pictures", "left_picture")] == [len(BAD), 0, len(BAD)]
    whys = Counter(why for _data, why in BAD.values())
    assert {why: came[why] for why in whys} == {why: 2 * number for why, number in whys.items()}
    assert [card[:2] for card in _shown(wiring, guest_id)] == [(name, "more") for name in BAD]


def test_what_is_not_in_the_file_is_said(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    notes = [Made(["Words <img src=gone.png>", "<img src=https://example.org/x.png> back"])]
    files = {"song.mp3": b"x", "film.webm": b"x", "_font.woff": b"x"}
    came = _come(wiring, guest_id, deck(notes, files))
    assert [came[count] for count in ("cards", "lost_missing", "sounds", "media")] == [1, 2, 2, 1]
    sound = _come(wiring, guest_id, deck([Made(["[sound:song.mp3]", "a"], guid="other")], files))
    assert [sound[count] for count in ("cards", "left_sound")] == [0, 1]


def test_pictures_that_are_not_in_the_file_take_no_places_from_others(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "MOST_PICTURES", 2)
    guest_id, names = world.add_guest(wiring), ("gone.png", "lost.png", "a.png", "b.png", "c.png")
    notes = [Made([name, f"words <img src={name}>"]) for name in names]
    files = {name: picture(number, 9) for number, name in enumerate(names[2:], start=1)}
    came = _come(wiring, guest_id, deck(notes, files))
    assert [came[count] for count in ("pictures", "lost_missing", "lost_beyond")] == [2, 2, 1]


@pytest.mark.parametrize("table", [b"[]", b"{", b"\x0a\xff", b'{"0": 5}', b""])
def test_a_damaged_table_of_files_leaves_the_words(wiring: Wiring, table: bytes) -> None:
    guest_id = world.add_guest(wiring)
    data = deck([Made(["Words <img src=a.png>", "back"])], {"a.png": picture()}, table=table)
    assert [_come(wiring, guest_id, data)[count] for count in ("cards", "lost_missing")] == [1, 1]


def test_a_table_of_100_000_files_is_read_and_a_longer_one_refused(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    names = {str(number): f"picture {number}.png" for number in range(100_000)}
    notes = [Made(['<img src="picture 0.png"> <img src="picture 9.png">', "back"])]
    files = {"picture 0.png": picture()}
    came = _come(wiring, guest_id, deck(notes, files, table=json.dumps(names).encode()))
    assert [came[count] for count in ("pictures", "lost_missing", "media")] == [1, 1, 0]
    with pytest.raises(TooLarge, match="without media"):
        _come(wiring, guest_id, deck(notes, files, table=b"{" + b" " * media.MAX_TABLE_BYTES))


def test_of_two_files_with_one_name_the_first_counts(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    files = [("a.png", picture()), ("a.png", picture(10, 10))]
    _come(wiring, guest_id, deck([Made(["x", "<img src=a.png>"])], files))
    assert _shown(wiring, guest_id)[0][3] == ("back", 60, 40)


def test_what_a_photo_tells_of_its_place_does_not_come_along(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    told = Image.Exif()
    told[0x010E], told[0x0112] = "at home", 6
    buffer = io.BytesIO()
    Image.new("RGB", (1_600, 1_200), "teal").save(buffer, "JPEG", exif=told)
    _come(wiring, guest_id, deck([Made(["x", "<img src=a.jpg>"])], {"a.jpg": buffer.getvalue()}))
    with wiring.database.reading() as session:
        [row] = session.scalars(select(CardPicture))
        assert (row.width, row.height, row.webp, row.way) == (600, 800, True, "import")
        assert b"at home" not in row.picture
        assert not Image.open(io.BytesIO(row.picture)).getexif()


ALTS = [
    (("<img src=femur-bone.png>", "der Oberschenkel"), "femur bone"),
    (("<img src=femur.png>", "the femur"), ""),
    (("What?", "<img src=femur.png> the femur"), "femur"),
    (("<img src=x.png alt='A long bone'>", "femur"), "A long bone"),
    (("<img src=IMG_2044.png>", "x"), ""),
    (("<img src=paste-9c2f.png>", "x"), ""),
    (("<img src=aGkLmn.png>", "x"), ""),
]
"""A card with a picture, and what is said of it."""


def test_a_picture_is_named_where_that_does_not_tell_the_answer(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    names = ("femur-bone.png", "femur.png", "x.png", "IMG_2044.png", "paste-9c2f.png", "aGkLmn.png")
    _come(wiring, guest_id, deck([Made(fields) for fields, _alt in ALTS], dict.fromkeys(names, picture())))
    with wiring.database.reading() as session:
        rows = session.scalars(select(CardPicture.alt).order_by(CardPicture.id)).all()
    assert rows == [alt for _fields, alt in ALTS]


def test_without_room_cards_come_in_as_far_as_they_have_words(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    with wiring.database.writing() as session:
        session.add(GuestUse(guest_id=guest_id, rest_bytes=MAX_KEPT_BYTES - 4_000))
    noisy = Image.effect_noise((400, 400), 90).convert("RGB")
    buffer = io.BytesIO()
    noisy.save(buffer, "PNG")
    notes = [Made(["x", "<img src=a.png>"]), Made(["y", "words <img src=a.png>"])]
    data = deck(notes, {"a.png": buffer.getvalue()})
    came = _come(wiring, guest_id, data)
    assert [came[count] for count in ("cards", "left_room", "lost_room", "skipped")] == [1, 1, 1, 1]
    with wiring.database.writing() as session:
        session.get_one(GuestUse, guest_id).rest_bytes = 0
    again = _come(wiring, guest_id, data)
    assert [again[count] for count in ("cards", "known", "pictures")] == [1, 1, 2]


def test_what_was_drawn_before_a_kill_is_not_drawn_again() -> None:
    kept = io.BytesIO()
    painting._read_kept(kept)
    row = {"key": "k", "size": 3, "width": 1, "height": 2}
    kept.write(json.dumps(row).encode() + b"\nabc" + json.dumps({**row, "key": "l"}).encode() + b"\nab")
    known = painting._read_kept(kept)
    assert known == {"k": {"width": 1, "height": 2, "place": kept.getvalue().index(b"abc"), "size": 3}}
    assert kept.getvalue().endswith(b"abc")
