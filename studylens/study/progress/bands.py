"""How sure a share is, at 95 %, and nothing under 20 answers, where it would be luck.

Of what was, Wilson's interval. Of cards to come, whose own luck is added, the interval of the beta-binomial
distribution: Wilson's held in 86 of 100 cases there (tests/web/progress/test_memory.py).
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

LEAST_REVIEWS = 20
"""Under so many reviews a percentage says more about luck than about memory."""
_TAIL = 0.025
_Z = 1.96
"""95 of 100 bands hold the true share."""


@dataclass(frozen=True)
class Band:
    """Between which shares the true one lies, in per cent, with 95 % certainty."""

    low: float
    high: float

    def holds(self, percent: float) -> bool:
        """Say whether a share lies inside."""
        return self.low <= percent <= self.high


def band_of(n: int, passed: int) -> Band | None:
    """Return the band of a share of `n` answers; None under 20 of them."""
    return _wilson(passed / n, n) if n >= LEAST_REVIEWS else None


def band_ahead(n: int, share: float, cards: int) -> Band | None:
    """Return between which shares of so many `cards` will be known, of which `share` (0-1) is expected.

    As if `n` answers had shown that share (Jeffreys' prior). None under 20 answers, or for no card.
    """
    if n < LEAST_REVIEWS or cards < 1:
        return None
    below = list(accumulate(_chances(cards, share * n + 0.5, (1 - share) * n + 0.5)))
    low, high = bisect_right(below, _TAIL), bisect_left(below, 1 - _TAIL)
    return Band(round(100 * low / cards, 1), round(100 * min(high, cards) / cards, 1))


def _chances(cards: int, known: float, forgotten: float) -> list[float]:
    """Return how likely 0, 1, .. `cards` known ones are (beta-binomial); by logarithms, or many vanish."""
    logs = [0.0]
    for k in range(cards):
        logs.append(logs[-1] + math.log((cards - k) / (k + 1) * (k + known) / (cards - k - 1 + forgotten)))
    most = max(logs)
    weights = [math.exp(one - most) for one in logs]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _wilson(share: float, n: float) -> Band:
    weight = _Z * _Z / n
    middle = (share + weight / 2) / (1 + weight)
    reach = _Z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return Band(round(100 * max(0.0, middle - reach), 1), round(100 * min(1.0, middle + reach), 1))
