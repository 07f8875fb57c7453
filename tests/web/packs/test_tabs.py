"""A pack's four addresses: cards narrowed and loaded on, and a long lecture photo by photo."""

import dataclasses
import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from studylens.analysis.protocol import result
from studylens.models import NEW, CardSchedule, Pack, TranscriptLine, now
from studylens.study.reviews import cards
from studylens.web.door.wiring import Wiring
from studylens.web.packs.cards import CARDS_AT_ONCE
from studylens.web.packs.page import LINES_AT_ONCE
from tests.study.reviews.world import add_deck, learn
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

SCRIPT = {"HX-Request": "true", **PAGE}
MOST_BYTES = 60 * 1024
"""What a tab may take on its way to a browser that has nothing of it yet, pictures left out."""
MANY = 2 * CARDS_AT_ONCE + 1


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


@pytest.fixture
def squeezed(client: FlaskClient) -> Callable[[str], int]:
    """Return the bytes of a page with its styles, its scripts, and what these import, all as they arrive."""

    def weigh(path: str) -> int:
        todo, seen, total = [path], set(), 0
        while todo:
            if (address := todo.pop()) in seen:
                continue
            seen.add(address)
            answer = client.get(address, headers={**PAGE, "Accept-Encoding": "gzip"})
            total += len(answer.data)
            packed = answer.headers.get("Content-Encoding") == "gzip"
            text = (gzip.decompress(answer.data) if packed else answer.data).decode()
            found = re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', text)
            found += re.findall(r'from\s*"(\.[^"]+)"', text) if ".js" in address else []
            todo += [urljoin(address, name) for name in found]
        return total

    return weigh


@pytest.fixture
def deck(wiring: Wiring, guest_id: int) -> str:
    """A pack with more cards than are shown at once."""
    with wiring.database.writing() as session:
        return add_deck(session, guest_id, MANY).id


def fronts(page: str) -> list[str]:
    return re.findall(r'<h3 class="front"[^>]*>([^<]*)<', page)


def test_cards_are_loaded_on(read: Callable[[str], str], client: FlaskClient, deck: str) -> None:
    page = read(f"/packs/{deck}/cards")
    assert fronts(page) == [f"front {n}" for n in range(1, CARDS_AT_ONCE + 1)]
    more = re.search(r'hx-get="([^"]+)"[^>]*>Show more \((\d+)\)', page)
    assert more is not None
    assert int(more[2]) == MANY - CARDS_AT_ONCE
    rest = client.get(more[1].replace("&amp;", "&"), headers=SCRIPT).text
    assert "<html" not in rest
    assert fronts(rest) == [f"front {n}" for n in range(CARDS_AT_ONCE + 1, 2 * CARDS_AT_ONCE + 1)]


def test_without_scripts_the_next_cards_are_a_page(read: Callable[[str], str], deck: str) -> None:
    page = read(f"/packs/{deck}/cards?from={2 * CARDS_AT_ONCE}")
    assert fronts(page) == [f"front {MANY}"]
    assert "From the first card" in page
    assert "Show more" not in page


def test_a_card_is_found_wherever_it_is_in_the_list(
    read: Callable[[str], str], wiring: Wiring, deck: str
) -> None:
    with wiring.database.reading() as session:
        last = session.get_one(Pack, deck).cards[-1]
    assert f'id="card-{last.id}"' in read(f"/packs/{deck}/cards?card={last.id}")


def test_cards_are_searched_by_words(read: Callable[[str], str], deck: str) -> None:
    page = read(f"/packs/{deck}/cards?q=BACK+{MANY}")
    assert fronts(page) == [f"front {MANY}"]
    assert "1 card found." in page
    assert "0 cards found." in read(f"/packs/{deck}/cards?q=%3Cb%3E")


def test_cards_are_narrowed_by_how_far_they_are(
    read: Callable[[str], str], wiring: Wiring, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, 3)
        learn(session, pack, now() - timedelta(days=30))
        cards.suspend(session, guest_id, pack.cards[0].id, now())
    page = read(f"/packs/{pack.id}/cards")
    for chip in ("All <b>3</b>", "Due <b>2</b>", "Paused <b>1</b>"):
        assert chip in page
    assert "New <b>" not in page
    assert fronts(read(f"/packs/{pack.id}/cards?show=paused")) == ["front 1"]
    assert fronts(read(f"/packs/{pack.id}/cards?show=due")) == ["front 2", "front 3"]
    assert len(fronts(read(f"/packs/{pack.id}/cards?show=nonsense&from=99999999999&card=x"))) == 3


def test_a_pack_and_the_library_agree_on_what_is_known(
    read: Callable[[str], str], wiring: Wiring, guest_id: int
) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, 6)
        learn(session, pack, now() - timedelta(days=30))
        due, waiting, paused, paused_young, _, fresh = pack.cards
        for card, days in ((due, -1), (waiting, 9), (paused, 9)):
            row = session.get_one(CardSchedule, card.id)
            row.stability, row.due_at = 30.0, now() + timedelta(days=days)
        for card in (paused, paused_young):
            cards.suspend(session, guest_id, card.id, now())
        session.get_one(CardSchedule, fresh.id).state = NEW
    words = " ".join(re.sub(r"<[^>]+>", " ", read(f"/packs/{pack.id}")).split())
    assert "3 known 2 learning 1 new 2 paused" in words
    assert "3 of 6 known" in read("/packs")


def test_a_long_lecture_is_shown_photo_by_photo(
    read: Callable[[str], str], wiring: Wiring, guest_id: int
) -> None:
    lines = tuple(result.Line(n, f"line {n}.") for n in range(1, LINES_AT_ONCE + 3))
    pack_id = add_pack(wiring, guest_id, analysis(transcript=lines))
    assert read(f"/packs/{pack_id}/page").count('class="line"') == len(lines), "one photo is shown whole"
    with wiring.database.writing() as session:
        for line in session.query(TranscriptLine).filter(TranscriptLine.n > LINES_AT_ONCE):
            line.page = 2
    assert read(f"/packs/{pack_id}/page").count('class="line"') == LINES_AT_ONCE
    for path in ("page?page=2", f"page?line={LINES_AT_ONCE + 1}"):
        assert read(f"/packs/{pack_id}/{path}").count('class="line"') == 2
    assert read(f"/packs/{pack_id}/page?page=77&line=x").count('class="line"') == LINES_AT_ONCE


def test_nothing_outside_the_fold_names_an_engine_that_is_missing(
    read: Callable[[str], str], wiring: Wiring, guest_id: int
) -> None:
    told = "A caption of the picture needs the BLIP model (the operator adds it with `make blip`)."
    pack_id = add_pack(wiring, guest_id, analysis(notes=(told,)))
    for tab in ("", "/cards", "/page"):
        assert "BLIP" not in read(f"/packs/{pack_id}{tab}")
    assert "BLIP" in read(f"/packs/{pack_id}/more").partition('id="receipt"')[2]


def test_many_terms_are_one_fold_away(read: Callable[[str], str], wiring: Wiring, guest_id: int) -> None:
    terms = tuple(result.KeyTerm(f"term {n}", "what it is", 1) for n in range(12))
    material = dataclasses.replace(analysis().material, key_terms=terms)
    page = read(f"/packs/{add_pack(wiring, guest_id, analysis(material=material))}")
    before, _, after = page.partition('<details id="more-terms">')
    assert (before.count("<dt"), after.count("<dt")) == (4, 8)


def lines_of(page: str) -> tuple[int, int]:
    """Return how many lines of the page's text stand above its fold, and in it."""
    above, _, folded = page.partition('<details id="more-lines"')
    return above.count('class="line"'), folded.count('class="line"')


@pytest.mark.parametrize(("many", "above"), [(20, 20), (24, 24), (25, 20), (60, 20)])
def test_a_long_text_is_one_fold_away(
    read: Callable[[str], str], wiring: Wiring, guest_id: int, many: int, above: int
) -> None:
    lines = tuple(result.Line(n, f"line {n}.") for n in range(1, many + 1))
    pack_id = add_pack(wiring, guest_id, analysis(transcript=lines))
    assert lines_of(read(f"/packs/{pack_id}/page")) == (above, many - above)
    opened = '<details id="more-lines" class="stack tight" open>'
    assert (opened in read(f"/packs/{pack_id}/page?line={many}")) == (many > above)
    assert opened not in read(f"/packs/{pack_id}/page?line=1")


def test_no_table_is_cut_by_the_fold(read: Callable[[str], str], wiring: Wiring, guest_id: int) -> None:
    lines = tuple(result.Line(n, f"a {n}\tb {n}") for n in range(1, 41))
    pack_id = add_pack(wiring, guest_id, analysis(transcript=lines))
    with wiring.database.writing() as session:
        for line in session.query(TranscriptLine).filter(TranscriptLine.n.between(15, 30)):
            line.table_n, line.cells = 1, line.text.split("\t")
    page = read(f"/packs/{pack_id}/page")
    assert page.count("page-table") == 1
    assert lines_of(page)[1] == 10


def test_every_tab_of_300_cards_is_light(
    client: FlaskClient, wiring: Wiring, guest_id: int, squeezed: Callable[[str], int]
) -> None:
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id, 300)
        for card in pack.cards:
            card.back = f"{card.front} has an answer of an ordinary length, as the page says it. " * 2
    for tab in ("", "/cards", "/page", "/more"):
        assert squeezed(f"/packs/{pack.id}{tab}") <= MOST_BYTES


def test_only_the_guest_sees_any_of_them(client: FlaskClient, deck: str) -> None:
    stranger = client.application.test_client()
    for tab in ("", "/cards", "/page", "/more"):
        assert stranger.get(f"/packs/{deck}{tab}", headers=PAGE).status_code == 404
    assert stranger.post(f"/packs/{deck}/give-back", data={"taken": "1"}).status_code == 404
