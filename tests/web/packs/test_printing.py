"""A pack on paper: notes and cards to cut, complete, for their guest alone."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from studylens.analysis.protocol.result import Material
from studylens.models import Pack, now
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


def test_notes_hold_every_part_and_no_controls_of_editing(read: Callable[[str], str], pack_id: str) -> None:
    page = read(f"/packs/{pack_id}/print")
    for expected in ("Photosynthesis", "<math", "Chlorophyll", "Stroma", "a diagram of a leaf", "stroma."):
        assert expected in page, expected
    assert "<form" not in page


def test_every_card_is_on_the_sheet_front_beside_back(read: Callable[[str], str], pack_id: str) -> None:
    page = read(f"/packs/{pack_id}/print/cards")
    assert page.count('class="strip"') == 3
    assert (
        page.index("Who first described it?") < page.index("Jan Ingenhousz") < page.index("not on the page")
    )


def test_a_deleted_card_is_not_printed(wiring: Wiring, read: Callable[[str], str], pack_id: str) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).cards[2].deleted_at = now()
    assert "Jan Ingenhousz" not in read(f"/packs/{pack_id}/print/cards")


def test_a_pack_without_cards_offers_to_add_one(
    wiring: Wiring, guest_id: int, read: Callable[[str], str]
) -> None:
    pack_id = add_pack(wiring, guest_id, analysis(material=Material(title="Bare")))
    assert f"/packs/{pack_id}/cards/new" in read(f"/packs/{pack_id}/print/cards")
    assert "Bare" in read(f"/packs/{pack_id}/print")


def test_the_pack_leads_to_its_paper(read: Callable[[str], str], pack_id: str) -> None:
    page = read(f"/packs/{pack_id}/more")
    assert f'href="/packs/{pack_id}/print"' in page
    assert f'href="/packs/{pack_id}/print/cards"' in page
