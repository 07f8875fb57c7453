"""What the schedule knows about one card, as a value: read from its row, kept in the log, written back."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from studylens.models import NEW, CardSchedule

_TIMES = ("due_at", "last_review_at")


@dataclass(frozen=True)
class MemoryState:
    """The columns of CardSchedule that answers move; see models/reviews.py for their units."""

    due_at: datetime
    state: int = NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    last_review_at: datetime | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    leech: bool = False
    buried_on: str | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Read a row of CardSchedule, or one that has its columns."""
        return cls(*(getattr(row, name) for name in _NAMES))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; names that it does not know are left out."""
        found = {name: kept[name] for name in _NAMES if name in kept}
        for name in _TIMES:
            if found.get(name):
                found[name] = datetime.fromisoformat(found[name])
        return cls(**found)

    def columns(self) -> dict[str, Any]:
        """Return the values by the names of the columns."""
        return {name: getattr(self, name) for name in _NAMES}

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON types; times in ISO 8601 with their zone."""
        kept = self.columns()
        for name in _TIMES:
            kept[name] = kept[name].isoformat() if kept[name] else None
        return kept

    def write(self, row: CardSchedule) -> None:
        """Put every column back into a row."""
        for name in _NAMES:
            setattr(row, name, getattr(self, name))

    def but(self, **changes: Any) -> Self:
        """Return a copy in which some columns differ."""
        return dataclasses.replace(self, **changes)


_NAMES = tuple(field.name for field in dataclasses.fields(MemoryState))
