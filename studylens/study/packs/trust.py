"""How far a page's text can be trusted, as it was kept with the pack: what it says, and what helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studylens.analysis.protocol.result import Trust
from studylens.models import PackPage

RETAKE = frozenset({"blur", "dark", "small"})
"""Reasons that a new photo takes away."""


@dataclass(frozen=True)
class Doubt:
    """A page that was not read well: its number from 1, a sentence, and what helps."""

    page: int
    sentence: str
    trusted: bool
    """The rest was read well enough for cards."""
    retake: bool


def doubts_of(pages: Sequence[PackPage]) -> list[Doubt]:
    """Return what is to be said about each page that was not read well."""
    found = ((page.n, trust_in(page.quality)) for page in pages)
    return [_doubt(number, trust) for number, trust in found if trust and trust.sentence]


def trust_in(quality: Mapping[str, Any] | None) -> Trust | None:
    """Return the trust that was kept in a pack's or page's quality; None: not read by our own reader."""
    kept = (quality or {}).get("trust")
    if not isinstance(kept, Mapping):
        return None
    score = kept.get("score")
    return Trust(
        score=float(score) if isinstance(score, int | float) else 0.0,
        trusted=bool(kept.get("trusted", True)),
        reasons=tuple(kept.get("reasons") or ()),
        scripts=tuple(kept.get("scripts") or ()),
        sentence=str(kept.get("sentence") or ""),
    )


def _doubt(number: int, trust: Trust) -> Doubt:
    retake = not trust.trusted and bool(RETAKE & set(trust.reasons))
    return Doubt(number, trust.sentence, trust.trusted, retake)
