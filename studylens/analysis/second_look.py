"""A page that our reader could not read well is made white and read once more, where that may help.

Notes through which the other side shines are read better in white, print is not (docs/cutting.md has the
figures): so a page that was read well is not read twice.
"""

# numpy and OpenCV are imported inside: a page that was read well never pays for more.
# ruff: noqa: PLC0415

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from studylens import limits
from studylens.analysis.budget import stages
from studylens.analysis.ocr.read import Reading
from studylens.analysis.picture.decode import Picture
from studylens.errors import EngineSkipped, NothingCut

NOT_BY_LIGHT = {"script", "accents", "blur", "small"}
"""Reasons why a page was not read that no light changes."""
BETTER = 0.02
"""By how much the trust must rise, so that one reading is not taken for another by chance."""
NO_BETTER = "it reads no better in white"


def may_help(reading: Reading) -> bool:
    """Say whether the page is worth a second look."""
    trust = reading.trust
    return trust is not None and not trust.trusted and not NOT_BY_LIGHT & set(trust.reasons)


def read_white(
    picture: Picture, first: Reading, free_mb: float, read: Callable[[Picture], Reading]
) -> Reading:
    """Return what is read of the white page. Raises EngineSkipped when it is no better, or has no room."""
    stages.require(free_mb, limits.NEED_CUTOUT_MB)
    white = replace(picture, image=_white(picture.image))
    found = read(white)
    if found.trust is None or first.trust is None or found.trust.score < first.trust.score + BETTER:
        raise EngineSkipped(NO_BETTER)
    return found


def _white(image: Image.Image) -> Image.Image:
    """Return the page in white, as it lies: its lines must stay where they are. Raises EngineSkipped."""
    from studylens.analysis.cutting import clean, cut

    try:
        with stages.room(limits.ROOM_CUTOUT_MB), cut.opencv_errors():
            return Image.fromarray(clean.clean(cut.pixels_of(image), whole=True).ink.page)
    except NothingCut as error:
        raise EngineSkipped(error.sentence) from error
