"""What an assistant does in the student's name: each call asks the service, and nothing is done twice."""

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from studylens.assistants import reading
from studylens.assistants.shapes import (
    AddedTold,
    AnsweredTold,
    CardsTold,
    CardTold,
    DueTold,
    NewCardAsked,
    PacksTold,
    PackTold,
    ProgressTold,
)
from studylens.remote.client import Client, Question, part_of_path
from studylens.remote.faults import RemoteFault

MOST_AT_ONCE = 50
"""Packs or cards of one answer: more only fills an assistant's memory."""
MOST_NEW = 50
"""Cards of one call: half of what a token may ask at once."""
_MOST_FOUND = 100
"""What the service gives at once."""
_ID = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"\w")


class Unclear(RemoteFault):
    """What was asked for can mean several things, or nothing."""


class Desk:
    """One student's packs at one service. Threads may share it: assistants call several tools at once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._adding = threading.Lock()
        """Ten calls that name the same new pack make one."""

    def find_packs(self, words: str, cursor: str, limit: int) -> PacksTold:
        """Return packs that hold every word, as a word's beginning; without words all. Raises RemoteFault."""
        body = self._client.get("/packs", q=words.strip(), cursor=cursor, limit=limit).body
        return PacksTold([reading.pack_of(one) for one in reading.items_of(body)], reading.next_of(body))

    def find_cards(self, words: str, pack: str, cursor: str, limit: int) -> CardsTold:
        """Return cards that hold every word; `pack`: an id, empty for all. Raises RemoteFault."""
        body = self._search(words=words, pack=pack, cursor=cursor, limit=limit)
        return CardsTold([reading.card_of(one) for one in reading.items_of(body)], reading.next_of(body))

    def due(self, limit: int) -> DueTold:
        """Return what may come up now. Raises RemoteFault."""
        found = reading.items_of(self._client.get("/due", limit=limit + 1).body)
        return DueTold([reading.card_of(one) for one in found[:limit]], len(found) > limit)

    def progress(self) -> ProgressTold:
        """Return how far the student is. Raises RemoteFault."""
        return reading.progress_of(self._client.get("/progress").body)

    def add_cards(self, pack: str, cards: Sequence[NewCardAsked]) -> AddedTold:
        """Add cards to a pack, named by its id or title; a new one when no pack has this title.

        What is there already, word for word, is left alone. Raises RemoteFault, saying how many were added.
        """
        with self._adding:
            chosen, is_new = self._pack_for(pack)
            known = {} if is_new else self._known(chosen.id, cards)
            told = AddedTold(chosen.id, chosen.title, is_new)
            for card in cards:
                there = known.get(_sides(card))
                if there is not None:
                    told = replace(told, known=[*told.known, there])
                    continue
                made = self._add(chosen.id, card, done=len(told.added))
                known[_sides(card)] = made
                told = replace(told, added=[*told.added, made])
            return told

    def answer(self, card: str, showing: int, rating: int) -> AnsweredTold:
        """Count an answer to this showing of a card, once however often it is sent. Raises RemoteFault."""
        seen = reading.card_of(self._client.get(f"/cards/{part_of_path(card)}").body)
        if showing > seen.showing:
            raise Unclear(f"This card had {seen.showing} answers so far, not {showing}. Ask what is due.")
        if showing < seen.showing:
            return AnsweredTold(counted=False, card=seen)
        sent = {"id": _review_id(card, showing), "card": card, "rating": rating}
        body = self._client.ask(Question("POST", "/reviews", sent, again=True)).body
        return AnsweredTold(reading.is_counted(body), reading.card_of(reading.part(body, "card")))

    def _pack_for(self, named: str) -> tuple[PackTold, bool]:
        """Return the pack of this id or title, and whether it was made just now."""
        if _ID.fullmatch(named.strip()):
            return reading.pack_of(self._client.get(f"/packs/{named.strip()}").body), False
        title = _plain(named)
        if not title:
            raise Unclear("Name the pack: its title, or its id.")
        same = [one for one in self._maybe_called(title) if _plain(one.title) == title]
        if len(same) > 1:
            ids = ", ".join(one.id for one in same)
            raise Unclear(f"{len(same)} packs have this title. Give the id of one of them: {ids}.")
        if same:
            return same[0], False
        asked = {"title": " ".join(named.split()), "id": uuid4().hex}
        return reading.pack_of(self._client.ask(Question("POST", "/packs", asked, again=True)).body), True

    def _maybe_called(self, title: str) -> list[PackTold]:
        """Return packs with the words of this title; all, when these are too many or the title has none."""
        if _WORD.search(title):
            found = reading.items_of(self._client.get("/packs", q=title, limit=_MOST_FOUND).body)
            if len(found) < _MOST_FOUND:
                return [reading.pack_of(one) for one in found]
        return [reading.pack_of(one) for one in self._client.items("/packs", limit=_MOST_FOUND)]

    def _known(self, pack: str, cards: Sequence[NewCardAsked]) -> dict[tuple[str, str], CardTold]:
        """Return cards of the pack that have one of these fronts, by what they say."""
        fronts = sorted({_sides(card)[0] for card in cards})
        cursor = ""
        found: dict[tuple[str, str], CardTold] = {}
        while True:
            body = self._search(fronts=fronts, pack=pack, cursor=cursor, limit=_MOST_FOUND)
            told = [reading.card_of(one) for one in reading.items_of(body)]
            found |= {_sides(one): one for one in told}
            cursor = reading.next_of(body)
            if not cursor:
                return found

    def _add(self, pack: str, card: NewCardAsked, *, done: int) -> CardTold:
        front, back = _sides(card)
        sent = {"front": front, "back": back, "id": uuid4().hex}
        try:
            body = self._client.ask(Question("POST", f"/packs/{pack}/cards", sent, again=True)).body
        except RemoteFault as fault:
            if not done:
                raise
            told = f"{fault} {done} of the cards were added before; sent again, they are not added twice."
            raise type(fault)(told, fault.problem) from fault
        return reading.card_of(body)

    def _search(self, **wanted: Any) -> Any:
        asked = {name: value for name, value in wanted.items() if value}
        return self._client.ask(Question("POST", "/cards/search", asked, again=True)).body


def _sides(card: NewCardAsked | CardTold) -> tuple[str, str]:
    """Return both sides as the service keeps them."""
    front, back = (text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in (card.front, card.back))
    return front, back


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _review_id(card: str, showing: int) -> str:
    """Return the id of an answer to this showing: the same from whoever answers it."""
    return "mcp-" + hashlib.sha256(f"{card} {showing}".encode()).hexdigest()[:40]
