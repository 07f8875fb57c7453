"""Which column of a table is what: by its header, by Anki's first lines, else front and back."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

COLUMNS = ("pack", "front", "back", "kind", "source_line", "source", "origin", "tags", "draft", "id")
"""Our own table's."""
_FRONTS = {"front", "question", "term", "word", "prompt"}
_BACKS = {"back", "answer", "definition", "meaning", "translation"}
_DECKS, _TAGS = {"pack", "deck"}, {"tags", "tag"}
_OURS = {"front", "back", "kind", "origin", "draft", "id"}
"""A student may take some of our columns away; who has all of these has our table."""
_NO_FIELDS = ("guid", "notetype", "deck", "tags")


class Role(StrEnum):
    """What a column is."""

    FRONT = "front"
    BACK = "back"
    TAGS = "tags"
    DECK = "pack"
    KIND = "notetype"
    UID = "id"
    BELOW = "below"
    """It stands below the back."""
    OUT = "out"


ROLES = tuple(role.value for role in Role)
ONCE = (Role.FRONT, Role.BACK, Role.TAGS, Role.DECK, Role.KIND, Role.UID)
"""Roles that only one column of a table can have."""
_PLACES = {
    Role.FRONT: "front",
    Role.BACK: "back",
    Role.TAGS: "tags",
    Role.DECK: "deck",
    Role.KIND: "kind",
    Role.UID: "uid",
}


@dataclass(frozen=True)
class Columns:
    """Places of cells in a row, from 0; -1: there is none. Whatever is not named is a further cell."""

    front: int = 0
    back: int = 1
    deck: int = -1
    tags: int = -1
    kind: int = -1
    uid: int = -1
    ignored: frozenset[int] = frozenset()
    """What only another program needs."""
    width: int = 2
    is_ours: bool = False
    has_notetype: bool = False
    """The note types of Anki decide what becomes of a note's fields."""

    def roles(self) -> tuple[Role, ...]:
        """Return what each column is, as many as the table is wide."""
        named = {getattr(self, name): role for role, name in _PLACES.items()}
        out = dict.fromkeys(self.ignored, Role.OUT)
        return tuple(named.get(place, out.get(place, Role.BELOW)) for place in range(self.width))

    def named(self, roles: tuple[Role, ...]) -> "Columns":
        """Return columns with these roles instead; what lies beyond them stands below the back."""
        found = replace(
            self,
            ignored=frozenset(place for place, role in enumerate(roles) if role == Role.OUT),
            width=max(self.width, len(roles)),
            has_notetype=not self.is_ours and (self.has_notetype or Role.KIND in roles),
        )
        places: dict[str, Any] = {
            name: roles.index(role) if role in roles else -1 for role, name in _PLACES.items()
        }
        return replace(found, **places)

    def further(self, cells: int) -> list[int]:
        """Return the places of cells that are none of the named."""
        named = {self.front, self.back, self.deck, self.tags, self.kind, self.uid, *self.ignored}
        return [place for place in range(cells) if place not in named]


def is_header(row: list[str]) -> bool:
    """Say whether the row names a front and a back, so is no card."""
    names = set(_names(row))
    return bool(names & _FRONTS) and bool(names & _BACKS)


def by_header(row: list[str]) -> Columns:
    """Return the columns that a header names."""
    names = _names(row)
    is_ours = set(names) >= _OURS
    ignored = {"source_line", "source", "origin", "draft"} if is_ours else set()
    return Columns(
        front=_place(names, _FRONTS),
        back=_place(names, _BACKS),
        deck=_place(names, _DECKS),
        tags=_place(names, _TAGS),
        kind=_place(names, {"kind"}) if is_ours else -1,
        uid=_place(names, {"id"}),
        ignored=frozenset(place for place, name in enumerate(names) if name in ignored),
        width=len(names),
        is_ours=is_ours,
    )


def by_rules(rules: dict[str, str], width: int, names: list[str]) -> Columns:
    """Return the columns of Anki's text export, whose numbers are from 1; `names` is its `#columns:` line."""
    known = {name: _number(rules.get(f"{name} column", "")) for name in _NO_FIELDS}
    if known["tags"] < 0:
        known["tags"] = _place(_names(names), _TAGS)
    taken = {place for place in known.values() if place >= 0}
    fields = [place for place in range(max(width, max(taken, default=0) + 1)) if place not in taken]
    titles = {title: place for place, title in enumerate(_names(names)) if place not in taken}
    front = next((titles[title] for title in titles if title in _FRONTS), fields[0] if fields else -1)
    rest = [place for place in fields if place != front]
    back = next((titles[title] for title in titles if title in _BACKS), rest[0] if rest else -1)
    return Columns(
        front=front,
        back=back,
        deck=known["deck"],
        tags=known["tags"],
        kind=known["notetype"],
        ignored=frozenset({known["guid"]} - {-1}),
        width=max(width, max(taken, default=0) + 1),
        has_notetype=known["notetype"] >= 0 or "notetype" in rules,
    )


def fitted(row: list[str], columns: Columns, sign: str) -> list[str]:
    """Return a row as wide as the table: a separator too many stood in the back, where nobody quoted it."""
    end = len(row)
    while end > columns.width and not row[end - 1].strip():  # Spreadsheets write empty cells at a row's end.
        end -= 1
    row, surplus, place = row[:end], end - columns.width, columns.back
    if surplus <= 0 or place < 0:
        return row
    between = "\n" if sign == "\t" else sign
    return [*row[:place], between.join(row[place : place + surplus + 1]), *row[place + surplus + 1 :]]


def _names(row: list[str]) -> list[str]:
    return [cell.strip().lstrip("\ufeff").casefold() for cell in row]


def _place(names: list[str], wanted: set[str]) -> int:
    return next((place for place, name in enumerate(names) if name in wanted), -1)


def _number(text: str) -> int:
    """Return a column's place from 0; -1 for what is no number of a column."""
    number = text.strip()
    return int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1
