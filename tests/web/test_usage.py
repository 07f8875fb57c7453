"""The page that says what a student uses of each budget."""

from flask.testing import FlaskClient

from studylens.budget_limits import MAX_PACKS
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, become_guest, read_page


def test_a_student_sees_what_is_used_of_what(wiring: Wiring, client: FlaskClient) -> None:
    guest = become_guest(wiring, client)
    add_pack(wiring, guest)
    told = client.get("/usage").get_json()
    assert told["packs"] == {"used": 1, "most": MAX_PACKS}
    assert told["cards"]["used"] > 0
    assert told["analyses"] == {"used": 2, "most": 60}
    page = read_page(client.get("/usage", headers=PAGE))
    assert "1 of 2,000" in page
    assert "2 of 60" in page


def test_a_newcomer_uses_nothing_and_stays_one(client: FlaskClient) -> None:
    told = client.get("/usage").get_json()
    assert {line["used"] for line in told.values()} == {0}
    assert "studylens_guest" not in client.get("/usage").headers.get("Set-Cookie", "")
