"""`flask anki-door`, as a student starts it: a process of its own on this machine's own address."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from studylens.web.api import pace
from studylens.web.door.wiring import Wiring
from tests.anki_door.world import note, served
from tests.service import HOME, clean_environment
from tests.study.reviews.world import add_guest
from tests.web.api.program import Program

EXTENSION = "moz-extension://0d5a7e1c-1111-2222-3333-444455556666"


def _post(url: str, told: object, **headers: str) -> Any:
    request = urllib.request.Request(url, json.dumps(told).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


@pytest.mark.process
def test_a_listed_extension_adds_a_word_over_http(app: Flask, wiring: Wiring, tmp_path: Path) -> None:
    pace.begin_anew()
    with wiring.database.writing() as session:
        guest = add_guest(session)
    token = Program(app, wiring, guest, "read write").token
    with served(app) as url, _started(tmp_path, url, token) as process:
        lines: list[str] = []
        while not (found := re.search(r"http://127\.0\.0\.1:\d+ for", "".join(lines))):
            line = process.stdout.readline() if process.stdout else ""
            assert line, lines
            lines.append(line)
        door, origin = found[0].removesuffix(" for"), {"Origin": EXTENSION}
        add = {"action": "addNote", "version": 6, "params": {"note": note(deckName="Words")}}
        added = _post(door, add, **origin)
        assert added["error"] is None
        assert _post(door, add)["error"] == "cannot create note because it is a duplicate"
        assert token not in "".join(lines)


@contextlib.contextmanager
def _started(folder: Path, url: str, token: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "flask", "--app", "app", "anki-door", "--port", "0"]
    environment = clean_environment(folder, STUDYLENS_TOKEN=token)
    process = subprocess.Popen(
        [*command, "--url", url, "--origin", EXTENSION, "--deck", "Words"],
        cwd=HOME,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        yield process
        process.kill()


def test_what_is_wrong_is_told_before_the_door_opens(app: Flask) -> None:
    def told(*words: str, token: str = "x" * 43, url: str = "") -> tuple[int, str]:
        environment = {"STUDYLENS_TOKEN": token, "STUDYLENS_URL": url, "ANKI_DOOR_KEY": ""}
        done = app.test_cli_runner().invoke(args=["anki-door", *words], env=environment)
        return done.exit_code, done.output

    for words, token, why in (
        ((), "", "STUDYLENS_TOKEN holds no token"),
        (("--token", "x" * 43), "", "Set it as STUDYLENS_TOKEN"),
        (("--key", "sesame"), "x" * 43, "Set it as ANKI_DOOR_KEY"),
        (("--origin", "*"), "x" * 43, "no origin such as"),
        (("--url", "http://studylens.example"), "x" * 43, "Use https://"),
    ):
        code, output = told(*words, token=token)
        assert code in {1, 2}
        assert why in output
    with served(app) as url, socket.socket() as taken:
        code, output = told(url=url)
        assert (code, "This token is not known here" in output) == (1, True)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        away = "http://127.0.0.1:9"
        code, output = told("--port", str(taken.getsockname()[1]), url=away)
        assert (code, "is taken" in output, "opens all the same" in output) == (1, True, True)
