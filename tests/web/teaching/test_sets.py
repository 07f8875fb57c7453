"""Sets and classes: made, filled, refused, deleted; for all but their guest they do not exist."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens import teaching_limits as limits
from studylens.models import DONE, FAILED, LEARN, Job, SetClass, SetPhoto
from studylens.study.teaching.store import Named, add_class, add_set
from studylens.web.door.wiring import Wiring
from tests.web.teaching import world
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql


def leaves(client: FlaskClient, *names: str) -> tuple[int, list[int]]:
    """Make a set with classes of these names; return their ids."""
    set_id = client.post("/sets", json={"name": "Leaves"}, headers=world.JSON).get_json()["id"]
    made = [client.post(f"/sets/{set_id}/classes", json={"name": name}, headers=world.JSON) for name in names]
    return set_id, [answer.get_json()["id"] for answer in made]


def images(set_id: int, class_id: int) -> str:
    return f"/sets/{set_id}/classes/{class_id}/images"


def test_a_set_is_made_filled_trained_and_shown(client: FlaskClient, wiring: Wiring) -> None:
    become_guest(wiring, client)
    set_id, (oak, beech) = leaves(client, "Oak", "Beech")
    assert world.send(client, images(set_id, oak), *map(world.picture, (1, 2, 3))).status_code == 202
    assert world.send(client, images(set_id, beech), *map(world.picture, (4, 5))).status_code == 202
    world.look(wiring, {oak: 0, beech: 1})
    assert client.post(f"/sets/{set_id}/train?wait=0", headers=world.JSON).status_code == 202
    world.train(wiring, set_id)
    report = client.get(f"/sets/{set_id}/report").get_json()
    assert (report["tried"], report["right"]) == (5, 5)
    assert report["accuracy"] == "5 of 5 photos told right, each without itself."
    assert [line for line in report["warnings"] if "Beech" in line]
    shown = client.get(f"/sets/{set_id}", headers=world.JSON).get_json()
    assert [(one["name"], one["photos"]) for one in shown["classes"]] == [("Oak", 3), ("Beech", 2)]


def test_a_share_is_told_from_twenty_photos_on(client: FlaskClient, wiring: Wiring) -> None:
    guest = become_guest(wiring, client)
    set_id = world.add_taught(wiring, guest, classes=4, each=5)
    with wiring.database.writing() as session:
        first = session.scalars(select(SetPhoto).limit(1)).one()
        other = session.scalars(select(SetClass)).all()[-1]
        first.guess_id = other.id
    report = client.get(f"/sets/{set_id}/report").get_json()
    assert report["accuracy"] == "95 %: 19 of 20 photos told right, each without itself."
    page = read_page(client.get(f"/sets/{set_id}", headers=PAGE))
    assert "taken for" in page
    assert f"/sets/photos/{report['mistakes'][0]['photo']}.jpg" in page


def test_a_photo_is_in_one_class_only_and_once(client: FlaskClient, wiring: Wiring) -> None:
    become_guest(wiring, client)
    set_id, (oak, beech) = leaves(client, "Oak", "Beech")
    photo = world.picture(1)
    assert world.send(client, images(set_id, oak), photo).status_code == 202
    told = [
        world.send(client, images(set_id, there), *photos).get_json()["error"]["message"]
        for there, photos in ((beech, [photo]), (oak, [photo]), (oak, [world.picture(2)] * 2))
    ]
    assert "in “Oak” already. A photo can be in one class only" in told[0]
    assert "in “Oak” already. Each photo counts once" in told[1]
    assert "there twice" in told[2]


def test_the_page_follows_what_waits_and_is_made_anew_when_it_has_ended(
    client: FlaskClient, wiring: Wiring
) -> None:
    become_guest(wiring, client)
    set_id, (oak,) = leaves(client, "Oak")
    world.send(client, images(set_id, oak), world.picture(1))
    asks = {**PAGE, "HX-Request": "true"}
    waiting = client.get(f"/sets/{set_id}", headers=asks)
    assert "1 photo still to look at." in waiting.get_data(as_text=True)
    with wiring.database.writing() as session:
        session.scalars(select(Job).where(Job.kind == LEARN)).one().state = DONE
    world.look(wiring, {oak: 0})
    ended = client.get(f"/sets/{set_id}", headers=asks)
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")


def test_a_photo_that_could_not_be_read_is_named_and_may_come_again(
    client: FlaskClient, wiring: Wiring
) -> None:
    become_guest(wiring, client)
    set_id, (oak,) = leaves(client, "Oak")
    world.send(client, images(set_id, oak), world.picture(1))
    with wiring.database.writing() as session:
        job = session.scalars(select(Job).where(Job.kind == LEARN)).one()
        job.state, job.error_message = FAILED, "This picture is damaged and cannot be read."
    assert "This picture is damaged" in read_page(client.get(f"/sets/{set_id}", headers=PAGE))
    assert world.send(client, images(set_id, oak), world.picture(1)).status_code == 202


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"json": {"name": ""}}, "bad_text"),
        ({"json": {"name": "x" * 101}}, "bad_text"),
        ({"json": []}, "bad_request"),
        ({"data": b"{", "content_type": "application/json"}, "bad_request"),
        ({"data": b"[" * 60_000, "content_type": "application/json"}, "bad_request"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused(
    client: FlaskClient, body: dict[str, object], code: str
) -> None:
    answer = client.post("/sets", headers=world.JSON, **body)  # type: ignore[arg-type]
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)


def test_what_is_no_photo_is_refused_by_name(client: FlaskClient, wiring: Wiring) -> None:
    become_guest(wiring, client)
    set_id, (oak,) = leaves(client, "Oak")
    pdf = world.send(client, images(set_id, oak), b"%PDF-1.7 and so on")
    assert (pdf.status_code, pdf.get_json()["error"]["code"]) == (415, "unsupported_type")
    assert "photo-1.jpg is a PDF" in pdf.get_json()["error"]["message"]
    assert world.send(client, images(set_id, oak)).get_json()["error"]["code"] == "no_file"


def test_limits_are_told_in_words(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_guest(wiring, client)
    for name, most in (("MAX_SETS", 1), ("MAX_CLASSES", 1), ("MAX_PHOTOS", 1), ("MAX_PHOTOS_AN_HOUR", 5)):
        monkeypatch.setattr(limits, name, most)
    set_id, (oak,) = leaves(client, "Oak")
    refused = [
        client.post("/sets", json={"name": "More"}, headers=world.JSON),
        client.post(f"/sets/{set_id}/classes", json={"name": "Ash"}, headers=world.JSON),
        world.send(client, images(set_id, oak), world.picture(1), world.picture(2)),
        world.send(client, images(set_id, oak), *map(world.picture, range(6))),
    ]
    assert [answer.status_code for answer in refused] == [HTTPStatus.TOO_MANY_REQUESTS] * 4
    double = client.post(f"/sets/{set_id}/classes", json={"name": "OAK"}, headers=world.JSON)
    assert double.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_an_empty_or_untrained_set_says_what_it_lacks(client: FlaskClient, wiring: Wiring) -> None:
    become_guest(wiring, client)
    set_id, _ = leaves(client, "Oak")
    train = client.post(f"/sets/{set_id}/train", headers=world.JSON).get_json()["error"]
    ask = world.send(client, f"/sets/{set_id}/identify", world.picture(1)).get_json()["error"]
    assert "no photos yet" in train["message"]
    assert "not trained yet" in ask["message"]


def test_copies_may_go_while_what_was_learnt_stays(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client))
    assert client.post(f"/sets/{set_id}/forget").status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        rows = session.execute(select(SetPhoto.jpeg, SetPhoto.width, SetPhoto.features)).all()
    assert {(row.jpeg, row.width) for row in rows} == {(None, 0)}
    assert all(len(row.features) == 2560 for row in rows)


def test_a_deleted_set_leaves_nothing(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client))
    client.post(f"/sets/{set_id}/delete")
    with wiring.database.reading() as session:
        assert session.scalars(select(SetClass)).all() + session.scalars(select(SetPhoto)).all() == []


def test_pages_are_sound_with_and_without_sets(client: FlaskClient, wiring: Wiring) -> None:
    assert "Your first set" in read_page(client.get("/sets", headers=PAGE))
    guest = become_guest(wiring, client)
    with wiring.database.writing() as session:
        empty = add_set(session, guest, Named("Stains <b>")).id
        add_class(session, add_set(session, guest, Named("One")), Named("Ink"))
    set_id = world.add_taught(wiring, guest)
    assert "Stains &lt;b&gt;" in client.get("/sets", headers=PAGE).get_data(as_text=True)
    assert "The first class" in read_page(client.get(f"/sets/{empty}", headers=PAGE))
    assert "What is this?" in read_page(client.get(f"/sets/{set_id}", headers=PAGE))
