"""What one step has added and changed, as JSON, so that it can be taken back in any later process."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from studylens.study.exchange.portable import to_plain

ADDED, CHANGED, TOUCHED, TRASHED = "added", "changed", "touched", "trashed"
"""Keys of a step: [table, keys] and [table, row as it was], in their order; packs to be indexed anew; packs
that lay in the trash, by id, with the moment since when."""


class Journal:
    """Notes what a step does."""

    def __init__(self) -> None:
        self.added: list[list[Any]] = []
        self.changed: list[list[Any]] = []
        self.touched: dict[str, None] = {}
        self.trashed: dict[str, str] = {}

    def add(self, table: Table, keys: Iterable[Any]) -> None:
        """Note rows that are new, by their primary keys."""
        if found := list(keys):
            self.added.append([table.name, found])

    def change(self, table: Table, row: Any) -> None:
        """Note a row as it was."""
        self.changed.append([table.name, to_plain(row, table)])

    def as_json(self) -> dict[str, Any]:
        """Return what study/exchange/arriving/undoing.py reads."""
        everything = {
            ADDED: self.added,
            CHANGED: self.changed,
            TOUCHED: list(self.touched),
            TRASHED: self.trashed,
        }
        return {name: value for name, value in everything.items() if value}
