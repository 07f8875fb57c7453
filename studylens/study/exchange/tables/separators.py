"""Which sign stands between a table's columns: the one by which the rows have one number of cells."""

from collections import Counter
from itertools import pairwise

from studylens.study.exchange.tables.columns import is_header
from studylens.study.exchange.tables.lines import Lines
from studylens.study.exchange.tables.rows import Rows

SIGNS = ("\t", ";", ",", "|")
SPACED = (" - ", " – ", " — ", " = ", " : ", " -> ", " => ", "::")
"""Signs of people who type, of Quizlet's own box, of notes; believed where no other sign does as well."""
NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
OFFERED = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
    "space": " ",
    "hyphen": " - ",
    "dash": " – ",
    "long-dash": " — ",
    "equals": " = ",
    "spaced-colon": " : ",
    "arrow": " -> ",
    "double-arrow": " => ",
    "double-colon": "::",
}
"""Names by which a sign can be chosen."""
LINES = "lines"
"""The name of no sign: the front has a line of its own, and the back stands below it."""
_SPACED_WORTH = 0.8
_PROSE_COSTS = 0.5
"""Of a sign that stands everywhere as sentences have it, with a blank behind it or between two digits."""
_WANTED = 2
_ROW_END = ";"


def named(value: str) -> str | None:
    """Return the sign that Anki's `#separator:` names, or is; None for none."""
    return NAMED.get(value.strip().lower()) or (value if len(value) == 1 else value.strip()[:1] or None)


def name_of(sign: str | None) -> str:
    """Return the name by which a sign can be chosen; of one without a name the sign itself."""
    return LINES if sign is None else next((name for name, one in OFFERED.items() if one == sign), sign)


def chosen(first: list[str]) -> str | None:
    """Return the sign between the columns by a file's first lines; None when no line has two."""
    worth = {sign: _worth(sign, first) for sign in SIGNS + SPACED}
    best = max(worth, key=lambda sign: worth[sign])
    return best if worth[best] > (0.0,) else None


def rows_by(sign: str, first: list[str]) -> list[list[str]]:
    """Return the rows of these lines by that sign, without empty ones."""
    return [row for row in Rows(sign).read(Lines(iter(first))) if row]


def width_of(rows: list[list[str]]) -> int:
    """Return how many cells most rows have; of several numbers the one nearest to two, never one."""
    return _width(rows)[0]


def split_line(first: list[str]) -> list[str] | None:
    """Return the rows of a list that was pasted as one line, with `;` at each row's end; None for another."""
    lines = [line for line in first if line.strip()]
    if len(lines) != 1:
        return None
    rows = [row.strip(" \r\n") for row in lines[0].split(_ROW_END) if row.strip()]
    is_list = len(rows) > 1 and all(row.count("\t") == 1 for row in rows)
    return [f"{row}\n" for row in rows] if is_list else None


def _worth(sign: str, first: list[str]) -> tuple[float, ...]:
    """Return how much speaks for a sign, to be compared: above 0 when some row has two cells."""
    rows = rows_by(sign, first)
    if rows and is_header(rows[0]):
        return (2.0,)
    width, share = _width(rows)
    worth = share * (1 - _PROSE_COSTS * _prose(sign, rows)) * (_SPACED_WORTH if sign in SPACED else 1)
    return (worth, -abs(width - _WANTED)) if worth else (0.0,)


def _width(rows: list[list[str]]) -> tuple[int, float]:
    """Return the most usual number of cells, at least two, and the share of rows that have it, 0 to 1.

    A spreadsheet writes all rows equally wide; elsewhere empty cells at a row's end do not count.
    """
    widths = Counter(len(row) for row in rows)
    if len(widths) > 1:
        widths = Counter(len(_stripped(row)) for row in rows)
    del widths[1], widths[0]
    width = max(widths, key=lambda width: (widths[width], -width), default=_WANTED)
    return width, widths[width] / max(1, len(rows))


def _prose(sign: str, rows: list[list[str]]) -> float:
    """Return the share of a sign's places where a sentence or a number has it, 0 to 1."""
    if sign not in ",;":
        return 0.0
    pairs = [pair for row in rows for pair in pairwise(row)]
    return sum(_is_prose(sign, *pair) for pair in pairs) / max(1, len(pairs))


def _is_prose(sign: str, before: str, after: str) -> bool:
    is_decimal = sign == "," and before[-1:].isdigit() and after[:1].isdigit()
    return is_decimal or (after[:1] == " " and before[-1:].isalnum())


def _stripped(row: list[str]) -> list[str]:
    """Return the row without the empty cells that spreadsheets write at its end."""
    end = max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)
    return row[: max(end, min(len(row), _WANTED))]
