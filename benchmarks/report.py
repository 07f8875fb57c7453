"""Tables and verdicts: what was measured, beside what should have been reached."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | float | int | None


@dataclass(frozen=True)
class Figure:
    """One measured number; with a target it gets a verdict: at most `target`, or at least `least`.

    `n`: readings or runs that stand behind it. `measured` None: could not be measured, `how` says why.
    """

    what: str
    measured: float | None
    unit: str
    n: int
    target: float | None = None
    how: str = ""
    least: float | None = None

    @property
    def verdict(self) -> str:
        """Return `reached`, or by how much it falls short."""
        if self.measured is None:
            return "not measured"
        if self.target is None and self.least is None:
            return "-"
        return f"**short by {with_unit(self.gap, self.unit)}**" if self.is_short else "reached"

    @property
    def wanted(self) -> str:
        """Return what should be reached."""
        if self.least is not None:
            return f">= {with_unit(self.least, self.unit)}"
        return "-" if self.target is None else f"<= {with_unit(self.target, self.unit)}"

    @property
    def is_short(self) -> bool:
        """Say whether a target was set and is not reached."""
        return self.gap > 0

    @property
    def gap(self) -> float:
        """How far it is from what should be reached; 0 or less: reached, or nothing to reach."""
        if self.measured is None:
            return 0.0
        over = self.measured - self.target if self.target is not None else 0.0
        return max(over, self.least - self.measured if self.least is not None else 0.0)


@dataclass(frozen=True)
class Table:
    """Rows under headers; every cell comes from this run."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """What one scenario found."""

    title: str
    command: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True
    """False: it broke before its end; `notes` say how."""


def number(value: Cell) -> str:
    """Write a number with as many digits as it deserves; None is a dash."""
    if value is None:
        return "-"
    if isinstance(value, str | int):
        return str(value)
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 or value == 0 else f"{value:.2f}"


def with_unit(value: float | None, unit: str) -> str:
    """Write a number with its unit; counts have none."""
    return f"{number(value)} {unit}".strip() if value is not None else "-"


def table(found: Table) -> str:
    """Return the table as Markdown."""
    lines = [f"{found.caption}\n"] if found.caption else []
    lines.append(_row(found.headers))
    lines.append("|" + "---|" * len(found.headers))
    lines += [_row([number(cell) for cell in row]) for row in found.rows]
    return "\n".join(lines)


def figures(found: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table with their verdicts."""
    headers = ("what", "measured", "n", "to reach", "verdict", "how")
    rows = tuple(
        (
            item.what,
            with_unit(item.measured, item.unit),
            item.n,
            item.wanted,
            item.verdict,
            item.how,
        )
        for item in found
    )
    return table(Table(headers, rows))


def section(found: Section) -> str:
    """Return one scenario as Markdown: its figures first, then all that stands behind them."""
    parts = [f"## {found.title}", f"`{found.command}`"]
    parts += [figures(found.figures)] if found.figures else []
    parts += [table(item) for item in found.tables]
    parts += ["\n".join(f"- {note}" for note in found.notes)] if found.notes else []
    return "\n\n".join(parts)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
