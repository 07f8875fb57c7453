"""Draw the icons that a device installs from static/icon.svg; run again when the drawing changes."""

from pathlib import Path

import pyvips

STATIC = Path(__file__).resolve().parent.parent / "static"
DRAWN_PX = 32
"""Side of the drawing's own grid."""
GREEN = (15, 107, 92)
"""The drawing's ground, which fills what a device cuts off."""
SAFE = 0.8
"""Of a maskable icon's side: Android may cut the rest."""


def draw(name: str, side: int, *, filled: bool = False, share: float = 1.0) -> None:
    """Write a PNG of `side` px; `filled`: its corners too; `share`: of the side, for the drawing."""
    drawing = (STATIC / "icon.svg").read_bytes()
    inner = round(side * share)
    image = pyvips.Image.svgload_buffer(drawing, scale=inner / DRAWN_PX)
    if filled:
        image = image.flatten(background=GREEN)
        image = image.gravity("centre", side, side, extend="background", background=GREEN)
    image.pngsave(str(STATIC / "offline" / name), compression=9, palette=True, strip=True)


if __name__ == "__main__":
    draw("icon-192.png", 192)
    draw("icon-512.png", 512)
    draw("icon-180.png", 180, filled=True)
    draw("icon-maskable-512.png", 512, filled=True, share=SAFE)
