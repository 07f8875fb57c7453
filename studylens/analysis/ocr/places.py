"""Which line of a model's transcript stands in which row that our detector sees: by order and length. Pure.

Nothing is read here. Both go down the page in reading order, and a long line needs a wide row; a line gets a
row only where nearly all ways to lay the two beside each other agree, else it stays without.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from studylens.analysis.protocol.result import Box, Line
from studylens.judging.text import EASTERN

LEAST_SHARE = 0.9
"""Of all ways to lay lines and rows beside each other, weighed by how well they fit, so many must agree."""
MOST_COST = 0.4
"""A row that is e to the 0.5, 1.6 times, too wide or too narrow is another line's."""
SKIP_COST = 0.7
"""A line without a row, or a row without a line: a figure's label, a page number."""
SHARPNESS = 6.0
"""How much better a way must fit to count for more: e to the -6 times its cost."""
USUAL_SCALE = 0.9
"""Heights of its box that a text takes for each of ours; print differs, so others are tried as well."""
_NARROW = frozenset("iljtfrI.,:;'|!()[]1 ")
_WIDE = frozenset("mwMW@%—…")
_LATEX = re.compile(r"\\[A-Za-z]+|[{}$^_\\]")

Table = list[list[float]]


def placed(lines: Sequence[Line], rows: Sequence[Box], aspect: float) -> tuple[Line, ...]:
    """Return the lines, those without a box with that of their row where it is certain.

    `rows` are boxes (0-1) in reading order, `aspect` is the picture's width by its height.
    """
    if not lines or not rows:
        return tuple(lines)
    wanted = [_length(line.text) for line in lines]
    shapes = [_shape(row, aspect) for row in rows]

    def costs_by(scale: float) -> Table:
        told = list(zip(lines, wanted, strict=True))
        return [
            [_cost(line, row, shape / (scale * length)) for row, shape in zip(rows, shapes, strict=True)]
            for line, length in told
        ]

    begun = (sum(shapes) / sum(wanted), median(shapes) / median(wanted), USUAL_SCALE)
    costs = max((costs_by(scale) for scale in begun), key=_fitness)
    sure = _certain(costs, _agreement(costs))
    if sure:  # Once more by the lines and rows that fit, so that a figure's labels do not count.
        costs = costs_by(median(shapes[row] / wanted[line] for line, row in sure.items()))
        sure = _certain(costs, _agreement(costs))
    return tuple(
        replace(line, box=rows[sure[n]]) if line.box is None and n in sure else line
        for n, line in enumerate(lines)
    )


def _length(text: str) -> float:
    """Return about how wide a text is, in heights of its line."""
    plain = _LATEX.sub("", text)
    return max(0.3, sum(_width(sign) for sign in plain))


def _width(sign: str) -> float:
    if EASTERN.match(sign):
        return 1.0
    if sign in _NARROW:
        return 0.28
    return 0.8 if sign in _WIDE else 0.62 if sign.isupper() else 0.5


def _shape(box: Box, aspect: float) -> float:
    left, top, right, bottom = box
    return max(0.05, (right - left) * aspect / max(bottom - top, 1e-6))


def _cost(line: Line, row: Box, ratio: float) -> float:
    """Return how badly a line fits a row; one whose box is known fits where that is."""
    if line.box is None:
        return abs(math.log(ratio))
    middle = (line.box[1] + line.box[3]) / 2
    beside = line.box[0] < row[2] and row[0] < line.box[2]
    return 0.0 if beside and row[1] <= middle <= row[3] else 2 * SKIP_COST


def _certain(costs: Table, shares: Table) -> dict[int, int]:
    found = {}
    for n, line in enumerate(shares):
        best = max(range(len(line)), key=line.__getitem__)
        if line[best] >= LEAST_SHARE and costs[n][best] <= MOST_COST:
            found[n] = best
    return found


def _fitness(costs: Table) -> float:
    """Return how well lines and rows can be laid beside each other at all, as a logarithm."""
    table, scales = _weights([[math.exp(-SHARPNESS * cost) for cost in line] for line in costs])
    return scales[-1] + math.log(table[-1][-1]) if table[-1][-1] else -math.inf


def _agreement(costs: Table) -> Table:
    """Return for each line and row the share of all ways that lay them together (forward-backward)."""
    fits = [[math.exp(-SHARPNESS * cost) for cost in line] for line in costs]
    before, scales = _weights(fits)
    behind, scales_behind = _weights([line[::-1] for line in fits[::-1]])
    lines, rows = len(fits), len(fits[0])
    if not before[lines][rows]:
        return [[0.0] * rows for _ in fits]  # No way fits at all.
    whole = math.log(before[lines][rows]) + scales[lines]
    found = []
    for n, line in enumerate(fits):
        shift = math.exp(min(700.0, scales[n] + scales_behind[lines - n - 1] - whole))
        after = behind[lines - n - 1]
        found.append([before[n][row] * fit * after[rows - row - 1] * shift for row, fit in enumerate(line)])
    return found


def _weights(fits: Table) -> tuple[Table, list[float]]:
    """Return the summed weights of all ways up to each line and row, lines scaled, and the scales' logs."""
    skip = math.exp(-SHARPNESS * SKIP_COST)
    first = [1.0]
    for _ in fits[0]:
        first.append(first[-1] * skip)
    table, scales = [first], [0.0]
    for line in fits:
        last = table[-1]
        now = [last[0] * skip]
        for row, fit in enumerate(line):
            now.append(last[row] * fit + (last[row + 1] + now[row]) * skip)
        most = max(now)
        table.append([weight / most for weight in now])
        scales.append(scales[-1] + math.log(most))
    return table, scales
