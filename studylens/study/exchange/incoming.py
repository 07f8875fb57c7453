"""What a file from elsewhere becomes before the database is asked: checked lines on disk, within a budget.

Everything here runs in a process of its own, without a database (apart.py), or for a small file in the web
process. study/exchange/arriving writes what stands in the lines.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from studylens.errors import BadFile, BadText, TooLarge
from studylens.judging import Item
from studylens.language import _
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.models import LABEL, PICTURED
from studylens.storable import is_id, printable
from studylens.study.exchange.counted import EMPTY, TAGS_LEFT, TOO_LONG, TWICE
from studylens.study.exchange.hidden import HiddenLabel
from studylens.study.exchange.html_pictures import Img
from studylens.study.packs.marks import marks_of
from studylens.study.packs.parts import PACK_ITEMS
from studylens.study.packs.subjects import checked_tag

IMPORT = "import"
"""Origin of a card that another program made."""
CARD, TAGS, QUESTION = "card", "tags", "question"
WITH_PICTURES, WITH_LABEL = "pictured", "labelled"
"""Kinds of a line: a card; a deck's tags; a question; pictures or a hidden label, and behind them a card."""
TAGS_A_DECK = 10
"""Tags that a pack gets: those of most of its cards."""
_PROGRAMS_OWN = re.compile(r"(studylens|leech|marked|anki)(::.*)?", re.IGNORECASE)
"""What programs tag cards with."""
MAX_CARDS = 20_000
"""Cards a file: the largest shared decks have 10,000-15,000."""
MAX_PACKS = 200
"""Packs a file may become: a list of ten screens."""
FREE_CPU_SECONDS, CPU_SECONDS_A_NOTE, MOST_CPU_SECONDS = 5.0, 0.001, 20.0
"""Processor time to read a file: 20,000 notes take 4 s; more is an attack on the parser."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What a question of a quiz has beside its words and its answer."""

    options: tuple[str, ...]
    explanation: str = ""


@dataclass(frozen=True)
class Incoming:
    """A card on its way in, as plain text; `uid` is the same whenever the same deck comes again."""

    deck: str
    front: str
    back: str
    kind: str
    uid: str
    also_right: tuple[str, ...] = ()
    """Typed answers that count besides the whole back."""
    tags: tuple[str, ...] = ()
    choice: Choice | None = None
    """Of a question of a quiz alone, whose right option is `back`."""
    asked: tuple[Img, ...] = ()
    told: tuple[Img, ...] = ()
    """Pictures of the front, and of the back alone."""
    pictures: tuple[Row, ...] = ()
    """What became of them, one a side: columns of CardPicture, and where its bytes lie (anki/painting.py)."""
    label: HiddenLabel | None = None
    """What it hides of a picture."""
    left: str = ""
    """Why it cannot come in, one of LEFT_OUT; empty: it can."""


class Budget:
    """Processor time that reading a file may take: it grows with what was found, up to an end."""

    def __init__(self, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._began = clock()
        self._notes = 0

    def spend(self) -> None:
        """Count one note, card or entry. Raises TooLarge when reading has taken too long for so many."""
        self._notes += 1
        allowed = min(MOST_CPU_SECONDS, FREE_CPU_SECONDS + CPU_SECONDS_A_NOTE * self._notes)
        if self._clock() - self._began > allowed:
            raise too_slow()


def too_slow() -> TooLarge:
    """Return the error for a file that is not read to its end."""
    return TooLarge(_("Reading this file takes too long. Split it, and send the parts."))


class Staged:
    """Lines that were read and checked, in a file: each a JSON list whose first item is its kind."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0

    def add(self, *line: Any) -> int:
        """Write a line and return where it begins, in bytes."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._file.write(text)
        self.size += len(text)
        return self.size - len(text)

    def line_at(self, place: int) -> Any:
        """Return the line that begins there; the next one is written behind all others again."""
        self._file.seek(place)
        found = json.loads(self._file.readline())
        self._file.seek(0, 2)
        return found


def own_uid(text: str) -> str | None:
    """Return the text when it is an id that we gave a card, else None."""
    return text if is_id(text) else None


def _as_it_is(card: Incoming) -> Incoming:
    return card


def stage_cards(
    cards: Iterable[Incoming],
    staged: Staged,
    budget: Budget | None = None,
    draw: Callable[[Incoming], Incoming] = _as_it_is,
) -> Counter[str]:
    """Write all cards that can be kept and count the others by the reason. Raises TooLarge, BadFile.

    `draw` is asked last, for cards that come in: it gives them their pictures, or says why they cannot.
    """
    left = Counter[str]()
    tags: dict[str, Counter[str]] = {}
    read = 0
    for card, why in sifted(cards, budget or Budget(), draw):
        read += 1
        if why:
            left[why] += 1
            continue
        own = Counter(tag for tag in card.tags if not _PROGRAMS_OWN.fullmatch(tag))
        tags.setdefault(card.deck, Counter()).update(own)
        staged.add(*_line(card))
    if not read:
        raise BadFile(_("There is no card in this file."))
    return left + Counter({TAGS_LEFT: sum(_stage_tags(staged, deck, found) for deck, found in tags.items())})


def sifted(
    cards: Iterable[Incoming], budget: Budget, draw: Callable[[Incoming], Incoming] = _as_it_is
) -> Iterator[tuple[Incoming, str]]:
    """Yield each card, cleaned, with why it is left out; "" when it comes in. Raises TooLarge, BadFile."""
    seen, decks = set[str](), dict[str, int]()
    for number, found in enumerate(cards, start=1):
        if number > MAX_CARDS:
            raise _too_many()
        budget.spend()
        card = _cleaned(found)
        why = card.left or _why_not(card) or (TWICE if card.uid in seen else "")
        if not why:
            card = draw(card)
            why = card.left
        if not why:
            seen.add(card.uid)
            _count(decks, card.deck)
        yield card, why


def tag_of(text: str) -> str:
    """Return a tag as a pack has it, or nothing for one that no pack can have."""
    try:
        return checked_tag(re.sub("[_,]", " ", text))
    except BadText:
        return ""


def _stage_tags(staged: Staged, deck: str, found: Counter[str]) -> int:
    """Write a deck's most usual tags and return how many others there are."""
    kept = [tag for tag, _number in found.most_common() if tag_of(tag)][:TAGS_A_DECK]
    if kept:
        staged.add(TAGS, deck, kept)
    return len(found) - len(kept)


def _why_not(card: Incoming) -> str:
    if not (card.label or ((card.front or card.asked) and (card.back or card.told))):
        return EMPTY
    longest = max(len(card.front), len(card.back))
    if card.choice:
        longest = max(longest, *map(len, (card.choice.explanation, *card.choice.options)))
    return TOO_LONG if longest > ANSWER_ITEM_CHARS else ""


def _line(card: Incoming) -> tuple[Any, ...]:
    if asked := card.choice:
        parts = (card.uid, card.front, asked.options, card.back, asked.explanation, _marks(card))
        return QUESTION, card.deck, *parts
    told = card.deck, card.front, card.back, card.kind, card.uid, _marks(card), card.also_right
    if card.label:
        return (WITH_LABEL, card.pictures[0], *told)
    return (WITH_PICTURES, card.pictures, *told) if card.pictures else (CARD, *told)


def _too_many() -> TooLarge:
    most = f"{MAX_CARDS:,}"
    return TooLarge(_("This deck has more than %(most)s cards. Split it, and send the parts.", most=most))


def _count(decks: dict[str, int], deck: str) -> None:
    """Count a card. Raises TooLarge when the decks would become too many packs."""
    decks[deck] = decks.get(deck, 0) + 1
    if decks[deck] % PACK_ITEMS == 1 and sum(-(-n // PACK_ITEMS) for n in decks.values()) > MAX_PACKS:
        raise TooLarge(
            _("This file would become more than %(most)s packs. Send fewer decks at once.", most=MAX_PACKS)
        )


def _cleaned(card: Incoming) -> Incoming:
    deck, front, back = (printable(text).strip() for text in (card.deck, card.front, card.back))
    also_right, tags = (tuple(map(printable, texts)) for texts in (card.also_right, card.tags))
    choice = card.choice and _cleaned_choice(card.choice)
    return replace(card, deck=deck, front=front, back=back, also_right=also_right, tags=tags, choice=choice)


def _cleaned_choice(choice: Choice) -> Choice:
    return Choice(tuple(printable(text).strip() for text in choice.options), printable(choice.explanation))


def _marks(card: Incoming) -> list[str] | None:
    if card.kind in {LABEL, PICTURED} or card.asked:  # Of what stands in a picture nothing can be said.
        return None
    asked = card.choice or Choice(())
    said = Item(
        card.front, card.back, card.kind, asked.options, asked.explanation, origin=IMPORT, protected=True
    )
    return marks_of(said, None)
