"""Hidden labels of Anki come in as ours, with their picture; ours go out and come home the same."""

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from studylens.models import LABEL, CardLabel, Flashcard, Pack, PackPage, PackPicture
from studylens.study.exchange.anki import hidden, writing
from studylens.study.exchange.anki.hidden import shape_of
from studylens.study.exchange.anki.notes import Note, card_of, gaps_of
from studylens.study.exchange.anki.notetypes import NoteType
from studylens.study.exchange.contents import decks_of
from studylens.study.exchange.hidden import box_of
from studylens.study.labels import sets
from studylens.study.labels.shown import labels_of
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.anki_world import Anki
from tests.study.exchange.decks import Made, deck, picture

HIDDEN = 2
_NAMES = ("Occlusion", "Image", "Header", "Back Extra", "Comments")
_SIDE = {"name": "Image Occlusion", "qfmt": "{{cloze:Occlusion}}{{Image}}", "afmt": "{{cloze:Occlusion}}"}
KIND = {"name": "Image Occlusion", "type": 1, "flds": [{"name": name} for name in _NAMES], "tmpls": [_SIDE]}
TWO = (
    "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1:oi=1}}<br>"
    "{{c2::image-occlusion:rect:left=.5:top=.2:width=.3:height=.1:oi=1}}<br>"
    "{{c0::image-occlusion:text:left=.1:top=.1:text=A\\\\: first:scale=1}}"
)
CELL = "<img src='Animal cell.png'>"
FILES = {"Animal cell.png": picture(200, 100)}


def _come(wiring: Wiring, guest_id: int, data: bytes) -> Counter[str]:
    return Counter(world.taken_in(wiring, guest_id, data, "theirs.apkg"))


def _notes(*notes: Made) -> bytes:
    return deck(notes, FILES, kinds={HIDDEN: KIND})


def _hidden(wiring: Wiring, guest_id: int) -> list[Any]:
    """Return what is hidden in each picture: how it is asked, where, and what is said of it."""
    with wiring.database.reading() as session:
        packs = session.scalars(select(Pack).where(Pack.guest_id == guest_id).order_by(Pack.id))
        return [
            (page.set_uid, page.hides_all, page.picture and (page.picture.width, page.picture.height), [
                (label.kept_n, label.asks, label.word, str(label.box), label.extra) for label in page.labels
            ])
            for pack in packs
            for page in labels_of(session, pack)
        ]  # fmt: skip


def test_a_picture_with_labels_comes_in_as_a_page(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    whole = Made([TWO, CELL, "Parts of a cell", "nucleus and <b>more</b>", ""], (0, 1, 2), HIDDEN)
    gone = Made([TWO, "<img src=gone.png>", "", "", ""], (0, 1), HIDDEN)
    bare = Made([TWO, "", "", "", ""], (0,), HIDDEN)
    data = _notes(whole, Made(["front", "back"]), gone, bare)
    came = _come(wiring, guest_id, data)
    counted = ("cards", "pictures", "left_empty", "left_picture", "left_labels", "lost_missing", "skipped")
    assert [came[name] for name in counted] == [3, 1, 1, 2, 1, 2, 4]
    [(_uid, hides_all, size, labels)] = _hidden(wiring, guest_id)
    assert (hides_all, size) == (True, (200, 100))
    assert labels == [
        (1, "Parts of a cell", "", "0.1 0.2 0.4 0.3", "nucleus and more"),
        (2, "Parts of a cell", "", "0.5 0.2 0.8 0.3", "nucleus and more"),
    ]
    with wiring.database.reading() as session:
        pack = session.scalars(select(Pack)).one()
        assert [page.name for page in pack.pages] == ["Animal cell"]
        assert pack.receipt["bytes_kept"] == len(session.scalars(select(PackPicture.jpeg)).one())
    assert [_come(wiring, guest_id, data)[name] for name in ("cards", "known", "pictures")] == [0, 3, 0]


def test_a_label_that_was_added_in_anki_joins_its_picture(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    first = _notes(Made([TWO, CELL, "", "", ""], (0,), HIDDEN, guid="same"))
    both = _notes(Made([TWO, CELL, "", "", ""], (0, 1), HIDDEN, guid="same"))
    assert _come(wiring, guest_id, first)["cards"] == 1
    again = _come(wiring, guest_id, both)
    assert [again[name] for name in ("cards", "known", "packs", "pictures")] == [1, 1, 0, 0]
    [(_uid, _all, _size, labels)] = _hidden(wiring, guest_id)
    assert [label[0] for label in labels] == [1, 2]
    assert labels[0][1] == sets.ASKS


def test_a_picture_s_labels_stay_together_in_one_pack(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    words = [Made([f"front {number}", "back"]) for number in range(499)]
    labelled = Made([TWO, CELL, "", "", ""], (0, 1), HIDDEN)
    _come(wiring, guest_id, _notes(*words, labelled, Made(["last", "back"])))
    with wiring.database.reading() as session:
        cards = session.execute(select(Flashcard.pack_id, Flashcard.kind)).all()
    packs = Counter(pack_id for pack_id, _kind in cards)
    assert sorted(packs.values()) == [3, 499]
    assert len({pack_id for pack_id, kind in cards if kind == LABEL}) == 1


def test_each_shape_of_a_crowded_picture_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(hidden, "shape_of", lambda text: read.append(text) or shape_of(text))
    many, shape = range(1, 61), "image-occlusion:rect:left=.1:width=.1:height="
    told = "<br>".join(f"{{{{c{n}::{shape}.{n}}}}}" for n in many)
    kind = NoteType("", is_cloze=True, fields=list(_NAMES))
    fields = (told, CELL, "", "", "")
    note = Note("guid", HIDDEN, fields, "", gaps_of(kind, fields))
    found = [card_of(note, kind, place, "") for place in range(len(many))]
    assert [card.label and card.label.labels for card in found] == [60] * 60
    assert len(read) == 60


def _export(wiring: Wiring, guest_id: int, folder: Path) -> bytes:
    file, scratch = io.BytesIO(), folder / f"{guest_id}.db"
    with wiring.database.reading() as session:
        writing.write_anki(session, decks_of(session, guest_id), file, scratch=scratch, at=1.79e9)
    scratch.unlink()
    return file.getvalue()


def test_labels_go_out_and_come_home_the_same(wiring: Wiring, tmp_path: Path) -> None:
    owner, friend, third = (world.add_guest(wiring) for _ in range(3))
    world.add_labels(wiring, owner, ("Leaf & <b>", "Light", ""))
    with wiring.database.writing() as session:
        session.execute(update(PackPicture).values(jpeg=picture(600, 800, kind="JPEG")))
    ours = _hidden(wiring, owner)
    exported = _export(wiring, owner, tmp_path)
    assert [_come(wiring, owner, exported)[name] for name in ("cards", "known")] == [0, 6]
    assert _come(wiring, friend, exported)["cards"] == 6
    assert _hidden(wiring, friend) == ours
    foreign = Made([TWO, CELL, "Parts of a cell", "see<br>below", ""], (0, 1), HIDDEN)
    _come(wiring, friend, _notes(foreign))
    everything = _export(wiring, friend, tmp_path)
    assert _come(wiring, friend, everything)["cards"] == 0
    _come(wiring, third, everything)
    assert sorted(_hidden(wiring, third)) == sorted(_hidden(wiring, friend))


@pytest.mark.parametrize(
    ("told", "box"),
    [
        ("rect:left=.1:top=.2:width=.3:height=.1", "0.1 0.2 0.4 0.3"),
        ("rect:left=.9:top=-.1:width=.3:height=.3:fill=#f00", "0.9 0 1 0.2"),
        ("ellipse:left=.1:top=.2:rx=.2:ry=.1", "0.1 0.2 0.5 0.4"),
        ("polygon:left=.2:top=.4:points=.0,.1 .3,.0 .1,.2", "0.2 0.4 0.5 0.6"),
        ("rect:left=.5:top=.2:width=.2:height=.2:angle=2500", "0.4 0.2 0.5 0.6"),
        ("ellipse:left=.5:top=.5:rx=.1:ry=.1:angle=5000", "0.3 0.3 0.5 0.5"),
        ("rect:left=20:top=20:width=40:height=50", "0.1 0.2 0.3 0.7"),
        ("rect:left=0.25:width=0.5:height=1:oi=1:text=a\\:left=9", "0.25 0 0.75 1"),
    ],
)
def test_a_shape_becomes_the_box_round_it(told: str, box: str) -> None:
    shape = shape_of(f"image-occlusion:{told}")
    assert shape is not None
    assert str(box_of([shape], 200, 100)) == box


def test_shapes_that_are_asked_together_have_one_box() -> None:
    told = ("rect:left=.1:top=.1:width=.1:height=.1", "ellipse:left=.6:top=.5:rx=.1:ry=.1")
    assert str(box_of([shape for one in told if (shape := shape_of(one))], 200, 100)) == "0.1 0.1 0.8 0.7"


@pytest.mark.parametrize(
    "told",
    [
        "text:left=.1:top=.2:text=A", "rect", "", ":", "blob:left=.1:top=.1:width=.1:height=.1",
        "rect:left=nan:top=.1:width=.1:height=.1", "rect:left=.1:top=1e999:width=.1:height=.1",
        "rect:left=.1:top=.1:width=x:height=.1", "polygon:left=.1:top=.1:points=1,2,3",
        "polygon:left=.1:top=.1:points=", "rect:left=.1:top=.1:width=.1:height=.1:angle=inf",
        "rect:left=1.5:top=.1:width=.1:height=.1", "rect:left=.1:top=.1:width=.0001:height=.1",
        "rect:left=1e300:top=.1:width=1e300:height=.1:angle=1",
    ],
)  # fmt: skip
def test_what_covers_nothing_of_the_picture_is_no_label(told: str) -> None:
    shape = shape_of(f"image-occlusion:{told}")
    assert shape is None or box_of([shape], 200, 100) is None


def test_a_mask_of_the_old_add_on_is_counted_as_a_label(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    side = "<img src='Animal cell.png'><img src='a1b2-ao-1-Q.svg'>"
    came = _come(wiring, guest_id, _notes(Made([side, "<img src='a1b2-ao-1-A.svg'>"]), Made(["a", "b"])))
    assert [came[name] for name in ("cards", "left_labels", "pictures")] == [1, 1, 0]


@pytest.mark.process
@pytest.mark.parametrize("legacy", [True, False], ids=["2021", "today"])
def test_anki_s_own_pictures_and_labels_come_in(wiring: Wiring, tmp_path: Path, legacy: bool) -> None:
    guest_id = world.add_guest(wiring)
    (tmp_path / "cell.png").write_bytes(picture(200, 100))
    path = tmp_path / "theirs.apkg"
    with Anki(tmp_path / "anki") as program:
        program.add_media("K\u00f6rper 1.png", picture())
        program.add_note("Basic", '<img src="K\u00f6rper 1.png">', "body")
        program.add_occlusion(tmp_path / "cell.png", TWO, "Parts", "extra")
        program.hand_out(path, legacy=legacy)
    came = _come(wiring, guest_id, path.read_bytes())
    assert [came[name] for name in ("cards", "pictures", "skipped", "media")] == [3, 2, 0, 0]
    [(_uid, hides_all, size, labels)] = _hidden(wiring, guest_id)
    assert (hides_all, size, [label[3] for label in labels]) == (
        True, (200, 100), ["0.1 0.2 0.4 0.3", "0.5 0.2 0.8 0.3"],
    )  # fmt: skip
    with wiring.database.reading() as session:
        assert len(session.scalars(select(CardLabel)).all()) == 2
        assert [page.n for page in session.scalars(select(PackPage))] == [1]
