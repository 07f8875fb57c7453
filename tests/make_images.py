"""Makes the small real files in tests/images: `python -m tests.make_images`.

They are committed, so that a test reads what a student could send, and not what today's encoder writes.
Pages are drawn with the font that Pillow brings, so they look the same on every machine.
"""

import functools
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

IMAGES = Path(__file__).parent / "images"
WHITE, INK, DARK, LIGHT = (255, 255, 255), (25, 25, 30), (18, 22, 38), (235, 235, 240)
LEFT, TOP, RIGHT, BOTTOM = (200, 30, 30), (30, 160, 30), (30, 30, 200), (230, 200, 40)
"""Colours of the four edges of `compass`: whichever way a file stores it, left must come out red."""

PROSE = (
    "Photosynthesis is the process by which green plants turn light into chemical energy . The light "
    "reactions take place in the thylakoid membranes , where chlorophyll absorbs red and blue light . Water "
    "is split , oxygen is released , and ATP and NADPH are made . The Calvin cycle then fixes carbon dioxide "
    "in the stroma and builds sugar from it ."
)
WORDS = PROSE.split()


@functools.cache
def font(size: float) -> ImageFont.FreeTypeFont:
    """Return Pillow's own font; `size` in px."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return found


def page(width: int, height: int, *, lines: int, size: int, paper=WHITE, ink=INK) -> Image.Image:
    """Draw a page of `lines` lines of `size` px, from a margin of a twelfth of the width."""
    picture = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(picture)
    margin, word = width // 12, 0
    for number in range(lines):
        line = ""
        while draw.textlength(f"{line}{WORDS[word % len(WORDS)]}", font(size)) < width - 2 * margin:
            line += WORDS[word % len(WORDS)] + " "
            word += 1
        draw.text((margin, margin + number * size * 1.45), line, ink, font(size))
    return picture


def compass(width: int = 240, height: int = 320) -> Image.Image:
    """Draw a picture whose four edges have four colours, upright."""
    picture = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 39), TOP)
    draw.rectangle((0, height - 40, width, height), BOTTOM)
    draw.rectangle((0, 40, 39, height - 41), LEFT)
    draw.rectangle((width - 40, 40, width, height - 41), RIGHT)
    return picture


def png(width: int, height: int, rows: Iterable[bytes], *, depth: int = 8, colour: int = 0) -> bytes:
    """Write a PNG row by row, each row led by its filter byte: Pillow would need every pixel at once."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for row in rows) + packer.flush()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)),
        (b"IDAT", body),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _sixteen_bit() -> bytes:
    """A grey ramp from left to right in 16-bit RGB, which Pillow cannot write."""
    row = b"\0" + b"".join(struct.pack(">HHH", *([x * 257] * 3)) for x in range(256))
    return png(256, 64, [row] * 64, depth=16, colour=2)


def _palette_with_alpha() -> Image.Image:
    """Black letters on nothing at all: on white they can be read, on black they cannot."""
    picture = Image.new("P", (240, 80), 0)
    picture.putpalette([0, 0, 0, 0, 0, 0] + [90] * 762)
    ImageDraw.Draw(picture).text((20, 15), "Osmosis", 1, font(44))
    return picture


def _turned(orientation: int) -> tuple[Image.Image, Image.Exif]:
    """Return the compass as a camera stores it, and the EXIF that says how to turn it back."""
    exif = Image.Exif()
    exif[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)
    stored = compass()
    stored.getexif().update(dict(exif))
    stored = ImageOps.exif_transpose(stored)
    exif[0x0112] = orientation
    return stored, exif


def _gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Pocket camera"
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif


def save_plain(folder: Path) -> None:
    """Files that are fine, each odd in its own way."""
    note = page(480, 640, lines=16, size=20)
    page(1080, 1920, lines=30, size=34).quantize(16).save(folder / "page.png", optimize=True)
    note.save(folder / "wrong_extension.png", "JPEG", quality=70)
    note.save(folder / "progressive.jpg", progressive=True, quality=70)
    note.convert("CMYK").save(folder / "cmyk.jpg", quality=80)
    note.save(folder / "gps.jpg", exif=_gps(), quality=70)
    note.save(folder / "note.webp", quality=70)
    (folder / "sixteen_bit.png").write_bytes(_sixteen_bit())
    _palette_with_alpha().save(folder / "palette_alpha.png", transparency=0)
    for orientation in range(1, 9):
        stored, exif = _turned(orientation)
        stored.save(folder / f"sideways_{orientation}.jpg", exif=exif, quality=80)


def save_several(folder: Path) -> None:
    """Files that hold more than one picture: the first one counts."""
    first, second = compass(), Image.new("RGB", (240, 320), (128, 0, 128))
    first.save(folder / "animated.gif", save_all=True, append_images=[second], duration=100)
    first.save(folder / "animated.webp", save_all=True, append_images=[second], duration=100)
    first.save(folder / "two_pictures.jpg", "MPO", save_all=True, append_images=[second], quality=80)


def save_by_other_encoders(folder: Path) -> None:
    """HEIC and interlaced PNG, which Pillow does not write."""
    import pillow_heif
    import pyvips

    pillow_heif.from_pillow(compass()).save(folder / "compass.heic", quality=60)
    compass().save(folder / "compass.avif", quality=60)
    source = compass()
    pixels = pyvips.Image.new_from_memory(source.tobytes(), *source.size, 3, "uchar")
    pixels.pngsave(str(folder / "interlaced.png"), interlace=True)


def save_from_desktops(folder: Path) -> None:
    """What scanners and computers write."""
    first, second = compass(), Image.new("RGB", (240, 320), (128, 0, 128))
    stored, _ = _turned(6)
    stored.save(folder / "sideways_6.tif", compression="tiff_lzw", tiffinfo={0x0112: 6})
    first.save(folder / "two_pages.tif", save_all=True, append_images=[second], compression="tiff_lzw")
    page(1080, 1527, lines=24, size=34).convert("1").save(folder / "fax.tif", compression="group4")
    first.quantize(8).save(folder / "compass.bmp")


def on_nothing(*inks: tuple[int, int, int]) -> Image.Image:
    """Draw one line in each ink on transparent ground."""
    picture = Image.new("RGBA", (900, 60 + 90 * len(inks)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for number, ink in enumerate(inks):
        draw.text((40, 30 + 90 * number), f"Osmosis moves water {number + 1}", (*ink, 255), font(54))
    return picture


def save_transparent(folder: Path) -> None:
    """Ink on nothing: white, both, and a dark note inside a white frame with its label outside."""
    on_nothing(WHITE, WHITE).save(folder / "white_ink.png", optimize=True)
    on_nothing(WHITE, INK).save(folder / "both_inks.png", optimize=True)
    diagram = on_nothing(INK, INK, INK)
    ImageDraw.Draw(diagram).rectangle((20, 100, 880, 290), (*WHITE, 255), (*INK, 255), 3)
    diagram.save(folder / "white_box.png", optimize=True)
    _with_orientation(folder)


def _with_orientation(folder: Path) -> None:
    """An orientation where browsers do not look for it: EXIF as PNG text, and XMP."""
    from PIL.PngImagePlugin import PngInfo

    stored, exif = _turned(6)
    raw = exif.tobytes()
    text, xmp = PngInfo(), PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n{len(raw):8}\n{raw.hex()}\n")
    xmp.add_itxt("XML:com.adobe.xmp", XMP)
    stored.save(folder / "exif_as_text.png", pnginfo=text)
    stored.save(folder / "xmp_orientation.png", pnginfo=xmp)


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""


def save_damaged(folder: Path) -> None:
    """Files that end early, or are not what their name says."""
    whole = (folder / "wrong_extension.png").read_bytes()
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "renamed_text.jpg").write_text("Chapter 3. These are my notes, not a photo.\n")
    for name, share in (("cut_in_header", 0.01), ("cut_early", 0.2), ("cut_late", 0.8)):
        (folder / f"{name}.jpg").write_bytes(whole[: int(len(whole) * share)])
    for name in ("page.png", "note.webp"):
        data = (folder / name).read_bytes()
        (folder / f"cut_{name}").write_bytes(data[: int(len(data) * 0.8)])


def save_bombs(folder: Path) -> None:
    """A few kilobytes that would fill hundreds of megabytes."""
    Image.new("RGB", (6000, 4000)).save(folder / "bomb_24mp.webp", lossless=True)
    (folder / "strip_1x20000000.png").write_bytes(png(1, 20_000_000, (b"\0\0" * 1000 for _ in range(20_000))))
    (folder / "bomb_178mp.png").write_bytes(
        png(13_344, 13_344, (b"\0" * 1669 for _ in range(13_344)), depth=1)
    )


def main() -> None:
    """Write every file."""
    IMAGES.mkdir(exist_ok=True)
    for save in (
        save_plain,
        save_several,
        save_by_other_encoders,
        save_from_desktops,
        save_transparent,
        save_damaged,
        save_bombs,
    ):
        save(IMAGES)


if __name__ == "__main__":
    main()
