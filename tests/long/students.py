"""Students of a soak: each a browser of its own, with a cookie and a deck, against a real service."""

import hashlib
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from datetime import timedelta
from itertools import cycle

from database_config import Database
from studylens.models import Guest, now
from studylens.web.door.cookies import GUEST_COOKIE
from tests.service import Service
from tests.study.reviews.world import add_deck, field, learn


class Student:
    """Reads pages and sends forms; notes the status of every answer."""

    def __init__(self, service: Service, database: Database, cards: int = 0) -> None:
        self.statuses: Counter[int] = Counter()
        self.answered = 0
        self._services = cycle([service])
        token = secrets.token_urlsafe(32)
        self._cookie = f"{GUEST_COOKIE}={token}"
        with database.writing() as session:
            guest = Guest(token_hash=hashlib.sha256(token.encode()).hexdigest())
            session.add(guest)
            session.flush()
            self.guest_id = guest.id
            if cards:
                learn(session, add_deck(session, guest.id, cards), now() - timedelta(days=30))

    def move_to(self, service: Service) -> None:
        """Ask another service from now on, or one that was started anew; statuses are counted anew."""
        self.ask_in_turn(service)
        self.statuses.clear()

    def ask_in_turn(self, *services: Service) -> None:
        """Ask these from now on, another one with each request, as behind a proxy."""
        self._services = cycle(services)

    def ask(self, path: str, body: bytes | None = None, kind: str = "", accept: str = "text/html") -> str:
        """Return the answer's text, whatever its status; redirects are followed."""
        headers = {"Cookie": self._cookie, "Accept": accept} | ({"Content-Type": kind} if kind else {})
        request = urllib.request.Request(next(self._services).url + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                self.statuses[answer.status] += 1
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                self.statuses[error.code] += 1
                return error.read().decode()

    def review(self) -> bool:
        """Answer the card that is due; False when there is none."""
        page = self.ask("/review")
        shown = re.search(r"/review/cards/(\d+)/answer", page)
        if shown is None:
            return False
        sent = {"rating": "1", "key": field(page, "key"), "shown": field(page, "shown")}
        form = urllib.parse.urlencode(sent).encode()
        before = self.statuses[200]
        self.ask(f"/review/cards/{shown[1]}/answer", form, "application/x-www-form-urlencoded")
        self.answered += self.statuses[200] - before
        return True
