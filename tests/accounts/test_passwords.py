"""Passwords: which are taken, how they are kept, and how many at once."""

import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from studylens.accounts.names import is_address, key_of, parse_name
from studylens.accounts.passwords import hash_password, is_right, parse_password
from studylens.accounts.slots import Slots
from studylens.errors import BadName, BadPassword, Busy


@pytest.mark.parametrize("typed", ["short", "a" * 30, "Password123", "1234567890", "ü" * 513, "abab" * 5])
def test_short_common_and_endless_passwords_are_refused(typed: str) -> None:
    with pytest.raises(BadPassword):
        parse_password(typed)


def test_the_name_is_no_password() -> None:
    with pytest.raises(BadPassword):
        parse_password("Anna.Meier@example.org", "anna.meier@EXAMPLE.org")


@pytest.mark.parametrize(
    "typed", ["leaf stone river", "日本語のパスワードです", " spaces count ", "🌱🌳🍁" * 4 + "x"]
)
def test_any_other_letters_are_taken(typed: str) -> None:
    assert is_right(typed, hash_password(parse_password(typed), nullcontext), nullcontext)


def test_one_password_however_a_keyboard_composes_it() -> None:
    kept = hash_password(parse_password("cafe\u0301 au lait"), nullcontext)
    assert is_right("caf\u00e9 au lait", kept, nullcontext)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_without_a_hash_the_same_work_is_done_and_nothing_is_right() -> None:
    turns: list[int] = []

    def turn() -> nullcontext[None]:
        turns.append(1)
        return nullcontext()

    assert not is_right("", None, turn)
    assert not is_right("wrong", "damaged", turn)
    assert len(turns) == 2


def test_names_that_look_the_same_are_the_same() -> None:
    assert parse_name("  Anna   Meier ") == "Anna Meier"
    assert key_of("ANNA Meier") == key_of("ａｎｎａ meier") == "anna meier"
    for bad in ("a", "", "x" * 121, "an\u200bna", "an\x00na", "\ud800x"):
        with pytest.raises(BadName):
            parse_name(bad)


def test_only_one_address_and_nothing_else_gets_letters() -> None:
    assert [name for name in ("anna.m+x@mail.example.org", "A@b") if not is_address(name)] == []
    lists = ("a@b, c@d", "Buy <a@b>", "a@b@c", "@b", "a@", "a..b@c", "a b@c", "a@b.", "ä@b", "a@-b", "a@b\n")
    assert [name for name in lists if is_address(name)] == []


def test_two_at_once_over_all_workers_and_the_third_is_told_to_come_again(tmp_path: Path) -> None:
    one, other = (Slots(tmp_path / "lock", wait_seconds=0) for _ in range(2))
    with one.turn(), other.turn(), pytest.raises(Busy) as refused, other.turn():
        pass
    assert refused.value.retry_after == 5
    with one.turn(), one.turn():
        pass


def test_whoever_waits_gets_the_next_place(tmp_path: Path) -> None:
    slots = Slots(tmp_path / "lock", 1, wait_seconds=60)
    done = threading.Event()

    def wait() -> None:
        with slots.turn():
            done.set()

    with slots.turn():
        thread = threading.Thread(target=wait)
        thread.start()
        assert not done.is_set()
    thread.join(60)
    assert done.is_set()
