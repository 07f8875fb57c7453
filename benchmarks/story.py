"""Eight panels of a story one after another under a hard 512 MB, drawn by a local server: memory, time."""

import base64
import io
import time
from collections.abc import Sequence

from PIL import Image

from benchmarks.analysis import Analysis
from benchmarks.cgroups import Cgroup, _cpu_seconds
from benchmarks.inputs import Inputs
from benchmarks.needs import START_SECONDS, Readings
from benchmarks.report import Figure, Section, Table
from benchmarks.sheets import _anonymous_mb
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.config import GEMINI_SDKS
from studylens.story_limits import MAX_PANELS
from tests.analysis.gemini import pictures
from tests.analysis.gemini.server import GeminiServer

HARD_MB = 512
MOST_MB = 110.0
"""Of the process, anonymous, at its highest."""
SIZES = {"1K": (1200, 896), "2K": (2304, 1728)}
"""Pictures as the models send them; the second is three quarters of what is taken in at most."""
NOISE = 2
"""How far a colour strays, so that a PNG has the bytes of a painted one: 1.8 MB of 1K, 6.6 MB of 2K."""


def story(_inputs: Inputs, *, quick: bool) -> Section:
    """Eight panels by either SDK, with the first one sent along; of 2K pictures as many."""
    figures, rows = [], []
    for name, size in SIZES.items():
        picture = _painted(size)
        for sdk in GEMINI_SDKS:
            after, highest, peak, seconds = _drawn(picture, sdk, 2 if quick else MAX_PANELS)
            figures.append(Figure(f"{name}, {sdk}: anonymous memory at most", highest, "MB", 1, MOST_MB))
            rows.append((f"{name}, {sdk}", len(picture) / 1e6, after[0], after[-1], highest, peak,
                         seconds / len(after)))  # fmt: skip
    headers = ("pictures", "PNG", "after 1", "after the last", "highest", "group's peak", "seconds a panel")
    notes = (
        "Anonymous memory (RssAnon) of the analysis process: highest every 5 ms, `after` at a panel's end.",
        "`PNG`: million bytes of one answer; `group's peak` counts file pages, too; `seconds`: processor's.",
        "The server that draws stands outside the group and answers at once.",
    )
    table = Table(headers, tuple(rows), f"MB; a cold analysis process in a group of {HARD_MB} MB")
    return Section("Picture story", "python -m benchmarks --only story", tuple(figures), (table,), notes)


def _painted(size: tuple[int, int]) -> bytes:
    """Return a PNG with transparency, as large as one that was painted."""
    strays = [Image.effect_noise(size, NOISE) for _ in range(3)]
    image = Image.merge("RGBA", [*strays, Image.linear_gradient("L").resize(size)])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _drawn(picture: bytes, sdk: str, panels: int) -> tuple[Sequence[float], float, float, float]:
    """Return anonymous MB after each panel, the highest, the group's peak, and processor seconds."""
    after: list[float] = []
    variables = {"MEMORY_LIMIT_MB": str(HARD_MB), "GEMINI_API_KEY": "for-benchmarks-only", "GEMINI_SDK": sdk}
    with (
        GeminiServer(*[lambda _: pictures.drawn(picture)] * panels) as server,
        Cgroup.make(memory_mb=HARD_MB, cpus=1.0) as group,
        Analysis(prefix=group.prefix, variables={**variables, "GEMINI_BASE_URL": server.url}) as process,
    ):
        time.sleep(START_SECONDS)
        with Readings(process.pid) as readings:
            used, first = _cpu_seconds(process.pid), ""
            for place in range(1, panels + 1):
                drawn = _panel(process, PanelWish(place, panels, "a leaf in the sun", "a small sun", first))
                first = first or drawn.jpeg_base64
                after.append(_anonymous_mb(process.pid))
            used = _cpu_seconds(process.pid) - used
            readings.end_stage("done")
        peak = group.peak_mb
    return after, readings.stages[0][2], peak, used


def _panel(process: Analysis, wish: PanelWish) -> Drawn:
    request = wire.Request("0" * 32, draw=wish, calls_left=1_000)
    *_, outcome = process.answer(request)
    if not isinstance(outcome, Drawn) or not base64.b64decode(outcome.jpeg_base64):
        raise RuntimeError(f"panel {wish.place} was not drawn: {outcome}")
    return outcome
