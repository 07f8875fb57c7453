"""What tokens cost, as far as is known: a dated table that the operator may overrule (AI_PRICES)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studylens.config import Config
from studylens.jobs.spending import Sum

AS_OF = "2026-11-28"
"""When these were looked up, in lists of third parties (3.1: four that agree; 3.5: one), not at Google's."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens: of what is asked, and of the answer with its thoughts."""

    prompt: float
    answer: float


PRICES: Mapping[str, Price] = {
    "gemini-3.5-flash-lite": Price(0.30, 2.50),
    "gemini-3.1-flash-lite": Price(0.25, 1.50),
}
"""Of the paid tier; the free one costs nothing."""


def known(config: Config) -> Mapping[str, Price]:
    """Return the prices, the operator's own above ours."""
    own = {name: Price(prompt, answer) for name, prompt, answer in config.prices()}
    return {**PRICES, **own}


def cost(spent: Iterable[Sum], prices: Mapping[str, Price]) -> tuple[float, list[str]]:
    """Return US dollars, and the models whose price is not known; one's own machine costs nothing here."""
    total, unknown = 0.0, []
    for one in spent:
        price = prices.get(one.model) or (Price(0, 0) if one.engine == "local" else None)
        if price is None:
            unknown.append(one.model)
        else:
            total += (one.prompt_tokens * price.prompt + one.answer_tokens * price.answer) / 1e6
    return total, unknown
