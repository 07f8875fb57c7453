"""The ground behind a picture that is partly transparent: the colour against which its ink stands out.

White letters on nothing are a slide's title or a tablet's note; on white paper they would be gone. What
counts is the ink that touches transparency: a diagram's white boxes have black frames.
"""

from PIL import Image, ImageChops, ImageFilter

OPAQUE = 128
"""Alpha (0-255) from which a pixel is ink; what is fainter is a shadow or a soft edge."""
CONTRAST = 96
"""Levels (0-255) between ink and ground that the reader needs: pale pencil on paper has as many."""
ENOUGH = 0.9
"""Share of the ink that must stand out; what is left are soft edges."""
GROUNDS = (255, 0, 128)
"""White, black, and grey for a picture with ink of both; the first that is good enough is taken."""


def flattened(image: Image.Image) -> Image.Image:
    """Return an RGB picture on the ground that suits its ink; an RGB one comes back as it is."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, (ground_level(image),) * 3)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def ground_level(image: Image.Image) -> int:
    """Return the grey level (0-255) to put behind an RGBA picture; white when nothing tells."""
    levels = image.convert("RGB").convert("L").histogram(_ink_at_the_edge(image.getchannel("A")))
    total = sum(levels)
    if not total:
        return GROUNDS[0]
    shares = {ground: _standing_out(levels, ground) / total for ground in GROUNDS}
    good = (ground for ground in GROUNDS if shares[ground] >= ENOUGH)
    return next(good, max(GROUNDS, key=lambda ground: shares[ground]))


def _ink_at_the_edge(alpha: Image.Image) -> Image.Image:
    """Return a mask of the opaque pixels that have a transparent neighbour."""
    opaque = alpha.point([255 if level >= OPAQUE else 0 for level in range(256)])
    return ImageChops.subtract(opaque, opaque.filter(ImageFilter.MinFilter(3)))


def _standing_out(levels: list[int], ground: int) -> int:
    return sum(count for level, count in enumerate(levels) if abs(level - ground) >= CONTRAST)
