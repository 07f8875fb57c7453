"""A pack by a link: what was chosen and nothing else, for whoever has it, until it is over."""

import re
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import cv2
import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from studylens.models import (
    LABEL,
    CardLabel,
    CardPicture,
    CardSchedule,
    Flashcard,
    Guest,
    Pack,
    PackPicture,
    PackTag,
    ReviewLog,
    SharedLink,
    now,
)
from studylens.study.exchange.account.writing import table_of
from studylens.study.packs import merging, pictures
from studylens.study.packs.joins.records import undoable
from studylens.study.packs.pictures import count_copies
from studylens.study.reviews import cards as schedule
from studylens.study.sharing import copying, links
from studylens.study.sharing.parts import USUAL, Part, chosen
from studylens.web.door.wiring import Wiring
from studylens.web.sharing import public
from tests.study.reviews.world import send
from tests.web.world import PAGE, add_pack, become_guest, read_page

SAFE = {
    Part.TEXT: "The Calvin cyc1e takes place",
    Part.TOLD: "What happens",
    Part.TERMS: "The green pigment",
    Part.CARDS: "Jan Ingenhousz",
    Part.QUESTION: "Why is a leaf green?",
    Part.PROGRESS: "its owner knows",
}
"""Words by which a part is recognised on the page; the photo is found by its address."""


@pytest.fixture(autouse=True)
def nobody_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "_attempts", public.fresh_attempts())


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack of which everything may be shared: photo, question, answers of its owner."""
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        pack.question, pack.subject, pack.exam_date = "Why is a leaf green?", "Biology", "2027-01-01"
        schedule.accept(session, pack, pack.cards[:2], now())
        send(session, guest_id, pack.cards[0].id, now())
        session.add(PackTag(pack_id=pack_id, tag="exam"))
        session.add(PackPicture(pack_id=pack_id, page=1, jpeg=b"\xff\xd8\xff", width=1, height=1))
        session.flush()
        count_copies(session, pack)
    return pack_id


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """Somebody with a browser who was never here."""
    return app.test_client()


def make(client: FlaskClient, pack_id: str, parts: Iterable[Part] = USUAL, **fields: str) -> str:
    """Make a link as the form does; return its token."""
    form = {"part": [part.value for part in parts], "days": "30", **fields}
    answer = client.post(f"/packs/{pack_id}/share", data=form, headers=PAGE)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["Location"].partition("made=")[2].partition("#")[0]


def count(wiring: Wiring, model: type) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_link_shows_what_was_chosen_and_nothing_else(
    client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    for part in Part:
        token = make(client, pack_id, [part])
        page = read_page(reader.get(f"/s/{token}", headers=PAGE))
        assert {shown for shown, words in SAFE.items() if words in page} == {part} - {Part.PHOTO}
        photo = reader.get(f"/s/{token}/picture/1")
        has_photo = part is Part.PHOTO
        assert (f"/s/{token}/picture/1" in page) == has_photo == (photo.status_code == HTTPStatus.OK)


def test_a_reader_becomes_no_guest_gets_no_cookie_and_tells_no_other_site(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    token, guests = make(client, pack_id), count(wiring, Guest)
    for path in (f"/s/{token}", f"/s/{token}/qr", "/s/AAAAAAAAAAAAAAAAAAAAAA"):
        answer = reader.get(path, headers=PAGE)
        page = read_page(answer)
        assert "Set-Cookie" not in answer.headers
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "same-origin"  # No other site is told the address.
        assert token not in path or "zone.js" not in page  # It keeps the browser's time zone in a cookie.
    assert count(wiring, Guest) == guests


def test_only_the_hash_of_a_link_is_kept_and_its_address_is_shown_this_once(
    wiring: Wiring, client: FlaskClient, pack_id: str
) -> None:
    token = make(client, pack_id, name="7b")
    assert len(token) == 22
    with wiring.database.reading() as session:
        row = session.execute(select(table_of(SharedLink))).mappings().one()
        assert token not in str(dict(row))
    made = read_page(client.get(f"/packs/{pack_id}/share?made={token}", headers=PAGE))
    assert f"/s/{token}" in made
    later = read_page(client.get(f"/packs/{pack_id}/share", headers=PAGE))
    assert token not in later
    assert "7b" in later


def _end(wiring: Wiring, client: FlaskClient, pack_id: str, how: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        if how == "ended":
            session.execute(update(SharedLink).values(ends_at=now() - timedelta(seconds=1)))
        elif how == "erased":
            session.execute(update(Pack).where(Pack.id == pack_id).values(erasing_at=now()))
        elif how == "owner leaves":
            session.execute(update(Guest).where(Guest.id == pack.guest_id).values(erasing_at=now()))
    if how == "revoked":
        with wiring.database.reading() as session:
            link = session.scalars(select(SharedLink.id)).one()
        client.post(f"/packs/{pack_id}/share/revoke", data={"link": link})
    elif how == "trash":
        client.post(f"/packs/{pack_id}/delete")


@pytest.mark.parametrize("how", ["ended", "revoked", "trash", "erased", "owner leaves", "never"])
def test_a_link_that_is_over_looks_like_one_that_never_was(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str, how: str
) -> None:
    token = make(client, pack_id, [*Part])
    guests = count(wiring, Guest)
    if how == "never":
        token = "A" * 22
    else:
        _end(wiring, client, pack_id, how)
    for path in ("", "/qr", "/picture/1"):
        answer = reader.get(f"/s/{token}{path}", headers=PAGE)
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "This link opens nothing" in read_page(answer)
    assert reader.post(f"/s/{token}/copy").status_code == HTTPStatus.NOT_FOUND
    assert count(wiring, Guest) == guests


def test_a_pack_that_comes_out_of_the_trash_is_read_again(
    client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    token = make(client, pack_id)
    client.post(f"/packs/{pack_id}/delete")
    client.post(f"/packs/{pack_id}/restore")
    assert reader.get(f"/s/{token}", headers=PAGE).status_code == HTTPStatus.OK


@pytest.mark.own_sql
def test_a_link_to_a_pack_that_was_joined_into_another_shows_nothing_until_they_come_apart(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, guest_id: int, pack_id: str
) -> None:
    first = add_pack(wiring, guest_id)
    token, of_first = make(client, pack_id), make(client, first)
    with wiring.database.writing() as session:
        merging.begin(session, [session.get_one(Pack, one) for one in (first, pack_id)])
    assert reader.get(f"/s/{of_first}", headers=PAGE).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    merging.finish(wiring.database, first)
    assert reader.get(f"/s/{token}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    assert reader.get(f"/s/{of_first}", headers=PAGE).status_code == HTTPStatus.OK
    assert "joined into this one" in read_page(client.get(f"/packs/{first}/share", headers=PAGE))
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, first)
        assert undoable(session, pack)
        merging.begin_parting(session, pack)
    merging.finish(wiring.database, first)
    assert reader.get(f"/s/{token}", headers=PAGE).status_code == HTTPStatus.OK


def test_a_link_is_made_and_taken_back_by_its_owner_alone(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    become_guest(wiring, reader)
    make(client, pack_id)
    with wiring.database.reading() as session:
        link = session.scalars(select(SharedLink.id)).one()
    assert reader.get(f"/packs/{pack_id}/share", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    for path, form in (("share", {"part": "text"}), ("share/revoke", {"link": link})):
        assert reader.post(f"/packs/{pack_id}/{path}", data=form).status_code == HTTPStatus.NOT_FOUND
    other = add_pack(wiring, become_guest(wiring, reader))
    foreign = reader.post(f"/packs/{other}/share/revoke", data={"link": link})
    assert foreign.status_code == HTTPStatus.NOT_FOUND


def test_a_strange_wish_makes_no_link(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    text = {"part": "text"}
    strange = [{}, {"part": "all"}, {**text, "days": "36500"}, {**text, "name": "x" * 61}]
    for form in (*strange, {**text, "name": "\x00"}):
        assert client.post(f"/packs/{pack_id}/share", data=form).status_code == HTTPStatus.BAD_REQUEST
    assert count(wiring, SharedLink) == 0


@pytest.mark.own_sql
def test_a_pack_has_so_many_open_links(
    client: FlaskClient, pack_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    make(client, pack_id)
    more = client.post(f"/packs/{pack_id}/share", data={"part": "text"}, headers=PAGE)
    assert more.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "1 open link" in read_page(more)


@pytest.mark.own_sql
@pytest.mark.parametrize("over", ["revoked_at", "ends_at"])
def test_links_that_are_over_leave_no_more_than_a_page_shows_and_push_out_no_open_one(
    wiring: Wiring, client: FlaskClient, pack_id: str, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    monkeypatch.setattr(links, "LINKS_SHOWN", 3)
    kept = make(client, pack_id)
    for _ in range(5):
        make(client, pack_id)
        with wiring.database.writing() as session:
            newest = session.scalars(select(SharedLink).order_by(SharedLink.made_at.desc())).first()
            assert newest is not None
            setattr(newest, over, now())
    assert count(wiring, SharedLink) == 3
    assert client.get(f"/s/{kept}", headers=PAGE).status_code == HTTPStatus.OK


def test_whoever_guesses_is_stopped_and_a_right_link_stays_open_from_the_same_address(
    client: FlaskClient, reader: FlaskClient, pack_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "WRONG_LINKS_OF_ONE", 3)
    monkeypatch.setattr(public, "_attempts", public.fresh_attempts())
    token = make(client, pack_id)
    found = [reader.get(f"/s/{n:022d}").status_code for n in range(5)]
    assert found == [HTTPStatus.NOT_FOUND] * 3 + [HTTPStatus.TOO_MANY_REQUESTS] * 2
    assert reader.get(f"/s/{token}", headers=PAGE).status_code == HTTPStatus.OK


def test_a_strange_address_is_only_wrong(reader: FlaskClient) -> None:
    for token in ("x", "\x00", "ü" * 22, "A" * 5_000, "%00" * 22, "' or 1=1 --"):
        assert reader.get(f"/s/{token}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND


def _copied(reader: FlaskClient, token: str) -> str:
    answer = reader.post(f"/s/{token}/copy", headers=PAGE)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def test_a_copy_is_a_pack_of_the_readers_own_without_anything_of_its_owners(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        session.execute(update(Flashcard).where(Flashcard.pack_id == pack_id).values(also_right=["mine"]))
    copy = _copied(reader, make(client, pack_id))
    assert copy != pack_id
    page = read_page(reader.get(f"/packs/{copy}", headers=PAGE))
    assert "Why is a leaf green?" not in page
    for tab in ("/cards", "/page", "/more", "/print"):
        answer = reader.get(f"/packs/{copy}{tab}", headers=PAGE)
        read_page(answer)
        assert answer.status_code == HTTPStatus.OK
    with wiring.database.reading() as session:
        mine, theirs = session.get_one(Pack, pack_id), session.get_one(Pack, copy)
        assert [card.front for card in theirs.cards] == [card.front for card in mine.cards]
        assert [line.text for line in theirs.transcript] == [line.text for line in mine.transcript]
        assert {(card.accepted_at, card.edited_at, card.also_right is None) for card in theirs.cards} == {
            (None, None, True)
        }
        assert (theirs.subject, theirs.exam_date, theirs.photo_sha256) == ("", None, None)
        assert theirs.receipt.get("bytes_kept") == 0
        for model in (CardSchedule, ReviewLog, PackPicture, PackTag):
            assert session.scalar(select(func.count()).where(model.pack_id == copy)) == 0
    assert copying.SOURCE in reader.get(f"/packs/{copy}/more", headers=PAGE).text


@pytest.mark.own_sql
def test_a_copy_with_the_photo_has_it_and_counts_it(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    copy = _copied(reader, make(client, pack_id, [*USUAL, Part.PHOTO]))
    assert reader.get(f"/packs/{copy}/picture/1").status_code == HTTPStatus.OK
    with wiring.database.reading() as session:
        assert session.get_one(Pack, copy).receipt["bytes_kept"] == len(b"\xff\xd8\xff")


@pytest.mark.own_sql
def test_taken_twice_a_copy_gets_what_it_lacks_and_keeps_what_was_learnt(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    copy = _copied(reader, make(client, pack_id, [Part.TEXT]))
    whole = make(client, pack_id, [*USUAL, Part.PHOTO])
    assert [_copied(reader, whole) for _ in range(2)] == [copy, copy]
    with wiring.database.reading() as session:
        assert len(session.get_one(Pack, copy).cards) == 3
    reader.post(f"/packs/{copy}/delete")
    assert _copied(reader, whole) == copy
    assert reader.get(f"/packs/{copy}", headers=PAGE).status_code == HTTPStatus.OK
    reader.post(f"/packs/{copy}/delete", data={"for_good": "1"})
    assert reader.get(f"/packs/{_copied(reader, whole)}", headers=PAGE).status_code == HTTPStatus.OK


@pytest.mark.own_sql
@pytest.mark.parametrize("bound", ["MOST_ROWS_AT_ONCE", "MOST_BYTES_AT_ONCE"])
def test_a_large_copy_comes_in_as_a_file_and_is_the_same(
    *,
    wiring: Wiring,
    client: FlaskClient,
    reader: FlaskClient,
    pack_id: str,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
) -> None:
    whole = make(client, pack_id, [*USUAL, Part.PHOTO])
    small = _copied(reader, whole)
    monkeypatch.setattr(copying, bound, 0)
    other = reader.application.test_client()
    answer = other.post(f"/s/{whole}/copy", headers=PAGE, follow_redirects=True)
    assert "1 pack" in read_page(answer)
    with wiring.database.reading() as session:
        mine = session.get_one(Pack, small)
        theirs = session.scalars(select(Pack).where(Pack.id.not_in([small, pack_id]))).one()
        for one in (mine, theirs):
            assert (len(one.cards), len(one.transcript), one.notes) == (3, 5, [copying.SOURCE])
            assert session.get(PackPicture, (one.id, 1)) is not None
        assert theirs.summary == mine.summary
    assert other.get(f"/packs/{theirs.id}/picture/1").status_code == HTTPStatus.OK
    again = other.post(f"/s/{whole}/copy", headers=PAGE, follow_redirects=True)
    assert again.status_code == HTTPStatus.OK
    assert count(wiring, Pack) == 3


@pytest.mark.own_sql
def test_hidden_labels_travel_with_the_photo_alone(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        card = Flashcard(pack_id=pack_id, front="Hidden", back="Stoma", kind=LABEL, origin="student")
        session.add(card)
        session.flush()
        place = {"x0": 0.1, "y0": 0.1, "x1": 0.2, "y1": 0.2}
        session.add(CardLabel(pack_id=pack_id, card_uid=card.uid, page=1, set_uid="a" * 32, n=1, **place))
    assert "Stoma" not in reader.get(f"/s/{make(client, pack_id, [Part.CARDS])}", headers=PAGE).text
    copy = _copied(reader, make(client, pack_id))
    labels = select(CardLabel.x0).where(CardLabel.pack_id == copy)
    with wiring.database.reading() as session:
        assert (len(session.get_one(Pack, copy).cards), session.scalars(labels).all()) == (3, [])
    _copied(reader, make(client, pack_id, [*USUAL, Part.PHOTO]))
    with wiring.database.reading() as session:
        assert (len(session.get_one(Pack, copy).cards), session.scalars(labels).all()) == (4, [0.1])


@pytest.mark.own_sql
def test_pictures_of_cards_are_offered_without_a_kept_photo_and_cards_that_need_them_travel_with_them(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        pictures.forget_copies(session, session.get_one(Pack, pack_id))
        for front, hidden in (("Covered", [0.1, 0.1, 0.5, 0.5]), ("Seen", None)):
            card = Flashcard(
                pack_id=pack_id, front=front, back="Stoma", kind="short_answer", origin="student"
            )
            session.add(card)
            session.flush()
            cut = CardPicture(pack_id=pack_id, card_uid=card.uid, picture=b"png", width=1, height=1)
            cut.hidden = hidden
            session.add(cut)
    assert 'value="photo"' in client.get(f"/packs/{pack_id}/share", headers=PAGE).text
    token = make(client, pack_id)
    page = reader.get(f"/s/{token}", headers=PAGE).text
    assert ("Covered" in page, "Seen" in page) == (False, True)
    copy = _copied(reader, token)
    with wiring.database.reading() as session:
        assert "Covered" not in {card.front for card in session.get_one(Pack, copy).cards}
    _copied(reader, make(client, pack_id, [*USUAL, Part.PHOTO]))
    with wiring.database.reading() as session:
        assert {"Covered", "Seen"} <= {card.front for card in session.get_one(Pack, copy).cards}
        assert session.scalar(select(func.count()).where(CardPicture.pack_id == copy)) == 2


def test_the_owner_finds_the_pack_and_no_copy(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    token = make(client, pack_id)
    assert "This is your own pack" in read_page(client.get(f"/s/{token}", headers=PAGE))
    assert _copied(client, token) == pack_id
    assert count(wiring, Pack) == 1


def test_a_copy_counts_and_a_refused_one_leaves_no_guest(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, guests = make(client, pack_id), count(wiring, Guest)
    monkeypatch.setattr("studylens.study.budgets.room.MAX_CARDS", 2)
    answer = reader.post(f"/s/{token}/copy", headers=PAGE)
    assert answer.status_code == HTTPStatus.INSUFFICIENT_STORAGE
    assert "Set-Cookie" not in answer.headers
    assert (count(wiring, Guest), count(wiring, Pack)) == (guests, 1)


def test_a_browser_that_names_only_its_origin_takes_a_copy(
    client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    old = {**PAGE, "Origin": "http://localhost", "User-Agent": "Mozilla/5.0"}
    assert reader.post(f"/s/{make(client, pack_id)}/copy", headers=old).status_code == HTTPStatus.SEE_OTHER


def test_a_private_pack_stays_private_in_the_copy(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        session.execute(update(Pack).values(private=True))
    copy = _copied(reader, make(client, pack_id))
    with wiring.database.reading() as session:
        assert session.get_one(Pack, copy).private


def test_a_long_pack_is_read_part_by_part(
    wiring: Wiring, client: FlaskClient, reader: FlaskClient, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        for n in range(250):
            session.add(
                Flashcard(pack_id=pack_id, front=f"Front-{n}.", back="b", kind="own", origin="student")
            )
    token = make(client, pack_id, [Part.CARDS])
    pages = [reader.get(f"/s/{token}?page={n}", headers=PAGE).text for n in (1, 2, 3, 99, "x")]
    assert pages[2] == pages[3]
    assert pages[0] == pages[4]
    for n in range(250):
        assert sum(f"Front-{n}." in page for page in pages[:3]) == 1


def test_the_qr_code_is_read_as_the_address(client: FlaskClient, reader: FlaskClient, pack_id: str) -> None:
    token = make(client, pack_id)
    page = read_page(reader.get(f"/s/{token}/qr", headers=PAGE))
    found = re.search(r"<svg class=\"qr\".*?</svg>", page, re.DOTALL)
    assert found is not None
    # Each of OpenCV's detectors finds none in a few of 1,000 codes that are drawn without a fault.
    read = {
        detector.detectAndDecode(_drawn(found.group(), pixels))[0]
        for detector in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector())
        for pixels in (6, 10)
    }
    assert read - {""} == {f"http://localhost/s/{token}"}


def _drawn(svg: str, pixels: int) -> Any:
    """Draw the rows of dark modules, so many pixels each: `M` and `m` move the pen, `h` draws."""
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    modules = np.full((side, side), 255, np.uint8)
    column = row = 0.0
    for step, across, down in re.findall(
        r"([Mmh])(-?[\d.]+) ?(-?[\d.]+)?", re.findall(r' d="(M[^"]*h1[^"]*)"', svg)[-1]
    ):
        if step == "h":
            modules[int(row), int(column) : int(column + float(across))] = 0
        column = float(across) if step == "M" else column + float(across)
        row = float(down) if step == "M" else row + float(down or 0)
    return np.kron(modules, np.ones((pixels, pixels), np.uint8))


@pytest.mark.own_sql
def test_links_that_are_over_are_forgotten_after_a_month(
    wiring: Wiring, client: FlaskClient, pack_id: str
) -> None:
    for days in (31, 29):
        make(client, pack_id)
        with wiring.database.writing() as session:
            fresh = SharedLink.ends_at > now()
            session.execute(update(SharedLink).where(fresh).values(ends_at=now() - timedelta(days=days)))
    with wiring.database.writing() as session:
        links.forget_old(session)
    assert count(wiring, SharedLink) == 1


def test_codes_of_a_later_release_share_nothing() -> None:
    assert chosen(["text", "diary"]) == {Part.TEXT}
