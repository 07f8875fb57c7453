"""Small PDFs of our own making, sound and broken: written by hand, so each fault is where we want it."""

import io
from collections.abc import Sequence

from PIL import Image

SENTENCES = (
    "Photosynthesis turns light into chemical energy.",
    "Chlorophyll absorbs red and blue light.",
    "Osmosis moves water through a membrane.",
    "Mitosis makes two identical cells.",
    "Enzymes speed up chemical reactions.",
)
A4 = "[0 0 595 842]"


def written(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


def text(lines: Sequence[str], *, size: int = 16, left: int = 72, top: int = 760) -> bytes:
    """Return the content of a page: these lines, one under the other; positions in points."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F1 {size} Tf {size * 1.5:g} TL {left} {top} Td {shown} ET".encode("latin-1")


def document(
    pages: Sequence[bytes],
    *,
    box: str = A4,
    catalogue: bytes = b"",
    font: bytes = b"",
    more: Sequence[bytes] = (),
    page: bytes = b"",
) -> bytes:
    """Return a PDF of these pages' contents. Object 3 is its font F1, object 4 the first of `more`."""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    xobjects = b"/XObject<</I 4 0 R>>" if more else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding%s>>" % font,
        *more,
    ]
    for number, content in enumerate(pages):
        fonts = b"/Resources<</Font<</F1 3 0 R>>%s>>" % xobjects
        sides = b"/MediaBox %s%s" % (box.encode(), page)
        contents = b"/Contents %d 0 R" % (first + 2 * number + 1)
        objects += [b"<</Type/Page/Parent 2 0 R%s%s%s>>" % (sides, fonts, contents), stream(content)]
    return written(objects)


def plain(pages: int = 1) -> bytes:
    """Return a sound PDF; page n begins with its number."""
    return document([text([f"Page {n} of this lecture.", *SENTENCES]) for n in range(1, pages + 1)])


def mapped(to_unicode: str) -> bytes:
    """Return a PDF that looks sound, and whose font tells other characters: `bfrange` lines of its table."""
    table = f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /X def /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange
{to_unicode} endcmap end end"""
    return document(
        [text(SENTENCES)], font=b"/ToUnicode 4 0 R", more=[stream(table.encode())]
    )  # fmt: skip


def other_letters() -> bytes:
    """Every letter is told as one some places on, as fonts do that were cut to what a page needs."""
    return mapped("2 beginbfrange <41> <54> <0047> <61> <74> <0066> endbfrange")


def private_signs() -> bytes:
    """Every letter is told as a private sign."""
    return mapped("1 beginbfrange <21> <7E> <E021> endbfrange")


def without_spaces() -> bytes:
    """All words of a line run into each other, as some exports write them."""
    rows = []
    for row, line in enumerate(SENTENCES):
        rows.append(f"1 0 0 1 72 {760 - 24 * row} Tm ({line.replace(' ', '')}) Tj")
    return document([("BT /F1 16 Tf " + " ".join(rows) + " ET").encode()])


def scan(picture: Image.Image, stamp: str = "") -> bytes:
    """Return a PDF whose only page is a picture, with a stamp of text in its corner."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "JPEG", quality=85)
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB" % picture.size
    image = stream(buffer.getvalue(), entries + b"/BitsPerComponent 8/Filter/DCTDecode")
    return document([b"q 595 0 0 842 0 0 cm /I Do Q " + text([stamp], size=6, top=20)], more=[image])


def scripted() -> bytes:
    """Return a PDF that wants to run a script without end when it is opened."""
    action = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);while\\(true\\){})>>"
    return document([text(SENTENCES)], catalogue=action)


def broken_table() -> bytes:
    """Return a PDF whose table of objects is not where it says."""
    return plain().replace(b"startxref\n", b"startxref\n99")


def locked() -> bytes:
    """Return a PDF that opens with a password only (its own, which nobody knows: the key fits none)."""
    key = b"<</Filter/Standard/V 1/R 2/P -4/O <%s>/U <%s>>>" % (b"01" * 32, b"02" * 32)
    return plain().replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[<00><00>]/Encrypt %s" % key)
