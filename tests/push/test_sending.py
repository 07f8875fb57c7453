"""Only known push services at public addresses are sent to, and each of their answers means something."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from studylens.errors import Busy
from studylens.push import vapid
from studylens.push.asking import ask, public_key
from studylens.push.hosts import is_public, service_of
from studylens.push.sending import connect_public, meaning, send_all
from tests.push.service import Browser, push_service

GOOGLE = "https://fcm.googleapis.com/fcm/send/"


def _question(browser: Browser, *endpoints: str, **changes: Any) -> dict[str, Any]:
    messages = [{"id": n, "endpoint": one, "text": "{}", **browser.keys} for n, one in enumerate(endpoints)]
    told = {"ask": "send", "key": vapid.new_key(), "subject": "mailto:a@b.org", "hosts": []}
    return {**told, "messages": messages, **changes}


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (GOOGLE + "a:b", "Google"),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", "Mozilla"),
        ("https://wns2-par02p.notify.windows.com/w/?token=x", "Microsoft"),
        ("https://web.push.apple.com/x", "Apple"),
        ("https://push.school.example/x", "push.school.example"),
        ("http://fcm.googleapis.com/x", None),
        ("https://fcm.googleapis.com:8443/x", None),
        ("https://fcm.googleapis.com.evil.example/x", None),
        ("https://evilfcm.googleapis.com/x", None),
        ("https://evil.example/fcm.googleapis.com", None),
        ("https://fcm.googleapis.com@evil.example/x", None),
        ("https://evil.example\\@fcm.googleapis.com/x", None),
        ("https://127.0.0.1/x", None),
        ("https://[::1]/x", None),
        ("https://[broken/x", None),
        ("https://a..push.apple.com/x", None),
        (f"https://{'a' * 64}.push.apple.com/x", None),
        (f"https://{'a.' * 130}push.apple.com/x", None),
        ("https://fcm.googleapis.com/\r\nX: y", None),
        (GOOGLE + "x" * 1_000, None),
        ("", None),
    ],
)
def test_only_known_push_services_are_sent_to(endpoint: str, name: str | None) -> None:
    assert service_of(endpoint, ("push.school.example",)) == name


@pytest.mark.parametrize(
    ("address", "is_outside"),
    [
        ("142.250.1.1", True), ("2a00:1450::1", True), ("127.0.0.1", False), ("10.0.0.1", False),
        ("169.254.169.254", False), ("::1", False), ("::ffff:10.0.0.1", False), ("fe80::1%eth0", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("fd00::1", False),
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_its_network_are_none_of_the_internet(
    address: str, *, is_outside: bool
) -> None:
    assert is_public(address) is is_outside


@pytest.mark.parametrize("inside", [["10.0.0.1"], ["142.250.1.1", "127.0.0.1"], []])
def test_a_name_that_leads_inside_is_not_connected_to(inside: list[str]) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in inside]

    with pytest.raises(PermissionError):
        connect_public("fcm.googleapis.com", resolve)


def test_the_browser_reads_what_was_sent_and_each_answer_is_told() -> None:
    browser = Browser()
    statuses = (201, 410, 404, 429, 503, 500, 302, 413)
    question = _question(browser, *(f"{GOOGLE}{status}" for status in statuses), "https://10.0.0.1/201")
    with push_service() as service:
        service.retry_after = "120"
        found = list(send_all(question, service.connect))  # type: ignore[arg-type]
    outcomes = ["sent", "gone", "gone", "wait", "wait", "failed", "failed", "failed", "refused"]
    assert [one["outcome"] for one in found] == outcomes
    assert [one["wait"] for one in found if one["outcome"] == "wait"] == [120, 120]
    assert len(service.got) == len(statuses)  # No redirection was followed, and nothing went inside.
    path, headers, body = service.got[0]
    assert (path, json.loads(browser.read(body))) == ("/fcm/send/201", {})
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].endswith(f"k={vapid.public_of(question['key'])}")
    assert int(headers["TTL"]) > 0


def test_keys_that_are_none_are_refused_and_a_service_that_is_away_failed() -> None:
    def away(_host: str) -> Any:
        raise ConnectionRefusedError

    wrong = _question(Browser(), GOOGLE)
    wrong["messages"][0]["p256dh"] = "BAAA"
    assert [one["outcome"] for one in send_all(wrong, away)] == ["refused"]
    assert [one["outcome"] for one in send_all(_question(Browser(), GOOGLE), away)] == ["failed"]


def test_a_message_that_cannot_be_sent_holds_back_no_other() -> None:
    looked_up: list[str] = []

    def odd(host: str) -> Any:
        looked_up.append(host)
        raise UnicodeError("label empty or too long")  # As Python's look-up of a name says it.

    found = send_all(_question(Browser(), GOOGLE, GOOGLE), odd)
    assert [one["outcome"] for one in found] == ["failed", "failed"]
    assert len(looked_up) == 2


@pytest.mark.parametrize(("asked", "wait"), [(None, 900), ("soon", 900), ("0", 60), ("99999999", 14_400)])
def test_how_long_to_wait_is_bounded(asked: str | None, wait: int) -> None:
    assert meaning(429, asked)["wait"] == wait


def test_a_class_that_opens_the_page_at_once_starts_one_process() -> None:
    asked: list[Any] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow(question: Any) -> dict[str, Any]:
        asked.append(question)
        begun.set()
        go_on.wait(5)
        return {"public": "the key"}

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(public_key, "a private key", slow)
        assert begun.wait(5)
        others = [pool.submit(public_key, "a private key", slow) for _ in range(2)]
        go_on.set()
        assert {one.result() for one in (first, *others)} == {"the key"}
    assert len(asked) == 1


@pytest.mark.process
def test_the_process_makes_keys_refuses_a_stranger_and_says_when_it_cannot() -> None:
    made = ask({"ask": "new"})
    assert ask({"ask": "public", "key": made["key"]}) == {"public": made["public"]}
    outcomes = ask(_question(Browser(), "https://127.0.0.1/x", key=made["key"]))["outcomes"]
    assert [one["outcome"] for one in outcomes] == ["refused"]
    with pytest.raises(Busy):
        ask({"ask": "public", "key": "é"})
