"""Anki as the judge of our decks, started as a program of its own."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.service import HOME

ANSWER = "answer: "
"""The same as in tests/study/exchange/anki_program.py, which this process must not import."""


class Anki:
    """A collection in a folder of its own; methods are the commands of anki_program.py."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.study.exchange.anki_program", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HOME,
            env={**os.environ, "TEMPORARILY_DISABLE_PROTOBUF_VERSION_CHECK": "true"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def take_in(self, path: Path, *, scheduling: bool = False) -> dict[str, int]:
        found: dict[str, int] = self._ask("take_in", str(path), scheduling)
        return found

    def hand_out(self, path: Path, *, legacy: bool, scheduling: bool = False) -> None:
        self._ask("hand_out", str(path), legacy, scheduling)

    def schedules(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("schedules")
        return found

    def study(self, ratings: list[list[int]], *, fsrs: bool) -> None:
        self._ask("study", fsrs, ratings)

    def hold(self, *, suspended: int, buried: int) -> None:
        self._ask("hold", suspended, buried)

    def add_note(
        self, kind: str, *fields: str, deck: str = "Biology::Cells", tags: tuple[str, ...] = ()
    ) -> None:
        self._ask("add_note", kind, fields, deck, tags)

    def add_type(self, name: str, fields: list[str], sides: list[tuple[str, str]], *, gaps: bool) -> None:
        self._ask("add_type", name, fields, sides, gaps)

    def add_media(self, name: str, data: bytes) -> None:
        self._ask("add_media", name, base64.b64encode(data).decode())

    def add_occlusion(self, picture: Path, shapes: str, header: str, extra: str) -> None:
        self._ask("add_occlusion", str(picture), shapes, header, extra)

    def cards(self) -> list[list[Any]]:
        found: list[list[Any]] = self._ask("cards")
        return found

    def notes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("notes")
        return found

    def occlusion(self, guid: str) -> tuple[list[dict[str, str]], bytes]:
        """Return the shapes that Anki's own editor reads from a note, and the picture that it opens."""
        shapes, picture = self._ask("occlusion", guid)
        return shapes, base64.b64decode(picture)

    def check(self) -> bool:
        return bool(self._ask("check"))

    def _ask(self, *command: object) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("Anki was started without pipes")
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answers = (line for line in self._process.stdout if line.startswith(ANSWER))
        return json.loads(next(answers).removeprefix(ANSWER))
