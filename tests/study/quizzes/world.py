"""A student who takes quizzes through the site's own forms, for tests."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from studylens.models import QuizAttempt, QuizItem
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, read_page

WRONG = "certainly not this"
ALL = {"count": "50", "typed": "1"}


@dataclass
class Student:
    """Posts as a browser does; looks into the database only for what the pages must not tell."""

    wiring: Wiring
    client: FlaskClient

    def start(self, pack_id: str, **form: str) -> str:
        """Start a quiz from a pack; return the attempt's id."""
        return self.attempt_id(self.client.post(f"/packs/{pack_id}/quiz/start", data={**ALL, **form}))

    def attempt_id(self, answer: TestResponse) -> str:
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/")[2]

    def items(self, attempt_id: str) -> list[QuizItem]:
        ordered = select(QuizItem).where(QuizItem.attempt_id == attempt_id).order_by(QuizItem.position)
        with self.wiring.database.reading() as session:
            return list(session.scalars(ordered))

    def attempt(self, attempt_id: str) -> QuizAttempt:
        with self.wiring.database.reading() as session:
            return session.get_one(QuizAttempt, attempt_id)

    def item(self, attempt_id: str, prompt: str) -> QuizItem:
        [found] = [item for item in self.items(attempt_id) if prompt in item.prompt]
        return found

    def answer(self, item: QuizItem, *, right: bool, **form: str) -> TestResponse:
        """Answer rightly or wrongly, by place or by typing."""
        if item.options is None:
            sent = {"answer": item.answer if right else WRONG}
        else:
            fitting = [o for o in item.options if (o == item.answer) is right]
            sent = {"choice": str(item.options.index(fitting[0]))}
        return self.client.post(self.path(item), data={**sent, **form}, headers=PAGE)

    def answer_all(self, attempt_id: str, *, right: bool = True) -> None:
        for item in self.items(attempt_id):
            assert self.answer(item, right=right).status_code == 303

    def path(self, item: QuizItem) -> str:
        return f"/quizzes/{item.attempt_id}/items/{item.position}"

    def read(self, path: str) -> str:
        return read_page(self.client.get(path, headers=PAGE, follow_redirects=True))

    def words(self, path: str) -> str:
        """What the page says, without its marks."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.read(path)).split())

    def options_shown(self, item: QuizItem) -> list[str]:
        return re.findall(r'<span dir="auto"[^>]*>(.*?)</span><kbd', self.read(self.path(item)))
