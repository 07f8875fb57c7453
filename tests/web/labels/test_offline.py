"""A card that hides a label is taken along as a review shows it, and once more when its box has moved."""

from flask.testing import FlaskClient

from studylens.models import Flashcard, Pack, now
from studylens.study.reviews import cards as schedule
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.web.labels.test_pages import hide
from tests.web.world import become_guest


def test_a_hidden_label_is_taken_along(client: FlaskClient, wiring: Wiring) -> None:
    pack_id = world.add_labels(wiring, become_guest(wiring, client), ("Leaf", "Light"))
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        made = [card.id for card in pack.cards if card.back == "Leaf"]
        schedule.accept(session, pack, [session.get_one(Flashcard, made[0])], now())
    answer = client.get("/sync/due?after=new-0")
    [card] = answer.get_json()["cards"]
    picture = card["html"][: card["html"].index("review-back")]
    assert f'href="/packs/{pack_id}/picture/1"' in picture
    assert picture.count('class="mask"') == 1
    assert "Leaf" not in picture
    first = client.get("/sync/due")
    known = {"known": [str(made[0])], "mode": "all", f"word-c{made[0]}": "Leaf"}
    hide(client, pack_id, f"c{made[0]}", **known, **{f"box-c{made[0]}": "0.1 0.2 0.3 0.4"})
    again = client.get("/sync/due", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
