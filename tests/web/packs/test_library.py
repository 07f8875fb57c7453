"""The library: search, subjects, tags, order, many at once, the trash, and one pack from several."""

import dataclasses
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.errors import BadText
from studylens.models import CardSchedule, Flashcard, Pack, PackPage, QuizQuestion, TranscriptLine, now
from studylens.study.packs import library, merging, search, trash
from studylens.study.packs.ending import erasing
from studylens.study.packs.pages import move_page, pages_of
from studylens.study.packs.store import find_pack
from studylens.web.door.wiring import Wiring
from tests.study.record.answers import add_cards
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

pytestmark = pytest.mark.own_sql

OPERATORS = (
    '"',
    "'",
    "AND",
    "NOT chlorophyll",
    "a OR b",
    "(",
    "* * *",
    "title:x",
    "NEAR(a b)",
    "%_\\",
    "& | !",
    ";--",
)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


def titled(title: str, line: str = "nothing else") -> result.Analysis:
    material = dataclasses.replace(analysis().material, title=title, key_terms=(), cards=(), quiz=())
    return analysis(material=material, transcript=(result.Line(1, line, 0.9),))


def listed(client: FlaskClient, **wanted: str) -> list[str]:
    page = read_page(client.get("/packs", query_string=wanted, headers=PAGE))
    return re.findall(r'<h3><a href="/packs/([0-9a-f]{32})"', page)


def _list_page(client: FlaskClient) -> str:
    return read_page(client.get("/packs", headers=PAGE))


def many(client: FlaskClient, action: str, ids: list[str], **fields: str) -> int:
    return client.post(
        "/packs/bulk", data={"action": action, "pack": ids, **fields}, headers=PAGE
    ).status_code


@pytest.mark.parametrize(
    "wanted", ["photosynthesis", "PHOTOSYN", "stroma", "calv stroma", "chlorophyll green"]
)
def test_a_pack_is_found_by_title_terms_and_transcript(
    client: FlaskClient, pack_id: str, wanted: str
) -> None:
    assert listed(client, q=wanted) == [pack_id]


@pytest.mark.parametrize(
    ("line", "wanted"), [("Die Größe der Übung", "ubung"), ("l’élève", "eleve"), ("שלום עולם", "שלום")]
)
def test_accents_and_capitals_do_not_matter(
    wiring: Wiring, client: FlaskClient, guest_id: int, line: str, wanted: str
) -> None:
    found = add_pack(wiring, guest_id, titled("x", line))
    assert listed(client, q=wanted) == [found]


def test_every_word_must_be_there(client: FlaskClient, pack_id: str) -> None:
    assert listed(client, q="chlorophyll nowhere") == []


@pytest.mark.parametrize("wanted", OPERATORS)
def test_operators_and_quotes_are_no_language(client: FlaskClient, pack_id: str, wanted: str) -> None:
    answer = client.get("/packs", query_string={"q": wanted}, headers=PAGE)
    assert answer.status_code == HTTPStatus.OK
    assert "found" in read_page(answer)


def test_nobody_finds_the_packs_of_others(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    assert listed(stranger, q="photosynthesis") == []
    assert listed(stranger, q="g1 photosynthesis") == []


def test_a_corrected_line_is_found_by_its_new_words(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    with wiring.database.reading() as session:
        line = session.scalars(select(TranscriptLine).where(TranscriptLine.n == 4)).one()
    client.post(f"/packs/{pack_id}/lines/{line.id}/edit", data={"text": "mitochondria", "version": 1})
    assert listed(client, q="mitochondria") == [pack_id]
    assert listed(client, q="cyc1e") == []


def test_results_and_lists_come_newest_first(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    ids = [add_pack(wiring, guest_id, titled(f"Leaf {letter}")) for letter in "bca"]
    with wiring.database.writing() as session:
        for age, pack_id in enumerate(ids):
            pack = session.get_one(Pack, pack_id)
            search.unindex(session, pack)
            pack.created_at = now() - timedelta(hours=age)
            search.index_pack(session, pack)
    assert listed(client, q="leaf") == listed(client) == ids
    assert listed(client, sort="oldest") == ids[::-1]
    assert listed(client, q="leaf", sort="title") == listed(client, sort="title") == [ids[2], ids[0], ids[1]]


def test_results_have_pages_too(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    for _ in range(library.PACKS_A_PAGE + 1):
        add_pack(wiring, guest_id, titled("Leaf"))
    assert len(listed(client, q="leaf")) == library.PACKS_A_PAGE
    assert len(listed(client, q="leaf", page="2")) == len(listed(client, q="leaf", page="99")) == 1


def test_subjects_and_tags_narrow_the_list(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    first, second = (add_pack(wiring, guest_id, titled("Leaf")) for _ in range(2))
    assert many(client, "subject", [first], subject=" Biology ") == HTTPStatus.SEE_OTHER
    assert many(client, "tag", [second], tag="#Exam ") == HTTPStatus.SEE_OTHER
    assert listed(client, subject="Biology") == listed(client, subject="Biology", q="leaf") == [first]
    assert listed(client, tag="exam") == [second]
    assert "Biology" in read_page(client.get("/packs", headers=PAGE))


def test_what_is_due_narrows_and_orders_the_list(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    few, none, many_due = (add_pack(wiring, guest_id) for _ in range(3))
    client.post(f"/packs/{many_due}/accept", data={"all": "1"})
    with wiring.database.reading() as session:
        [card_id] = session.scalars(select(Flashcard.id).where(Flashcard.pack_id == few).limit(1))
    client.post(f"/packs/{few}/accept", data={"card": card_id})
    assert listed(client, sort="due") == [many_due, few, none]
    assert listed(client, due="1") == listed(client, due="1", q="photo") == [many_due, few]
    many(client, "trash", [many_due])
    assert listed(client, due="1") == [few]


def test_chips_say_how_many_packs_they_leave(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    ids = [add_pack(wiring, guest_id) for _ in range(3)]
    client.post(f"/packs/{ids[0]}/accept", data={"all": "1"})
    many(client, "subject", ids[:2], subject="Biology")
    many(client, "tag", ids[2:], tag="exam")
    chips = re.findall(r'<a class="chip"[^>]*><bdi>([^<]+)</bdi> <b>(\d+)</b>', _list_page(client))
    assert chips == [("All", "3"), ("Due", "1"), ("Biology", "2"), ("#exam", "1")]


def test_a_pack_whose_cards_are_all_known_says_so_unless_one_is_due(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    later = {"due_at": now() + timedelta(days=9), "last_review_at": now()}
    with wiring.database.writing() as session:
        add_cards(session, guest_id, *[later] * 5)
    assert "All known</span>" in _list_page(client)
    with wiring.database.writing() as session:
        session.scalars(select(CardSchedule)).first().due_at = now()  # type: ignore[union-attr]
    assert "All known</span>" not in _list_page(client)
    assert "1 due</span>" in _list_page(client)


def test_a_chosen_chip_takes_its_narrowing_away(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    many(client, "subject", [add_pack(wiring, guest_id)], subject="Biology")
    page = read_page(client.get("/packs?subject=Biology&q=leaf", headers=PAGE))
    assert '<a class="chip" href="/packs?q=leaf" aria-current="true"><bdi>Biology' in page


def test_many_subjects_are_folded_and_none_is_lost(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        session.add_all(Pack(guest_id=guest_id, title="Leaf", subject=f"Subject {n}") for n in range(30))
    page = _list_page(client)
    assert len(set(re.findall(r"<bdi>(Subject \d+)</bdi> <b>", page))) == 30
    assert page.index("<details") < page.index("<bdi>Subject 29")


@pytest.mark.parametrize("tag", ["", "x" * 51, "a,b"])
def test_a_tag_that_is_none_is_refused(client: FlaskClient, pack_id: str, tag: str) -> None:
    assert many(client, "tag", [pack_id], tag=tag) == HTTPStatus.BAD_REQUEST


def test_many_packs_change_together_or_not_at_all(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    mine = add_pack(wiring, guest_id)
    stranger = client.application.test_client()
    theirs = add_pack(wiring, become_guest(wiring, stranger))
    assert many(client, "trash", [mine, theirs]) == HTTPStatus.NOT_FOUND
    assert many(client, "trash", []) == many(client, "nonsense", [mine]) == HTTPStatus.BAD_REQUEST
    assert listed(client) == [mine]
    assert listed(stranger) == [theirs]


def test_what_is_deleted_can_come_back(client: FlaskClient, pack_id: str) -> None:
    gone = client.post(f"/packs/{pack_id}/delete", headers=PAGE).headers["Location"]
    assert "Undo" in read_page(client.get(gone, headers=PAGE))
    assert listed(client) == listed(client, q="photosynthesis") == []
    assert client.get(f"/packs/{pack_id}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    assert pack_id in read_page(client.get("/packs/trash", headers=PAGE))
    client.post(f"/packs/{pack_id}/restore", headers=PAGE)
    assert listed(client, q="photosynthesis") == [pack_id]


def test_the_trash_ends_for_good_when_asked_or_after_a_month(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    now_gone, old, young = (add_pack(wiring, guest_id) for _ in range(3))
    assert client.post(f"/packs/{now_gone}/erase").status_code == HTTPStatus.NOT_FOUND
    many(client, "trash", [now_gone, old, young])
    client.post(f"/packs/{now_gone}/erase")
    with wiring.database.writing() as session:
        session.get_one(Pack, old).deleted_at = now() - timedelta(days=trash.TRASH_DAYS, minutes=1)
        session.get_one(Pack, young).deleted_at = now() - timedelta(days=trash.TRASH_DAYS - 1)
        session.flush()
        assert trash.empty_old(session) == 1
    erasing.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert list(session.scalars(select(Pack.id))) == [young]


def test_merged_packs_keep_cards_reviews_and_sources(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    first, second = (add_pack(wiring, guest_id) for _ in range(2))
    with wiring.database.writing() as session:
        cards = session.scalars(select(Flashcard).where(Flashcard.pack_id == second)).all()
        for card in cards:
            card.front = f"Again: {card.front}"  # The same drafts would come once.
        for asked in session.scalars(select(QuizQuestion).where(QuizQuestion.pack_id == second)):
            asked.question = f"Again: {asked.question}"
        due = {"guest_id": guest_id, "pack_id": second, "due_at": now(), "stability": 4.5}
        session.add(CardSchedule(card_id=cards[0].id, **due))
    assert many(client, "merge", [first, second]) == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        pack = find_pack(session, guest_id, first)
        assert [line.n for line in pack.transcript] == list(range(1, 11))
        assert [line.page for line in pack.transcript] == [1] * 5 + [2] * 5
        assert [card.source_line for card in pack.cards] == [3, 5, None, 8, 10, None]
        assert len(pack.quiz) == 4
        schedule = session.scalars(select(CardSchedule)).one()
        assert (schedule.pack_id, schedule.stability) == (first, 4.5)
        assert [page.n for page in pages_of(session, pack)] == [1, 2]
        assert session.get(Pack, second) is None
    assert listed(client, q="photosynthesis") == [first]


def test_the_job_of_a_merged_photo_leads_to_the_new_pack(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    first, second = (add_pack(wiring, guest_id) for _ in range(2))
    with wiring.database.reading() as session:
        job_id = session.get_one(Pack, second).job_id
    many(client, "merge", [first, second])
    assert f"/packs/{first}" in read_page(client.get(f"/jobs/{job_id}", headers=PAGE))


def test_a_pack_cannot_be_merged_with_itself(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    assert many(client, "merge", [pack_id, pack_id]) == HTTPStatus.BAD_REQUEST
    assert listed(client) == [pack_id]


def test_pages_change_places_and_sources_follow(wiring: Wiring, guest_id: int) -> None:
    ids = [add_pack(wiring, guest_id, titled(name, name)) for name in ("one", "two", "three")]
    with wiring.database.writing() as session:
        packs = [session.get_one(Pack, pack_id) for pack_id in ids]
        for pack in packs:
            pack.cards.append(
                Flashcard(front=pack.title, back="b", kind="short_answer", source_line=1, origin="server")
            )
        merged = merging.merge(session, packs)
        move_page(session, merged, 3, to=1)
        texts = {line.n: line.text for line in merged.transcript}
        assert list(texts.values()) == ["three", "one", "two"]
        assert all(texts[card.source_line or 0] == card.front for card in merged.cards)
        pages = session.scalars(select(PackPage).order_by(PackPage.n)).all()
        assert [page.n for page in pages] == [1, 2, 3]
        with pytest.raises(BadText):
            move_page(session, merged, 4, to=1)


def test_a_restored_database_is_found_again(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    with wiring.database.writing() as session:
        search.unindex(session, session.get_one(Pack, pack_id))
    assert listed(client, q="photosynthesis") == []
    with wiring.database.writing() as session:
        assert search.reindex_all(session) == 1
    assert listed(client, q="photosynthesis") == [pack_id]


def test_a_deleted_card_is_not_counted_as_due(wiring: Wiring, client: FlaskClient, pack_id: str) -> None:
    client.post(f"/packs/{pack_id}/accept", data={"all": "1"})
    assert "3 due" in read_page(client.get("/packs", headers=PAGE))
    with wiring.database.reading() as session:
        card_id = session.scalars(select(Flashcard.id).where(Flashcard.pack_id == pack_id)).first()
    client.post(f"/packs/{pack_id}/cards/{card_id}/delete")
    assert "2 due" in read_page(client.get("/packs", headers=PAGE))
