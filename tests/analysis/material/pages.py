"""The pages that were written for these tests, each with the cards that a person has read and labelled."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from studylens.analysis.protocol.result import Line

FOLDER = Path(__file__).parent / "pages"
LABELS = ("useful", "trivial", "wrong")
NOTHING = "nothing"
"""The kind of the pages that must give no card."""


@dataclass(frozen=True)
class LabelledPage:
    """A page: its lines, and front, back and rule of each card by its label."""

    name: str
    kind: str
    language: str
    title: str
    no_cards: str
    lines: tuple[Line, ...]
    cards: dict[tuple[str, str], str]
    """Label by front and back."""


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def load(name: str) -> LabelledPage:
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    texts = (FOLDER / f"{name}.txt").read_text().splitlines()
    cards = {(card["front"], card["back"]): card["label"] for card in told.get("cards", [])}
    lines = tuple(Line(n, text) for n, text in enumerate(texts, start=1))
    return LabelledPage(name, told["kind"], told["language"], told["title"], told["no_cards"], lines, cards)
