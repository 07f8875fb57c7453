"""Labels of a page are chosen on its picture, become cards, and are shown wherever their card is."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update

from studylens.analysis.picture import decode
from studylens.models import LABEL, CardLabel, CardSchedule, Flashcard, Pack, QuizItem, TranscriptLine, now
from studylens.study.labels import sets
from studylens.study.labels.shown import hidden_in
from studylens.study.packs import editing
from studylens.study.packs.merging import merge
from studylens.study.packs.store import find_pack
from studylens.study.reviews import cards as schedule
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack of five lines whose student keeps a copy on the server."""
    return add_pack(wiring, guest_id, analysis(copy=decode.kept_copy(Image.new("RGB", (600, 800), "white"))))


def hide(client: FlaskClient, pack_id: str, *keys: str, status: int = 303, **fields: Any) -> str:
    """Send the form with these keys chosen; return where it leads, or the page that it brought."""
    sent = {"page": "1", "pick": list(keys), **fields}
    answer = client.post(f"/packs/{pack_id}/labels", data=sent, headers=PAGE)
    assert answer.status_code == status, answer.text
    return answer.headers["Location"] if status == 303 else answer.text


def labels(wiring: Wiring, pack_id: str) -> list[tuple[str, str, int, bool]]:
    """Return word, box, number and mode of the pack's labels whose cards are there."""
    with wiring.database.reading() as session:
        found = hidden_in(session, session.get_one(Pack, pack_id)).values()
        return [(one.asked.word, str(one.asked.box), one.asked.n, one.hides_all) for one in found]


def card_ids(wiring: Wiring, pack_id: str) -> list[int]:
    with wiring.database.reading() as session:
        mine = (Flashcard.pack_id == pack_id, Flashcard.kind == LABEL)
        return list(session.scalars(select(Flashcard.id).where(*mine).order_by(Flashcard.id)))


def accept(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        schedule.accept(session, pack, [card for card in pack.cards if card.kind == LABEL], now())


def test_lines_are_proposed_and_nothing_is_a_card_by_itself(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    assert f"/packs/{pack_id}/labels?page=1" in client.get(f"/packs/{pack_id}/page", headers=PAGE).text
    page = read_page(client.get(f"/packs/{pack_id}/labels", headers=PAGE))
    assert page.count('name="pick" value="l') == 5
    assert "checked" not in "".join(re.findall(r'<input type="checkbox" name="pick"[^>]*>', page))
    assert f"/packs/{pack_id}/picture/1" in page
    assert labels(wiring, pack_id) == []


@pytest.mark.own_sql
def test_chosen_and_drawn_labels_become_cards(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    drawn = {"box-d1": "0.5 0.5 0.75 0.625", "word-d1": " the  <b>nucleus</b> ", "mode": "all"}
    where = hide(client, pack_id, "l1", "d1", "d2", **{**drawn, "box-d2": "0 0 1 0.5", "word-l1": "Leaf"})
    assert labels(wiring, pack_id) == [
        ("Leaf", "0.1 0.1 0.9 0.15", 1, True),
        ("the <b>nucleus</b>", "0.5 0.5 0.75 0.625", 2, True),
        ("", "0 0 1 0.5", 3, True),
    ]
    page = read_page(client.get(where, headers=PAGE))
    assert "3 cards are made." in page
    assert f"/packs/{pack_id}/review?new=1" in page
    assert "&lt;b&gt;nucleus" in page
    assert page.count('name="pick" value="c') == 3
    assert page.count('name="pick" value="l') == 4


def test_the_same_form_twice_makes_nothing_twice(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    for _ in range(2):
        hide(client, pack_id, "l1", "l1", "d7", **{"word-l1": "Leaf", "box-d7": "0.5 0.5 0.75 0.625"})
    assert len(labels(wiring, pack_id)) == 2


def test_a_label_that_is_left_out_goes_and_comes_back_with_its_schedule(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    hide(client, pack_id, "l1", "l2", **{"word-l1": "Leaf", "word-l2": "Light"})
    accept(wiring, pack_id)
    one, other = card_ids(wiring, pack_id)
    known = {"known": [str(one), str(other)], f"word-c{one}": "Leaves", f"box-c{one}": "0.1 0.2 0.3 0.4"}
    where = hide(client, pack_id, f"c{one}", **known)
    assert labels(wiring, pack_id) == [("Leaves", "0.1 0.2 0.3 0.4", 1, False)]
    page = read_page(client.get(where, headers=PAGE))
    assert "1 card is deleted." in page
    back = {"page": "1", "away": str(other)}
    assert client.post(f"/packs/{pack_id}/labels/return", data=back, headers=PAGE).status_code == 303
    assert [word for word, *_ in labels(wiring, pack_id)] == ["Leaves", "Light"]
    hide(client, pack_id, f"c{one}", **known)
    hide(client, pack_id, f"c{one}", "l2", **known, **{"word-l2": "Light"})
    assert [(word, n) for word, _, n, _ in labels(wiring, pack_id)] == [("Leaves", 1), ("Light", 2)]
    assert card_ids(wiring, pack_id) == [one, other]
    with wiring.database.reading() as session:
        assert session.get(CardSchedule, other) is not None


def test_another_tab_s_label_stays(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    hide(client, pack_id, "l1", **{"word-l1": "Leaf"})
    hide(client, pack_id, "l2", **{"word-l2": "Light"})  # A form that knew nothing of the first.
    assert [word for word, *_ in labels(wiring, pack_id)] == ["Leaf", "Light"]


def test_a_bad_box_keeps_what_was_chosen(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    fields = {"word-l3": "green <i>stuff</i>", "box-l3": "0.1 0.2 0.5 0.6", "mode": "all"}
    for box in ("nan 0 1 1", "0 0 0 1", "0 0 1 7", ""):
        page = hide(client, pack_id, "l3", "d1", status=400, **fields, **{"box-d1": box})
        assert "Draw it again" in page
    assert 'name="pick" value="l3" checked' in page
    assert "green &lt;i&gt;stuff" in page
    assert 'name="box-l3" value="0.1 0.2 0.5 0.6"' in page
    assert 'value="all" checked' in page
    assert labels(wiring, pack_id) == []


def test_more_than_a_page_may_hide_is_refused_before_anything_is_written(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    keys = [f"d{n}" for n in range(1, sets.MOST_LABELS + 2)]
    page = hide(client, pack_id, *keys, status=400, **{f"box-{key}": "0 0 1 1" for key in keys})
    assert "At most 40" in page
    many = "&".join(f"pick=d{n}&box-d{n}=0+0+1+1" for n in range(10_000))
    kind = "application/x-www-form-urlencoded"
    answer = client.post(f"/packs/{pack_id}/labels", data=many, headers=PAGE, content_type=kind)
    assert answer.status_code == 413
    assert labels(wiring, pack_id) == []


def test_labels_that_the_form_did_not_show_count_for_the_most_of_a_page(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    def drawn(first: int, last: int) -> dict[str, str]:
        return {f"box-d{n}": f"0.1 {n / 100:g} 0.9 {n / 100 + 0.005:g}" for n in range(first, last)}

    boxes = drawn(1, sets.MOST_LABELS + 1)
    hide(client, pack_id, *(name[4:] for name in boxes), **boxes)
    assert "At most 40" in hide(client, pack_id, "d60", status=400, **drawn(60, 61))
    assert len(card_ids(wiring, pack_id)) == sets.MOST_LABELS
    first, *others = card_ids(wiring, pack_id)
    hide(client, pack_id, *(f"c{number}" for number in others), "d60", known=[first], **drawn(60, 61))
    sent = {"page": "1", "away": str(first)}
    assert client.post(f"/packs/{pack_id}/labels/return", data=sent, headers=PAGE).status_code == 400
    assert len(labels(wiring, pack_id)) == sets.MOST_LABELS


def test_what_is_not_of_this_page_is_not_found(client: FlaskClient, pack_id: str) -> None:
    for key in ("l99", "c999999", "x1", "c", "l1e9", "d99999999999"):
        hide(client, pack_id, key, status=404, **{f"box-{key}": "0 0 1 1"})


def test_somebody_else_s_picture_is_not_found(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    hide(client, pack_id, "l1", **{"word-l1": "Leaf"})
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    for address in ("labels", "labels?page=1", "print/labels"):
        assert stranger.get(f"/packs/{pack_id}/{address}", headers=PAGE).status_code == 404
    answer = stranger.post(f"/packs/{pack_id}/labels", data={"page": "1", "pick": "l1"}, headers=PAGE)
    assert answer.status_code == 404
    assert client.get(f"/packs/{pack_id}/labels?page=2", headers=PAGE).status_code == 404


def test_a_review_shows_the_covered_picture_and_then_the_word(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    hide(client, pack_id, "l1", "d1", **{"word-l1": "Leaf", "box-d1": "0.5 0.5 0.75 0.625", "mode": "all"})
    accept(wiring, pack_id)
    one, other = card_ids(wiring, pack_id)
    page = read_page(client.get(f"/review?card={one}", headers=PAGE))
    picture = page[page.index('class="label-picture') : page.index('id="review-question"')]
    assert f"/packs/{pack_id}/picture/1" in picture
    assert picture.count('class="mask"') == 1
    assert 'class="asked" x="10%" y="10%" width="80%" height="5%"' in picture
    assert "Leaf" not in picture
    checked = client.post(f"/review/cards/{one}/check", data={"answer": "leaf"}, headers=PAGE)
    assert "Leaf" in read_page(checked)
    assert "hidden" in read_page(client.get(f"/review?card={other}&show=1", headers=PAGE))


def test_a_card_whose_picture_is_elsewhere_says_so_and_can_be_skipped(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    hide(client, pack_id, "l1", "l3", **{"word-l1": "Leaf", "word-l3": "Chlorophyll"})
    accept(wiring, pack_id)
    one, other = card_ids(wiring, pack_id)
    page = read_page(client.get(f"/review?card={one}", headers=PAGE))
    assert "The picture is not in this browser" in page
    assert "<bdi>Chlorophyll</bdi>" in page
    assert not re.search(r"<image[^>]* href", page)
    skipped = client.post(f"/review/cards/{one}/skip", headers=PAGE)
    assert skipped.status_code == 303
    assert "waits until tomorrow" in client.get(skipped.headers["Location"], headers=PAGE).text
    assert f"/review/cards/{other}/answer" in client.get("/review", headers=PAGE).text
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    assert stranger.post(f"/review/cards/{other}/skip", headers=PAGE).status_code == 404


def test_a_quiz_asks_each_label_typed_or_among_the_others(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    words = {"word-l1": "Leaf", "word-l2": "Light", "word-l3": "Stroma", "word-l4": "Calvin"}
    hide(client, pack_id, "l1", "l2", "l3", "l4", **words)
    for typed, kind in (("1", "short_answer"), ("", "choice")):
        wish = {"count": "20", **({"typed": typed} if typed else {})}
        where = client.post(f"/packs/{pack_id}/quiz/start", data=wish, headers=PAGE).headers["Location"]
        attempt = where.rstrip("/").split("/")[2]
        with wiring.database.reading() as session:
            found = select(QuizItem).where(
                QuizItem.attempt_id == attempt, QuizItem.answer.in_(words.values())
            )
            items = list(session.scalars(found))
        assert {item.answer for item in items} == set(words.values())
        assert {item.kind for item in items} == {kind}
        item = items[0]
        page = read_page(client.get(f"/quizzes/{attempt}/items/{item.position}", headers=PAGE))
        assert page.count('class="asked"') == 1
        assert page.count('class="mask"') == (3 if kind == "choice" else 0)
        assert kind != "choice" or sorted(item.options or []) == sorted(words.values())


def test_paper_has_numbers_and_a_list_of_answers(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    assert "No label of this pack" in read_page(client.get(f"/packs/{pack_id}/print/labels", headers=PAGE))
    hide(client, pack_id, "l1", "d1", **{"word-l1": "Leaf & <b>", "box-d1": "0.5 0.5 0.75 0.625"})
    page = read_page(client.get(f"/packs/{pack_id}/print/labels", headers=PAGE))
    assert page.count('class="covered"') == 2
    assert page.count('<li><span class="rule">') == 2
    assert page.index('class="covered"') < page.index("Leaf &amp; &lt;b&gt;")
    assert 'class="asked"' in read_page(client.get(f"/packs/{pack_id}/print/cards", headers=PAGE))
    assert "/print/labels" in client.get(f"/packs/{pack_id}/more", headers=PAGE).text


@pytest.mark.own_sql
def test_labels_follow_their_page_into_another_pack(
    client: FlaskClient, wiring: Wiring, pack_id: str, guest_id: int
) -> None:
    hide(client, pack_id, "l1", **{"word-l1": "Leaf"})
    first = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        one, other = (find_pack(session, guest_id, found) for found in (first, pack_id))
        merge(session, [one, other])
    with wiring.database.reading() as session:
        row = session.scalars(select(CardLabel)).one()
        assert (row.pack_id, row.page) == (first, 2)
        line = select(TranscriptLine.page).where(TranscriptLine.pack_id == first)
        [hidden] = hidden_in(session, session.get_one(Pack, first)).values()
        card = session.get_one(Flashcard, hidden.asked.card_id)
        assert session.scalar(line.where(TranscriptLine.n == card.source_line)) == 2
        assert hidden.picture is not None
        assert hidden.picture.kept_bytes > 0


def test_the_judge_says_nothing_of_what_a_picture_hides(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    hide(client, pack_id, "l1", **{"word-l1": "Leaf"})
    [one] = card_ids(wiring, pack_id)
    with wiring.database.writing() as session:
        card = session.get_one(Flashcard, one)
        assert card.marks is None
        editing.edit_part(
            session, "cards", card, {"front": "Which part?", "back": "Leaf"}, version=card.version
        )
        assert card.marks is None


def test_a_damaged_row_breaks_no_page(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    hide(client, pack_id, "l1", **{"word-l1": "Leaf"})
    with wiring.database.writing() as session:
        session.execute(update(CardLabel).values(x0=0.9, x1=0.1))
    assert 'x="10%"' in read_page(client.get(f"/packs/{pack_id}/cards", headers=PAGE))
