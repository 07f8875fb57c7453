"""What a browser is told to do with an account that it has kept."""

import pytest

from studylens.errors import BeingJoined
from studylens.models import new_id
from studylens.study import leaving
from studylens.study.exchange.moving import steps as moving
from studylens.study.keeping import names
from studylens.study.keeping.names import Verdict
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.keeping.browser import Browser, entries

pytestmark = pytest.mark.own_sql


def _verdict(wiring: Wiring, guest_id: int | None, name: str) -> Verdict:
    with wiring.database.reading() as session:
        return names.judge(session, guest_id, [name])[name]


def test_an_account_is_kept_by_its_own_and_forgotten_by_whoever_is_signed_out(wiring: Wiring) -> None:
    mine, other = world.add_guest(wiring), world.add_guest(wiring)
    name = Browser(wiring, mine).name
    assert Browser(wiring, mine).name == name
    assert _verdict(wiring, mine, name) == Verdict.CURRENT
    assert _verdict(wiring, other, name) == _verdict(wiring, None, name) == Verdict.FORGET


def test_what_the_server_does_not_know_is_offered_until_it_is_brought_back(wiring: Wiring) -> None:
    mine, other, lost = world.add_guest(wiring), world.add_guest(wiring), new_id()
    assert _verdict(wiring, mine, lost) == _verdict(wiring, None, lost) == Verdict.BRING
    for _ in range(2):
        with wiring.database.writing() as session:
            names.adopt(session, mine, lost)
    assert _verdict(wiring, mine, lost) == Verdict.BRING  # Another browser of it may know more answers.
    assert _verdict(wiring, other, lost) == _verdict(wiring, None, lost) == Verdict.CONNECT
    with wiring.database.writing() as session:
        names.adopt(session, other, lost)
    assert _verdict(wiring, other, lost) == Verdict.CONNECT


def test_what_was_deleted_on_purpose_is_forgotten_everywhere(wiring: Wiring) -> None:
    mine, lost = world.add_guest(wiring), new_id()
    name = Browser(wiring, mine).name
    with wiring.database.writing() as session:
        names.adopt(session, mine, lost)
        leaving.begin(session, mine)
    leaving.finish_all(wiring.database)
    assert _verdict(wiring, None, name) == _verdict(wiring, None, lost) == Verdict.FORGET


def test_who_was_kept_apart_on_this_device_is_neither_forgotten_nor_brought_to_another(
    wiring: Wiring,
) -> None:
    here, apart, lost = world.add_guest(wiring), world.add_guest(wiring), new_id()
    name = Browser(wiring, apart).name
    with wiring.database.writing() as session:
        names.adopt(session, apart, lost)
    with wiring.database.reading() as session:
        assert set(names.judge(session, here, [name, lost], apart=apart).values()) == {Verdict.WAIT}
        assert names.judge(session, apart, [name], apart=apart)[name] == Verdict.CURRENT


def test_what_is_left_twice_is_remembered_once(wiring: Wiring) -> None:
    """A browser that was bringing it back when another one deleted it for good."""
    first, second, lost = world.add_guest(wiring), world.add_guest(wiring), new_id()
    for guest in (first, second):
        with wiring.database.writing() as session:
            names.adopt(session, guest, lost)
            leaving.begin(session, guest)
        leaving.finish_all(wiring.database)
    assert _verdict(wiring, None, lost) == Verdict.FORGET


def test_nothing_is_gathered_and_nothing_forgotten_before_all_has_moved_in(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    former, browser = Browser(wiring, old).name, Browser(wiring, new)
    with wiring.database.writing() as session:
        moving.begin(session, old, new)
    assert _verdict(wiring, new, former) == Verdict.WAIT
    assert _verdict(wiring, None, former) == Verdict.FORGET
    with pytest.raises(BeingJoined):
        browser.look()


def test_an_account_that_moves_into_another_is_forgotten_and_the_other_gathered_anew(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    former, browser = Browser(wiring, old).name, Browser(wiring, new)
    browser.look()
    with wiring.database.writing() as session:
        moving.begin(session, old, new)
    moving.finish_soon(wiring.database, new)
    assert _verdict(wiring, new, former) == Verdict.FORGET
    assert _verdict(wiring, new, browser.name) == Verdict.CURRENT
    browser.look()
    assert entries(browser.file()) == entries(world.exported(wiring, new))
