"""A passkey's answer is checked in a process of its own, and whatever is wrong with it is only refused."""

import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from studylens.accounts.ceremony import checker
from studylens.errors import Busy, WrongPasskey
from studylens.passkeys.checking import answer
from tests.accounts.authenticator import PRESENT, Authenticator, b64

SITE = {"origin": "https://study.example", "host": "study.example"}
CHALLENGE = b64(b"c" * 32)


def _phone(**changes: Any) -> Authenticator:
    return replace(Authenticator(**SITE), **changes)


def _made(phone: Authenticator) -> dict[str, Any]:
    return answer({"kind": "new", "credential": phone.create(CHALLENGE), "challenge": CHALLENGE, **SITE})


def _question(phone: Authenticator, made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    asked = {"kind": "known", "challenge": CHALLENGE, **SITE, **made, **changes}
    return {"credential": phone.get(CHALLENGE), **asked}


def test_a_passkey_is_made_and_used() -> None:
    phone = _phone()
    made = _made(phone)
    assert made["credential_id"] == b64(phone.id)
    assert answer(_question(phone, made))["sign_count"] == 1


def test_another_challenge_site_owner_or_key_is_refused() -> None:
    phone = _phone()
    made = _made(phone)
    wrong = (
        _question(phone, made, challenge=b64(b"d" * 32)),
        _question(phone, made, origin="https://evil.example"),
        _question(phone, made, host="evil.example"),
        _question(replace(phone, flags=PRESENT), made),
        _question(replace(phone, key=_phone().key), made),
        _question(phone, {**made, "sign_count": 99}),
        _question(phone, made, credential={}),
        _question(phone, made, credential={"id": "x", "rawId": "x", "type": "public-key", "response": 5}),
    )
    assert [sorted(answer(one)) for one in wrong] == [["refused"]] * len(wrong)
    assert "refused" in _made(_phone(flags=PRESENT))


@pytest.mark.process
def test_the_process_answers_and_leaves_nothing_heavy_here() -> None:
    phone = _phone()
    check = checker(nullcontext)
    question = {"kind": "new", "credential": phone.create(CHALLENGE), "challenge": CHALLENGE, **SITE}
    made = check(question)
    assert made.credential_id == b64(phone.id)
    with pytest.raises(WrongPasskey):
        check({**question, "host": "evil.example"})
    with pytest.raises(WrongPasskey):
        check({**question, "credential": {"id": "x" * 100_000}})


@pytest.mark.process
def test_a_process_that_is_killed_is_our_fault() -> None:
    command = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(Busy):
        checker(nullcontext, command)({"kind": "new"})
