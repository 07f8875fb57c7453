"""A memory curve as SVG: what each kind of process takes, the sum, the limit, and what was done when.

Colours are classes of style.css: a strict content policy lets no style stand in a page.
"""

from collections.abc import Iterator, Sequence
from html import escape

from tools.prove.scene import Event, Sample, Side

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 26, 26
MARK_WIDTH = 18
"""Numbers that stand closer than this take turns in two rows."""
MOST_POINTS = 280
"""More than one for two pixels shows nothing more; of each span the highest is kept."""
KINDS = ("master", "web", "analysis", "other")
HEADROOM = 1.12
"""So much above the limit there is room for its name."""


def svg(side: Side, *, limit_mb: float, seconds: float) -> str:
    """Return the curve of one side; x: seconds from 0 to `seconds`, y: MB."""
    frame = _Frame(max(seconds, 10.0), limit_mb * HEADROOM)
    samples = thinned(side.samples)
    parts = [*_grid(frame, limit_mb), *_areas(frame, samples), _sum(frame, samples)]
    parts += [_limit(frame, limit_mb), *_marks(frame, side.events)]
    label = escape(_label(side, limit_mb))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}" class="curve">'
        + "".join(parts)
        + "</svg>"
    )


def thinned(samples: Sequence[Sample], most: int = MOST_POINTS) -> list[Sample]:
    """Return at most so many samples, the highest of each span of time."""
    size = -(-len(samples) // most) or 1
    spans = (samples[start : start + size] for start in range(0, len(samples), size))
    return [max(span, key=lambda sample: sample.total_mb) for span in spans]


class _Frame:
    """Where a moment and a size stand in the picture."""

    def __init__(self, seconds: float, megabytes: float) -> None:
        self.seconds, self.megabytes = seconds, megabytes

    def x(self, at: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(at / self.seconds, 1.0), 1)

    def y(self, size: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(size / self.megabytes, 1.0), 1)


def _label(side: Side, limit_mb: float) -> str:
    highest = max((sample.total_mb for sample in side.samples), default=0.0)
    return f"{side.title}: memory over time, at most {highest:.0f} MB; the limit is {limit_mb:.0f} MB"


def _grid(frame: _Frame, limit_mb: float) -> Iterator[str]:
    for size in range(0, int(limit_mb) + 1, 100):
        y = frame.y(size)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{size}</text>'
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        at = share * frame.seconds
        anchor = "end" if share == 1 else "middle"
        place = f'x="{frame.x(at)}" y="{HEIGHT - 8}" text-anchor="{anchor}"'
        yield f'<text class="axis" {place}>{_time(at)}</text>'
    yield f'<text class="axis" x="4" y="{TOP - 8}">MB</text>'


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _areas(frame: _Frame, samples: Sequence[Sample]) -> Iterator[str]:
    """Stack the kinds of processes on each other."""
    floor = [0.0] * len(samples)
    for kind in KINDS:
        sizes = [sample.kinds.get(kind, 0.0) for sample in samples]
        if not any(sizes):
            continue
        roof = [low + size for low, size in zip(floor, sizes, strict=True)]
        there = list(zip(samples, roof, strict=True))
        back = list(zip(samples, floor, strict=True))[::-1]
        points = " ".join(f"{frame.x(sample.at)},{frame.y(size)}" for sample, size in (*there, *back))
        yield f'<polygon class="area {kind}" points="{points}"/>'
        floor = roof


def _sum(frame: _Frame, samples: Sequence[Sample]) -> str:
    points = " ".join(f"{frame.x(sample.at)},{frame.y(sample.total_mb)}" for sample in samples)
    return f'<polyline class="sum" points="{points}"/>'


def _limit(frame: _Frame, limit_mb: float) -> str:
    y = frame.y(limit_mb)
    right = WIDTH - RIGHT
    return (
        f'<line class="limit" x1="{LEFT}" x2="{right}" y1="{y}" y2="{y}"/>'
        f'<text class="limit-name" x="{right}" y="{y - 6}" text-anchor="end">limit {limit_mb:.0f} MB</text>'
    )


def _marks(frame: _Frame, events: Sequence[Event]) -> Iterator[str]:
    """Number what was done, as the list below the curve does."""
    done = [(number, event) for number, event in enumerate(events, start=1) if event.bad]
    for _, event in done:
        x = frame.x(event.at)
        yield f'<line class="mark" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
    last = -float(MARK_WIDTH)
    for number, event in done:
        x = frame.x(event.at)
        crowded = x - last < MARK_WIDTH
        last = x if not crowded else last
        yield f'<text class="mark-name" x="{x + 3}" y="{TOP + (24 if crowded else 10)}">{number}</text>'
