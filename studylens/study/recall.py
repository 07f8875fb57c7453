"""The forgetting curve of FSRS: how likely a card is remembered, so many days after it was last seen."""

from fsrs.scheduler import DEFAULT_PARAMETERS

_DECAY = -DEFAULT_PARAMETERS[20]
_FACTOR: float = 0.9 ** (1 / _DECAY) - 1
"""Chosen so that recall is 90 % after as many days as the stability says."""
_LEAST_STABILITY = 0.001
"""The package's own lower bound, in days; a restored file may say 0."""


def chance(stability: float, days: int) -> float:
    """Return the chance of recall, 0-1, `days` study days after the last review."""
    share = max(0, days) / max(stability, _LEAST_STABILITY)
    return float((1 + _FACTOR * share) ** _DECAY)
