"""The memory chart of a job: one bar a stage, drawn as SVG by the template, with its numbers as text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studylens.models import PHOTO, JobStage
from studylens.web.text.words import stage_words

WIDTH, HEIGHT = 300, 64
"""Units of the SVG's own box; the page stretches it."""
_GAP = 3
_MOST_BAR = 40
"""Few stages make few bars, not a wall."""


@dataclass(frozen=True)
class Bar:
    """One stage: its place in the drawing, and its readings in MB."""

    x: float
    y: float
    width: float
    height: float
    words: str
    service_mb: float
    rss_mb: float


@dataclass(frozen=True)
class Chart:
    """The bars of a job, the highest reading in MB, and the size of the drawing."""

    bars: tuple[Bar, ...]
    peak_mb: float
    width: int = WIDTH
    height: int = HEIGHT


def draw(stages: Sequence[JobStage], kind: str = PHOTO) -> Chart | None:
    """Return the chart of these readings of a job of this kind; None when there is nothing to draw."""
    peak = max((stage.service_mb for stage in stages), default=0.0)
    if peak <= 0:
        return None
    step = min(_MOST_BAR, WIDTH / len(stages))
    bars = (
        replace(_bar(stage, place * step, step - _GAP, peak), words=stage_words(stage.stage, kind))
        for place, stage in enumerate(stages)
    )
    return Chart(bars=tuple(bars), peak_mb=peak)


def _bar(stage: JobStage, x: float, width: float, peak: float) -> Bar:
    height = max(1.0, HEIGHT * stage.service_mb / peak)
    return Bar(
        x=round(x, 1),
        y=round(HEIGHT - height, 1),
        width=round(width, 1),
        height=round(height, 1),
        words="",
        service_mb=stage.service_mb,
        rss_mb=stage.rss_mb,
    )
