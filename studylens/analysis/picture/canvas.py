"""Rows of a stored picture become an upright one, a few at a time, so that it never exists twice."""

from PIL import Image

STRIP_ROWS = 32
"""Rows put down at once: 0.15 MB, and fast enough that Python is not what one waits for."""
PAPER_LEVEL = 200
"""Equal rows brighter than this are the margin of a page; a decoder fills with grey 128 or darker."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright (CIPA DC-008, tag 0x0112)."""
SIDEWAYS = frozenset({5, 6, 7, 8})
"""Rows as stored become columns."""
QUARTERS = frozenset({90, 270})
"""Degrees by which width and height change places."""
_CLOCKWISE = {90: _TURNS[6], 180: _TURNS[3], 270: _TURNS[8]}
_MODES = {3: "RGB", 4: "RGBA"}
_EMPTY = {3: (255, 255, 255), 4: (255, 255, 255, 0)}
"""Rows that never come are paper, or nothing at all."""
_BACKWARDS = frozenset({3, 4, 6, 7})
"""The first stored row ends up last (or rightmost)."""


class Canvas:
    """A white picture that takes stored rows from top to bottom and puts each where it belongs.

    `width` and `height` are px as stored; `orientation` is EXIF's, 1 to 8; `bands` 3 is RGB, 4 RGBA.
    """

    def __init__(self, width: int, height: int, orientation: int = 1, bands: int = 3) -> None:
        self._width, self._height, self._orientation = width, height, orientation
        self._bands, self._mode = bands, _MODES[bands]
        upright = (height, width) if orientation in SIDEWAYS else (width, height)
        self.image = Image.new(self._mode, upright, _EMPTY[bands])
        self.rows = 0
        self._waiting = bytearray()

    def add(self, data: bytes) -> None:
        """Take the next bytes of rows, in pieces of any length."""
        self._waiting += data
        if len(self._waiting) >= STRIP_ROWS * self._width * self._bands:
            self.flush()

    def flush(self) -> None:
        """Put down the complete rows that wait."""
        row = self._width * self._bands
        count = min(len(self._waiting) // row, self._height - self.rows)
        if count > 0:
            self._put(Image.frombytes(self._mode, (self._width, count), bytes(self._waiting[: count * row])))
            del self._waiting[: count * row]

    @property
    def present(self) -> float:
        """Share of the rows that came."""
        return self.rows / self._height

    def _put(self, strip: Image.Image) -> None:
        self.rows += strip.height
        at = self._height - self.rows if self._orientation in _BACKWARDS else self.rows - strip.height
        position = (at, 0) if self._orientation in SIDEWAYS else (0, at)
        self.image.paste(turned(strip, self._orientation), position)


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture upright; a copy unless it is upright already."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def clear_fill(stored: Image.Image) -> float:
    """Whiten the rows that a JPEG decoder made up below a cut; return the share of the others.

    libjpeg decodes what is missing as one grey, since its coefficients are 0: equal grey rows at the end.
    """
    last = _row(stored, stored.height - 1)
    end = stored.height
    if last == last[:3] * stored.width and max(last) < PAPER_LEVEL:
        while end and _row(stored, end - 1) == last:
            end -= 1
    stored.paste("white", (0, end, stored.width, stored.height))
    return end / stored.height


def _row(image: Image.Image, top: int) -> bytes:
    return image.crop((0, top, image.width, top + 1)).tobytes()


def turned_clockwise(image: Image.Image, degrees: int) -> Image.Image:
    """Return the picture turned by 0, 90, 180 or 270 degrees."""
    return image.transpose(_CLOCKWISE[degrees]) if degrees else image
