"""Students who do not exist: each forgets by weights of their own, and studies as the schedule says.

Their memory follows FSRS, so that what can be reached is known: what they answer is drawn with the chance of
recall that their own weights give. The schedule that they study by knows only the usual weights.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from fsrs_rs_python import FSRS, MemoryState

RETENTION = 0.9
SPREAD = 0.35
"""Standard deviation of the logarithm of each weight: half of the students lie within a quarter."""
NEW_A_DAY = 10
_FIRST, _AGAIN = (1, 2, 3, 4), (2, 3, 4)
_GOOD = 3
_DECAY = 20


@dataclass
class _Card:
    """A card as it is (`true`) and as the schedule knows it (`known`)."""

    answers: list[int] = field(default_factory=list)
    true: MemoryState | None = None
    known: MemoryState | None = None
    last: int = 0
    due: int = 0


def weights_of(seed: int) -> list[float]:
    """Return a student's own weights, within FSRS's bounds."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, which must be repeatable.
    bounds = zip(LOWER_BOUNDS_PARAMETERS, DEFAULT_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return [min(max(usual * math.exp(chance.gauss(0, SPREAD)), low), high) for low, usual, high in bounds]


def study(seed: int, answers: int, own: Sequence[float] = ()) -> list[list[int]]:
    """Return for each card: day, rating, day, rating, ..; so many answers in all, day after day.

    `own`: the student's weights; without any, those of this seed.
    """
    chance = random.Random(seed + 1)  # noqa: S311 - as above.
    own = list(own or weights_of(seed))
    truth, schedule = FSRS(own), FSRS(list(DEFAULT_PARAMETERS))
    cards: list[_Card] = []
    given, day = 0, 0
    while given < answers:
        cards += [_Card(due=day) for _ in range(NEW_A_DAY)]
        for card in [card for card in cards if card.due <= day][: answers - given]:
            _answer(card, day, _rating(card, day, own, chance), (truth, schedule))
            given += 1
        day += 1
    return [card.answers for card in cards if card.answers]


def _rating(card: _Card, day: int, own: list[float], chance: random.Random) -> int:
    if card.true is None:
        return chance.choices(_FIRST, (0.25, 0.1, 0.55, 0.1))[0]
    decay = -own[_DECAY]
    factor = 0.9 ** (1 / decay) - 1
    recall = (1 + factor * (day - card.last) / card.true.stability) ** decay
    return chance.choices(_AGAIN, (0.1, 0.8, 0.1))[0] if chance.random() < recall else 1


def _answer(card: _Card, day: int, rating: int, models: tuple[FSRS, FSRS]) -> None:
    waited = day - card.last if card.true else 0
    true, known = (
        [states.again, states.hard, states.good, states.easy][rating - 1].memory
        for states in (
            model.next_states(state, RETENTION, waited)
            for model, state in zip(models, (card.true, card.known), strict=True)
        )
    )
    card.true, card.known, card.last = true, known, day
    card.answers += (day, rating)
    card.due = day + max(1, round(models[1].next_interval(known.stability, RETENTION, _GOOD)))
