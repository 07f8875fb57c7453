"""What of an answer was not used, counted by reason, so that nothing is dropped in silence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from studylens.analysis.protocol.result import Dropped, Material

MODEL = "model"
"""The rule of an item that a model made."""
NOT_WHOLE, TOO_LONG, EMPTY, REPEATED, OVER_LIMIT = "not_whole", "too_long", "empty", "repeated", "over_limit"
MISPLACED = "misplaced"
NO_RIGHT_OPTION, OPTIONS_FEW, OPTIONS_MANY = "options_no_right", "options_few", "options_many"
"""Codes of judging.reasons."""


class Ledger:
    """Counts what is left out before the judge sees it; `origin` is the items' own."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._counts: Counter[str] = Counter()

    def drop(self, reason: str, count: int = 1) -> None:
        """Count items that are left out for one reason."""
        self._counts[reason] += count

    @property
    def total(self) -> int:
        """Return how many items are left out so far."""
        return self._counts.total()

    def added_to(self, material: Material) -> Material:
        """Return judged material whose account also holds what never came before the judge."""
        counts = self._counts.items()
        here = [Dropped(reason, MODEL, self._origin, count) for reason, count in counts if count]
        told = _summed([*material.judged.dropped, *here])
        return replace(material, judged=replace(material.judged, dropped=told))


def _summed(entries: Iterable[Dropped]) -> tuple[Dropped, ...]:
    """Return one entry a reason, rule and origin, the most frequent first."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        sums[entry.reason, entry.rule, entry.origin] += entry.count
    return tuple(Dropped(*key, count) for key, count in sums.most_common())
