"""A class: a teacher with a pack, and phones that came in by the code."""

import re
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.models import LiveQuiz
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, become_guest


class Class:
    """A teacher and the phones of a class."""

    def __init__(self, app: Flask, wiring: Wiring) -> None:
        self.app, self.wiring = app, wiring
        self.teacher = app.test_client()
        self.guest_id = become_guest(wiring, self.teacher)
        self.pack_id = add_pack(wiring, self.guest_id)
        self.code = ""

    def begin(self, count: int = 2) -> str:
        """Begin a quiz; return its code."""
        answer = self.post("", count=count)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        found = re.search(r'class="digits">(\w{6})<', self.board())
        assert found is not None
        self.code = found.group(1)
        return self.code

    def post(self, what: str, **form: Any) -> Any:
        """Press a button of the teacher's."""
        return self.teacher.post(f"/packs/{self.pack_id}/live{what}", data=form, headers=PAGE)

    def board(self) -> str:
        """Return the board as it is now."""
        return self.teacher.get(f"/packs/{self.pack_id}/live/board", headers=PAGE).text

    def part(self) -> str:
        """Return what changes on the board by itself."""
        return self.teacher.get(f"/packs/{self.pack_id}/live/board/part", headers=PAGE).text

    def on(self) -> None:
        """Go on from where the quiz is."""
        with self.wiring.database.reading() as session:
            step = session.scalars(select(LiveQuiz.step)).one()
        assert self.post("/on", step=step).status_code == HTTPStatus.SEE_OTHER

    def phone(self, name: str) -> FlaskClient:
        """Let a phone come in."""
        phone = self.app.test_client()
        answer = self.join(phone, name)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        return phone

    def join(self, phone: FlaskClient, name: str) -> Any:
        """Choose a nickname on a phone."""
        return phone.post(f"/live/{self.code}/join", data={"name": name}, headers=PAGE)

    def give(self, phone: FlaskClient, place: Any, choice: Any) -> Any:
        """Send an answer as the script does."""
        return phone.post(f"/live/{self.code}/answers", data={"place": place, "choice": choice})

    def state(self, phone: FlaskClient, tag: str = "") -> Any:
        """Ask what is to be seen."""
        headers = {"If-None-Match": tag} if tag else {}
        return phone.get(f"/live/{self.code}/state", headers=headers)

    def right(self, place: int) -> int:
        """Return the place of the right option."""
        with self.wiring.database.reading() as session:
            found: int = session.scalars(select(LiveQuiz.questions)).one()[place]["answer_index"]
        return found

    def ids(self, model: Any) -> list[Any]:
        """Return the numbers of all rows."""
        with self.wiring.database.reading() as session:
            return list(session.scalars(select(model.id).order_by(model.id)))

    def count(self, model: Any) -> int:
        """Return how many rows there are."""
        with self.wiring.database.reading() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0
