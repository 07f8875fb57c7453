"""The colours of static/tokens.css against what they stand on, by the formula of WCAG 2."""

import re

import pytest

from tests.service import HOME

CSS = (HOME / "static" / "tokens.css").read_text()
TEXT, PART = 4.5, 3.0
"""What WCAG 2 asks of text, and of the edge of a control (level AA)."""
STRONG = 7.0
"""What it asks of text at level AAA; who wants more contrast gets at least this."""
PAIRS = [
    ("ink", "paper", TEXT), ("ink", "surface", TEXT), ("ink", "sunk", TEXT), ("ink", "raised", TEXT),
    ("soft-plain", "paper", TEXT), ("soft-plain", "surface", TEXT), ("soft-plain", "sunk", TEXT),
    ("accent-plain", "paper", TEXT), ("accent-plain", "surface", TEXT), ("on-accent", "accent-plain", TEXT),
    ("on-accent", "accent-press", TEXT), ("on-tint", "tint", TEXT), ("on-tint", "surface", TEXT),
    ("on-tint", "paper", TEXT), ("on-marker", "marker", TEXT), ("on-marker-tint", "marker-tint", TEXT),
    ("on-ember-tint", "ember-tint", TEXT), ("on-sky-tint", "sky-tint", TEXT),
    ("on-bad-tint", "bad-tint", TEXT),
    ("bad-plain", "surface", TEXT), ("bad-plain", "paper", TEXT), ("on-bad", "bad-plain", TEXT),
    ("edge-plain", "surface", PART), ("edge-plain", "sunk", PART), ("edge-plain", "paper", PART),
    ("on-room", "room", TEXT), ("on-toast", "ink", TEXT),
    ("soft-strong", "paper", STRONG), ("soft-strong", "sunk", STRONG), ("accent-strong", "paper", STRONG),
    ("bad-strong", "surface", STRONG), ("edge-strong", "surface", STRONG), ("line-strong", "surface", PART),
    ("on-accent", "accent-strong", STRONG),
]  # fmt: skip


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", block))


def _blocks() -> tuple[str, str, str]:
    """Return the light values, the dark ones by the system, and the dark ones by choice."""
    light, _, rest = CSS.partition(':root:not([data-theme="light"])')
    by_system, _, by_choice = rest.partition(':root[data-theme="dark"]')
    return light, by_system, by_choice.partition("}")[0]


LIGHT = _colours(_blocks()[0])
THEMES = {"light": LIGHT, "dark": LIGHT | _colours(_blocks()[1])}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("over", "under", "least"), PAIRS, ids=str)
@pytest.mark.parametrize("theme", THEMES)
def test_what_is_read_stands_out(theme: str, over: str, under: str, least: float) -> None:
    colours = THEMES[theme]
    assert _ratio(colours[over], colours[under]) >= least


def test_the_formula_is_that_of_wcag() -> None:
    assert _ratio("#000000", "#ffffff") == pytest.approx(21)
    assert _ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_dark_by_choice_is_dark_by_the_system() -> None:
    _, by_system, by_choice = _blocks()
    assert _colours(by_choice) == _colours(by_system.partition("}")[0])
    assert len(_colours(by_choice)) > 30
