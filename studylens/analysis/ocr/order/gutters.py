"""The gutters of a page: the x that parts its pieces of text into columns, looked for within bounds. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from studylens.analysis.ocr.order.columns import Band, are_columns, gutter_width, lines
from studylens.analysis.ocr.order.placing import Placed, overlap

INSET_COST = 1.0
"""Pieces parted that one inset takes away: a gutter through many insets is none."""
CROSSING_COST = 0.3
"""The same for a piece that parts two bands: of two gutters the one that fewer cross is the real one."""
CANDIDATES = 40
"""Gutters that are tried for one cut, the most promising first."""
BESIDE = 0.4
"""Two pieces stand beside each other when they share more than this share of the lower one's height."""
REACH_PX = 40
"""Beyond its own height: how far from a piece's middle one that stands beside it may have its own."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A page cut at its best gutter; `columns[n]` tells whether `bands[n]` is a pair of columns."""

    bands: tuple[Band, ...]
    columns: tuple[bool, ...]


class Effort:
    """How much work is left: a page of a thousand boxes must not take minutes."""

    def __init__(self, visits: int) -> None:
        self._visits = visits

    def spend(self, visits: int) -> bool:
        """Take so many visits to a piece off what is left; False when nothing is."""
        self._visits -= visits
        return self._visits > 0


def best_cut(placed: Sequence[Placed], effort: Effort) -> Cut | None:
    """Return the cut that parts most pieces into columns (the wider gutter of two equals), or None."""
    best, found = (0.0, 0.0), None
    for most, x in _candidates(placed):
        if most < best[0] or not effort.spend(len(placed)):
            break
        bands = _bands(placed, x)
        columns = tuple(are_columns(band) for band in bands)
        if not any(columns):
            continue
        pairs = [band for band, holds in zip(bands, columns, strict=True) if holds]
        parted = sum(min(lines(b.left), lines(b.right)) - INSET_COST * len(b.across) for b in pairs)
        crossing = sum(len(band.across) for band in bands if not band.left)
        merit = (parted - CROSSING_COST * crossing, min(gutter_width(band) for band in pairs))
        if merit > best:
            best, found = merit, Cut(bands, columns)
    return found


def _candidates(placed: Sequence[Placed]) -> list[tuple[int, float]]:
    """Return gutters worth trying as (pieces that each parts at most, x), the most first."""
    from_left, from_right = (
        _Edges([(p.right, p.lines) for p in placed]),
        _Edges([(p.left, p.lines) for p in placed]),
    )
    whole = lines(placed)
    found: dict[tuple[int, int], float] = {}
    for x in (*_gaps_in_rows(placed), *_gaps_of_edges(from_right.at, from_left.at)):
        sides = from_left.before(x, bisect_right), whole - from_right.before(x, bisect_left)
        if min(sides) >= 2:
            found.setdefault(sides, x)
    promising = sorted(found, key=lambda sides: whole - sum(sides) - min(sides))[:CANDIDATES]
    return sorted(((min(sides), found[sides]) for sides in promising), reverse=True)


class _Edges:
    """Left or right edges in their order, and how many lines of text have theirs before an x."""

    def __init__(self, edges: Sequence[tuple[float, int]]) -> None:
        ordered = sorted(edges)
        self.at = [x for x, _ in ordered]
        self._lines = [0, *accumulate(count for _, count in ordered)]

    def before(self, x: float, bisect: Callable[[list[float], float], int]) -> int:
        """Return the lines of the edges before x; `bisect` says whether an edge at x itself counts."""
        return self._lines[bisect(self.at, x)]


def _gaps_in_rows(placed: Sequence[Placed]) -> Iterator[float]:
    """Yield the middle of the gap between each piece and the nearest one beside it to its right."""
    for index, piece in enumerate(placed):
        beside = [
            other.left
            for other in _near(placed, index)
            if other.left >= piece.right - 0.1 * piece.height
            and overlap(piece, other) > 0.3 * min(piece.height, other.height)
        ]
        if beside:
            yield (piece.right + min(beside)) / 2


def _gaps_of_edges(lefts: Sequence[float], rights: Sequence[float]) -> Iterator[float]:
    """Yield the middles between each edge and the nearest opposite edge beyond it, on any row."""
    for right in rights:
        n = bisect_right(lefts, right)
        if n < len(lefts):
            yield (right + lefts[n]) / 2
    for left in lefts:
        n = bisect_left(rights, left)
        if n:
            yield (left + rights[n - 1]) / 2


def _near(placed: Sequence[Placed], index: int) -> Iterator[Placed]:
    """Yield the pieces that may stand beside number `index` of pieces sorted by their middles."""
    piece = placed[index]
    for step in (-1, 1):
        n = index + step
        while 0 <= n < len(placed) and abs(placed[n].middle - piece.middle) < piece.height + REACH_PX:
            yield placed[n]
            n += step


def _bands(placed: Sequence[Placed], x: float) -> tuple[Band, ...]:
    """Cut the page from top to bottom at the pieces that cross x and have nothing beside them."""
    bands: list[Band] = []
    sides: tuple[list[Placed], list[Placed], list[Placed]] = ([], [], [])
    for index, piece in enumerate(placed):
        if piece.right <= x or piece.left >= x:
            sides[piece.left >= x].append(piece)
        elif _has_neighbour(placed, index, x):
            sides[2].append(piece)
        else:
            bands += [Band(*map(tuple, sides)), Band(across=(piece,))]
            sides = ([], [], [])
    return (*bands, Band(*map(tuple, sides)))


def _has_neighbour(placed: Sequence[Placed], index: int, x: float) -> bool:
    """Tell whether a piece that does not cross x stands beside number `index`."""
    piece = placed[index]
    return any(
        (other.right <= x or other.left >= x)
        and overlap(piece, other) > BESIDE * min(piece.height, other.height)
        for other in _near(placed, index)
    )
