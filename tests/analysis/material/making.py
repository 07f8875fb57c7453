"""Material of a text or of photographed lines, for the tests of this folder."""

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import Box, Line, Material


def made_from(text: str, **scores: float) -> Material:
    lines = [Line(n, line, scores.get(f"line_{n}")) for n, line in enumerate(text.splitlines(), 1)]
    return make_material(lines)


def pairs(text: str) -> list[tuple[str, str]]:
    return [(card.front, card.back) for card in made_from(text).cards]


def boxed(*lines: tuple[str, float], height: float = 0.02) -> list[Line]:
    """Return lines one below the other, each so wide as its share of the picture says."""
    boxes: list[Box] = [
        (0.1, 0.1 + 0.03 * n, 0.1 + width, 0.1 + 0.03 * n + height) for n, (_, width) in enumerate(lines)
    ]
    return [Line(n + 1, text, 0.95, boxes[n]) for n, (text, _) in enumerate(lines)]
