"""The service behind the door: its packs and cards as dataclasses. Raises RemoteFault everywhere."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studylens.anki_door.faults import DoorFault
from studylens.remote.client import Client, Question, part_of_path
from studylens.remote.faults import StrangeAnswer

AT_ONCE = 100
"""Of one answer, and of the fronts or numbers of one search: as the API's limits are."""
MOST_FOUND = 5_000
"""Cards that one search goes through: 50 requests."""

OTHER = "The service answers otherwise than it should. Are both of the same version?"


@dataclass(frozen=True)
class Pack:
    """A pack, as far as it is a deck. `url`: its page."""

    id: str
    title: str
    subject: str
    tags: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Card:
    """A card. `number` is what programs know it by; `stability` in days, None before the first answer."""

    id: str
    number: int
    pack: str
    front: str
    back: str
    origin: str
    state: str
    due_at: datetime | None
    stability: float | None
    reps: int
    lapses: int
    suspended: bool


@dataclass(frozen=True)
class Sides:
    """What a new card says. `id`: 32 hexadecimal digits under which it is there once."""

    id: str
    front: str
    back: str
    tags: tuple[str, ...] = ()


class Service:
    """One student's packs and cards, through the API."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def packs(self) -> tuple[Pack, ...]:
        """Return all packs, the newest first."""
        return tuple(_pack(told) for told in self._client.items("/packs", limit=AT_ONCE))

    def add_pack(self, title: str, subject: str, pack_id: str) -> Pack:
        """Begin a pack under an id that was drawn by chance."""
        return _pack(self._post("/packs", {"title": title, "subject": subject, "id": pack_id}))

    def cards(
        self,
        *,
        words: str = "",
        fronts: Sequence[str] = (),
        numbers: Sequence[int] = (),
        pack: str = "",
    ) -> Iterator[Card]:
        """Yield the cards that meet all of this. Raises DoorFault when they are too many."""
        wanted: dict[str, Any] = {"words": words, "pack": pack, "limit": AT_ONCE}
        for name, asked in (("fronts", fronts), ("numbers", numbers)):
            for at in range(0, len(asked), AT_ONCE):
                yield from self._search({**wanted, name: asked[at : at + AT_ONCE]})
        if not fronts and not numbers:
            yield from self._search(wanted)

    def add_card(self, pack_id: str, sides: Sides) -> Card:
        """Add a card; one of this id that is there stays as it is."""
        told = {"id": sides.id, "front": sides.front, "back": sides.back, "tags": list(sides.tags)}
        return _card(self._post(f"/packs/{part_of_path(pack_id)}/cards", told))

    def change_card(self, card: Card, front: str, back: str) -> None:
        """Let a card say something else, whatever it says by now."""
        path = f"/cards/{part_of_path(card.id)}"
        seen = self._client.get(path).etag
        self._client.ask(Question("PUT", path, {"front": front, "back": back}, if_match=seen))

    def delete_card(self, card: Card) -> None:
        """Put a card away."""
        self._client.ask(Question("DELETE", f"/cards/{part_of_path(card.id)}"))

    def put_picture(self, card: Card, side: str, webp: bytes) -> None:
        """Put a small picture on a side: front or back."""
        path = f"/cards/{part_of_path(card.id)}/picture"
        told = {"side": side, "webp": base64.b64encode(webp).decode()}
        self._client.ask(Question("PUT", path, told, again=True))

    def answer(self, card: Card, rating: int, answer_id: str) -> None:
        """Count an answer once under this id."""
        self._post("/reviews", {"id": answer_id, "card": card.id, "rating": rating})

    def suspend(self, card: Card, *, suspended: bool) -> None:
        """Set a card aside, or bring it back."""
        path = f"/cards/{part_of_path(card.id)}/suspended"
        self._client.ask(Question("PUT", path, {"suspended": suspended}, again=True))

    def answers_today(self) -> int:
        """Return how many cards were answered today."""
        told = self._client.get("/progress").body
        return int(told["answers_today"]) if isinstance(told, dict) else 0

    def _search(self, wanted: dict[str, Any]) -> Iterator[Card]:
        seen, cursor = 0, ""
        while True:
            part = self._post("/cards/search", {**wanted, "cursor": cursor})
            for told in part["items"]:
                yield _card(told)
            seen, cursor = seen + len(part["items"]), part["next"] or ""
            if not cursor:
                return
            if seen >= MOST_FOUND:
                raise DoorFault(f"More than {MOST_FOUND} cards would have to be looked at. Ask for fewer.")

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        told = self._client.ask(Question("POST", path, body, again=True)).body
        if not isinstance(told, dict):
            raise StrangeAnswer("The service's answer is no object.")
        return told


def _pack(told: Any) -> Pack:
    try:
        return Pack(told["id"], told["title"], told["subject"], tuple(told["tags"]), told["url"])
    except (KeyError, TypeError) as error:
        raise StrangeAnswer(
            "The service's packs are not as they should be. Is it of this version?"
        ) from error


def _card(told: Any) -> Card:
    try:
        due = datetime.fromisoformat(told["due_at"]) if told["due_at"] else None
        return Card(
            told["id"], told["number"], told["pack"], told["front"], told["back"], told["origin"],
            told["state"], due, told["stability"], told["reps"], told["lapses"], told["suspended"],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise StrangeAnswer(
            "The service's cards are not as they should be. Is it of this version?"
        ) from error
