"""What a picture of an image model costs at its maker's list price, in US dollars."""

from dataclasses import dataclass

LISTED = "2026-11"
"""When the prices below were looked up."""
DOLLARS = {
    "gemini-3.1-flash-image": 0.067,
    "gemini-3-pro-image": 0.134,
    "gemini-2.5-flash-image": 0.039,
}
"""A picture of 1K: tokens of a picture (1,120; 1,120; 1,290) by the price of a million of them."""


@dataclass(frozen=True)
class Price:
    """What so many pictures cost, as it is shown before they are drawn."""

    one: float
    all: float
    listed: str


def price_of(model: str, panels: int) -> Price | None:
    """Return what panels cost; None: this list does not know the model."""
    one = DOLLARS.get(model.removesuffix("-preview"))
    return None if one is None else Price(one, round(one * panels, 2), LISTED)
