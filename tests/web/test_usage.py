"""The page that says what a student uses of each budget."""

from typing import Any

from flask.testing import FlaskClient

from app import create_app
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


def test_what_others_behind_the_same_address_send_is_not_the_student_s(settings: dict[str, Any]) -> None:
    app = create_app({**settings, "analyses_per_hour": 60, "analyses_per_hour_address": 60})
    others, student = app.test_client(), app.test_client()
    for _ in range(2):
        assert others.post("/analyze?wait=0", data={"text": "Osmosis."}).status_code == 202
    assert student.get("/usage").get_json()["analyses"] == {"used": 0, "most": 60}
    assert others.get("/usage").get_json()["analyses"]["used"] == 2


def test_a_newcomer_uses_nothing_and_stays_one(client: FlaskClient) -> None:
    told = client.get("/usage").get_json()
    assert {line["used"] for line in told.values()} == {0}
    assert "studylens_guest" not in client.get("/usage").headers.get("Set-Cookie", "")
