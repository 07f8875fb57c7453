"""Typed answers: asked for by pack or by card, compared in words, and let count; with scripts and without."""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from studylens.models import LOG_REVIEW, Flashcard, Pack, ReviewLog, now
from studylens.study.reviews.typed import ALSO_RIGHT
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, field, learn
from tests.web.world import PAGE, become_guest, read_page

SCRIPT = {"HX-Request": "true", **PAGE}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack(wiring: Wiring, guest_id: int) -> Pack:
    """A pack of two due cards, whose answers are typed."""
    with wiring.database.writing() as session:
        made = add_deck(session, guest_id, 2, typed=True)
        for card, back in zip(made.cards, ("chlorophyll", "in the stroma"), strict=True):
            card.back = back
        learn(session, made, now() - timedelta(days=5))
    return made


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


def type_in(client: FlaskClient, page: str, given: str, *, form: str = "review-type", **sent: str) -> str:
    """Send a form of a typed answer and return the page that comes."""
    address = re.search(rf'id="{form}"[^>]*action="([^"]+)"', page)
    assert address is not None
    path = address[1].replace("&amp;", "&")
    return read_page(client.post(path, data={"given": given, **sent}, headers=PAGE))


def shown(page: str) -> bool:
    return not re.search(r'id="review-back"[^>]* hidden', page)


def test_the_answer_is_asked_for_before_it_is_shown(read: Callable[[str], str], pack: Pack) -> None:
    page = read("/review")
    assert "Check</button>" in page
    assert 'id="review-rate"' not in page
    assert not shown(page)


def test_a_typed_answer_stands_beside_the_cards_with_its_differences_in_words(
    read: Callable[[str], str], client: FlaskClient, pack: Pack
) -> None:
    page = type_in(client, read("/review"), "chlorofyll", shown="1234")
    assert shown(page)
    assert "<span>chloro</span><del>f</del><span>yll</span>" in page
    assert "<span>chloro</span><ins>ph</ins><span>yll</span>" in page
    assert "Nearly: 2 letters differ. You decide." in page
    assert "Not “f” but “ph”." in page
    assert re.search(r'value="3"[^>]* data-suggested autofocus', page)
    assert field(page, "shown") == "1234", "the time to type counts"


def test_nothing_typed_shows_the_answer_and_suggests_that_it_was_forgotten(
    read: Callable[[str], str], client: FlaskClient, pack: Pack
) -> None:
    page = type_in(client, read("/review"), "  ")
    assert "You typed nothing." in page
    assert ">chlorophyll<" in page
    assert "I was right" not in page
    assert re.search(r'value="1"[^>]* data-suggested autofocus', page)


def test_a_check_counts_nothing_and_a_rating_does(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack: Pack
) -> None:
    with wiring.database.reading() as session:
        before = session.query(ReviewLog).filter_by(kind=LOG_REVIEW).count()
    page = type_in(client, read("/review"), "chlorophyll")
    with wiring.database.reading() as session:
        assert session.query(ReviewLog).filter_by(kind=LOG_REVIEW).count() == before
    rated = re.search(r'id="review-rate"[^>]*action="([^"]+)"', page.replace("\n", " "))
    assert rated is not None
    client.post(rated[1], data={"rating": "3", "key": field(page, "key")}, headers=PAGE)
    with wiring.database.reading() as session:
        assert session.query(ReviewLog).filter_by(kind=LOG_REVIEW).count() == before + 1


@pytest.mark.own_sql
def test_i_was_right_counts_from_then_on(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack: Pack
) -> None:
    page = type_in(client, read("/review"), "leaf green")
    assert "Wrong, it seems. It differs from the answer." in page
    page = type_in(client, page, "leaf green", form="review-count")
    assert "You let this count as right." in page
    assert "You let this count as right." in type_in(client, read("/review"), "Leaf green.")
    card_id = pack.cards[0].id
    for n in range(ALSO_RIGHT + 2):
        client.post(f"/review/cards/{card_id}/count", data={"given": f"word {n}"}, headers=PAGE)
    with wiring.database.reading() as session:
        known = session.get_one(Flashcard, card_id).also_right or []
    assert known[0] == "leaf green"
    assert len(known) == ALSO_RIGHT


@pytest.mark.own_sql
def test_a_card_is_asked_otherwise_than_its_pack(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack: Pack
) -> None:
    card_id = pack.cards[0].id
    path = f"/review/cards/{card_id}/typed"
    assert f'action="{path}"' in read("/review")
    page = read(client.post(path, headers=PAGE).location)
    assert "only shown from now on" in page
    assert "Check</button>" not in page
    part = client.post(f"{path}?typed=1", headers=SCRIPT).get_data(as_text=True)
    assert "You type the answer of this card" in part
    assert "Check</button>" in part
    with wiring.database.reading() as session:
        assert session.get_one(Flashcard, card_id).typed is None, "it is as the pack says again"


def test_a_pack_is_switched_on_its_last_tab(
    read: Callable[[str], str], client: FlaskClient, pack: Pack
) -> None:
    path = f"/packs/{pack.id}/typed"
    assert "Answers in reviews: typed" in read(f"/packs/{pack.id}/more")
    assert client.post(path, data={"typed": "0"}).status_code == HTTPStatus.SEE_OTHER
    assert "Answers in reviews: shown" in read(f"/packs/{pack.id}/more")
    assert "Check</button>" not in read("/review")


@pytest.mark.parametrize(
    "changes",
    [{"back": "word " * 13}, {"back": "x", "answer_box": [0.1, 0.1, 0.2, 0.2]}],
    ids=["long", "photo"],
)
def test_long_answers_and_pictures_are_typed_only_when_the_card_asks_for_it(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack: Pack, changes: dict[str, object]
) -> None:
    card_id = pack.cards[0].id
    with wiring.database.writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(Flashcard, card_id), name, value)
    assert "Check</button>" not in read("/review")
    client.post(f"/review/cards/{card_id}/typed?typed=1", headers=PAGE)
    assert "Check</button>" in read("/review")


def test_an_answer_without_words_is_never_typed(
    read: Callable[[str], str], client: FlaskClient, wiring: Wiring, pack: Pack
) -> None:
    card_id = pack.cards[0].id
    with wiring.database.writing() as session:
        session.get_one(Flashcard, card_id).back = ""
    client.post(f"/review/cards/{card_id}/typed?typed=1", headers=PAGE)
    assert "Check</button>" not in read("/review")


def test_a_script_gets_the_comparison_in_place_of_the_card(client: FlaskClient, pack: Pack) -> None:
    path = f"/review/cards/{pack.cards[0].id}/check?pack={pack.id}"
    part = client.post(path, data={"given": "Chlorophyll"}, headers=SCRIPT).get_data(as_text=True)
    assert part.lstrip().startswith("<main")
    assert "The same but for capitals." in part
    assert f"?pack={pack.id}" in part


def test_practice_asks_as_the_review_does(
    read: Callable[[str], str], client: FlaskClient, pack: Pack
) -> None:
    page = type_in(client, read(f"/review/cram/{pack.id}"), "chlorofil")
    assert "Nearly: " in page or "It differs" in page
    assert re.search(r'value="[13]"[^>]* data-suggested', page)
    other = f"/review/cram/{pack.id}/cards/{pack.cards[1].id}/check?since=0"
    assert not shown(read_page(client.post(other, data={"given": "x"}, headers=PAGE)))


def test_a_card_that_went_away_meanwhile_is_said(client: FlaskClient, wiring: Wiring, pack: Pack) -> None:
    with wiring.database.writing() as session:
        session.get_one(Flashcard, pack.cards[0].id).deleted_at = now()
    page = read_page(
        client.post(f"/review/cards/{pack.cards[0].id}/check", data={"given": "x"}, headers=PAGE)
    )
    assert "That card is not in your reviews any more" in page
    assert not shown(page)


@pytest.mark.parametrize("given", ["x" * 501, "a\x00b"])
def test_what_cannot_be_an_answer_is_refused_kindly(client: FlaskClient, pack: Pack, given: str) -> None:
    path = f"/review/cards/{pack.cards[0].id}/check"
    assert client.post(path, data={"given": given}, headers=PAGE).status_code == HTTPStatus.BAD_REQUEST


def test_the_keyboard_is_told_the_cards_language_and_not_the_answer(
    read: Callable[[str], str], wiring: Wiring, pack: Pack
) -> None:
    with wiring.database.writing() as session:
        session.get_one(
            Flashcard, pack.cards[0].id
        ).front = "Was ist der grüne Farbstoff in den Blättern der Pflanzen?"
    page = read("/review")
    field_ = re.search(r'<input id="review-given"[^>]*>', page)
    assert field_ is not None
    for word in (
        'lang="de"',
        'dir="auto"',
        'autocomplete="off"',
        'spellcheck="false"',
        'enterkeyhint="done"',
    ):
        assert word in field_[0]
    assert "interactive-widget=resizes-content" in page
    assert re.search(r'class="q front"[^>]* lang="de"', page)


def test_swiping_is_off_for_who_switched_it_off(
    read: Callable[[str], str], client: FlaskClient, pack: Pack
) -> None:
    assert " data-swipe" in read("/review")
    assert 'name="swipe_on" value="1" checked' in read("/settings")
    form = {"time_zone": "UTC", "daily_cap": "100", "new_per_day": "20", "retention": "90", "buttons": "2"}
    assert client.post("/settings", data=form).status_code == HTTPStatus.SEE_OTHER
    for path in ("/review", f"/review/cram/{pack.id}"):
        assert " data-swipe" not in read(path)
