"""How far the text lines of a small grey picture lean, from what the rows add up to at each angle."""

from PIL import Image, ImageChops, ImageFilter

STEEPEST = 44
"""Degrees either way that are tried; beyond, the lines are those of the picture turned by a quarter."""
COARSE_STEP, FINE_STEP = 2, 0.5
COARSE_COLUMNS = 4
"""A quarter of the width shows its lines at angles four times as far off, so coarse steps find them."""
PAPER_RADIUS = 8
"""Paper is what a 17 px neighbourhood averages to: wider than a line of letters, narrower than a shadow."""
INK_GAIN = 4
"""Faint pencil counts like print; the profile has 256 levels only."""
LINES_PEAK = 8.0
"""How much the best angle must stand out from the typical one: pages and slides 10-280, pictures up to 7."""
QUARTER_TURN_PEAK = 3.0
"""How much more the rows of the turned picture must differ: sideways pages 3.3-19, grids up to 2.2."""


def tilt_degrees(grey: Image.Image) -> float | None:
    """Return the tilt in degrees, clockwise positive; 90 when the lines run upwards, None without lines.

    `grey` is best some 500 px long: then the lines of a dense page are 7 px apart, and it takes 0.2 s.
    """
    ink = _ink(grey)
    angle, peak = _best(ink, STEEPEST)
    _, turned_peak = _best(ink.transpose(Image.Transpose.ROTATE_90), 10)
    if turned_peak > peak * QUARTER_TURN_PEAK:
        return 90.0
    angles = range(-STEEPEST, STEEPEST + 1, 8)
    typical = sorted(_contrast(ink, float(other), columns=1) for other in angles)[len(angles) // 2]
    return angle if peak > typical * LINES_PEAK else None


def _ink(grey: Image.Image) -> Image.Image:
    """What differs from its surroundings, dark on bright or bright on dark."""
    paper = grey.filter(ImageFilter.BoxBlur(PAPER_RADIUS))
    return ImageChops.difference(grey, paper).point([min(255, level * INK_GAIN) for level in range(256)])


def _best(ink: Image.Image, steepest: int) -> tuple[float, float]:
    """Return the angle at which rows of letters and gaps differ most, and by how much."""
    coarse = range(-steepest, steepest + 1, COARSE_STEP)
    near = max(coarse, key=lambda angle: _contrast(ink, float(angle), columns=COARSE_COLUMNS))
    steps = int(COARSE_STEP / FINE_STEP)
    fine = [near + step * FINE_STEP for step in range(-steps, steps + 1)]
    peaks = {angle: _contrast(ink, angle, columns=1) for angle in fine}
    best = max(peaks, key=lambda angle: (peaks[angle], -abs(angle)))
    return best, peaks[best]


def _contrast(ink: Image.Image, angle: float, *, columns: int) -> float:
    """Sum of squared differences between neighbouring rows (Postl 1986), of each column on its own."""
    how = Image.Resampling.BILINEAR if columns == 1 else Image.Resampling.NEAREST
    profile = ink.rotate(angle, how).resize((columns, ink.height), Image.Resampling.BOX).tobytes()
    return float(sum((one - other) ** 2 for one, other in zip(profile, profile[columns:], strict=False)))
