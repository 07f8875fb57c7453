"""Which bytes are accepted, by what name a refusal calls them, and that nothing else ever comes out."""

import hashlib
import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest

from studylens import limits
from studylens.errors import (
    NoFile,
    StudylensError,
    TooLarge,
    TooManyPixels,
    Unreadable,
    UnsupportedType,
)
from studylens.uploads.header import read_header
from studylens.uploads.upload import Upload, accept, check_pixels, safe_name
from tests.make_images import IMAGES

MAX_BYTES = 5 * 1024 * 1024


def send(file: str, name: str | None = None) -> Upload:
    return accept((IMAGES / file).read_bytes(), name or file, max_bytes=MAX_BYTES)


def patched(file: str, at: int, new: bytes) -> bytes:
    data = (IMAGES / file).read_bytes()
    return data[:at] + new + data[at + len(new) :]


def frame_of(data: bytes) -> int:
    """Where the height stands in a JPEG (baseline or progressive)."""
    return next(at for at in (data.find(b"\xff\xc0\x00\x11"), data.find(b"\xff\xc2\x00\x11")) if at > 0) + 5


@pytest.mark.parametrize(
    ("file", "kind", "size", "progressive"),
    [
        ("page.png", "png", (1080, 1920), False),
        ("interlaced.png", "png", (240, 320), True),
        ("sixteen_bit.png", "png", (256, 64), False),
        ("palette_alpha.png", "png", (240, 80), False),
        ("gps.jpg", "jpeg", (480, 640), False),
        ("progressive.jpg", "jpeg", (480, 640), True),
        ("cmyk.jpg", "jpeg", (480, 640), False),
        ("two_pictures.jpg", "jpeg", (240, 320), False),
        ("note.webp", "webp", (480, 640), False),
        ("animated.webp", "webp", (240, 320), False),
        ("bomb_24mp.webp", "webp", (6000, 4000), False),
        ("animated.gif", "gif", (240, 320), False),
        ("compass.heic", "heic", (240, 320), False),
        ("compass.avif", "avif", (240, 320), False),
        ("sideways_6.tif", "tiff", (320, 240), False),
        ("fax.tif", "tiff", (1080, 1527), False),
        ("compass.bmp", "bmp", (240, 320), False),
    ],
)
def test_the_header_tells_type_and_size(file, kind, size, progressive):
    upload = send(file)
    assert (upload.kind, (upload.width, upload.height), upload.progressive) == (kind, size, progressive)


def test_size_is_the_stored_one_before_exif_turns_it():
    assert [(send(f"sideways_{n}.jpg").width, send(f"sideways_{n}.jpg").height) for n in (1, 6)] == [
        (240, 320),
        (320, 240),
    ]


def test_a_wrong_extension_does_not_matter():
    assert send("wrong_extension.png").kind == "jpeg"


def test_the_fingerprint_is_that_of_the_bytes():
    upload = send("page.png")
    assert len(upload.data) == (IMAGES / "page.png").stat().st_size
    assert upload.sha256 == hashlib.sha256(upload.data).hexdigest()


@pytest.mark.parametrize(
    ("file", "error"),
    [
        ("empty.jpg", NoFile),
        ("renamed_text.jpg", UnsupportedType),
        ("cut_in_header.jpg", Unreadable),
        ("strip_1x20000000.png", TooManyPixels),
        ("bomb_178mp.png", TooManyPixels),
    ],
)
def test_a_refusal_names_the_file(file, error):
    with pytest.raises(error) as refusal:
        send(file)
    assert refusal.value.sentence.startswith(file)


def test_more_bytes_than_the_limit_are_refused_by_name():
    data = (IMAGES / "page.png").read_bytes()
    with pytest.raises(TooLarge, match=r"page\.png has 0\.1 MB; at most"):
        accept(data, "page.png", max_bytes=len(data) - 1)
    assert accept(data, "page.png", max_bytes=len(data)).kind == "png"


@pytest.mark.parametrize("length", [1, 2, 3, 11, 12])
def test_a_few_bytes_of_any_type_are_refused(length):
    for file in (
        "gps.jpg",
        "page.png",
        "note.webp",
        "animated.gif",
        "compass.heic",
        "fax.tif",
        "compass.bmp",
    ):
        with pytest.raises((UnsupportedType, Unreadable)):
            accept((IMAGES / file).read_bytes()[:length], file, max_bytes=MAX_BYTES)


def test_a_plain_jpeg_may_have_50_megapixels_and_a_progressive_one_48():
    def sized(file: str, width: int, height: int) -> bytes:
        return patched(file, frame_of((IMAGES / file).read_bytes()), struct.pack(">HH", height, width))

    assert accept(sized("gps.jpg", 8064, 6048), "plain.jpg", max_bytes=MAX_BYTES).width == 8064
    assert accept(sized("progressive.jpg", 8000, 6000), "p.jpg", max_bytes=MAX_BYTES).progressive
    with pytest.raises(TooManyPixels, match="Save it as JPEG, not progressive"):
        accept(sized("progressive.jpg", 8064, 6048), "p.jpg", max_bytes=MAX_BYTES)
    with pytest.raises(TooManyPixels, match=r"51 megapixels\); at most 50"):
        accept(sized("gps.jpg", 8500, 6000), "plain.jpg", max_bytes=MAX_BYTES)


def test_a_progressive_jpeg_without_subsampling_counts_twice():
    data = bytearray(
        patched("progressive.jpg", frame_of((IMAGES / "progressive.jpg").read_bytes()), b"\x17\x70\x1f\x40")
    )
    data[frame_of(bytes(data)) + 6] = 0x11  # The first component's sampling factors: 2x2 becomes 1x1.
    assert read_header(bytes(data)).held_bytes == 8000 * 6000 * 6
    with pytest.raises(TooManyPixels, match="decoded all at once"):
        accept(bytes(data), "full.jpg", max_bytes=MAX_BYTES)


def test_colours_in_scans_of_their_own_count_as_progressive():
    data = (IMAGES / "gps.jpg").read_bytes()
    scan = data.index(b"\xff\xda")
    single = data[:scan] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + data[scan + 14 :]
    assert accept(single, "scans.jpg", max_bytes=MAX_BYTES).progressive


def test_a_second_frame_cannot_hide_behind_a_small_first():
    data = (IMAGES / "gps.jpg").read_bytes()
    frame = frame_of(data) - 5
    with pytest.raises(Unreadable):
        accept(data[:frame] + data[frame : frame + 19] + data[frame:], "two.jpg", max_bytes=MAX_BYTES)


def test_a_gif_frame_larger_than_its_screen_counts():
    data = (IMAGES / "animated.gif").read_bytes()
    small_screen = data[:6] + struct.pack("<HH", 1, 1) + data[10:]
    assert (read_header(small_screen).width, read_header(small_screen).height) == (240, 320)


def test_heic_may_have_16_megapixels():
    data = (IMAGES / "compass.heic").read_bytes()
    at = data.index(b"ispe") + 8
    fine, large = (data[:at] + struct.pack(">II", side, 4000) + data[at + 8 :] for side in (4000, 4001))
    assert accept(fine, "fine.heic", max_bytes=MAX_BYTES).width == 4000
    with pytest.raises(TooManyPixels, match="Save it as JPEG"):
        accept(large, "large.heic", max_bytes=MAX_BYTES)


def test_a_side_may_have_20000_pixels():
    def strip(width: int) -> bytes:
        body = struct.pack(">IIBBBBB", width, 10, 8, 0, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))

    check_pixels(read_header(strip(limits.MAX_SIDE_PX)))
    with pytest.raises(TooManyPixels, match="a side may have 20000"):
        check_pixels(read_header(strip(limits.MAX_SIDE_PX + 1)))


def tiff(*tags: tuple[int, int, int]) -> bytes:
    """A little-endian TIFF of nothing but a directory: (tag, type, value) each."""
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0" * 4


def test_a_tiff_whose_one_strip_fills_the_memory_is_refused():
    one_strip = tiff((256, 4, 8000), (257, 4, 6100), (258, 3, 8), (277, 3, 3), (278, 4, 6100))
    assert read_header(one_strip).held_bytes == 8000 * 6100 * 3
    with pytest.raises(TooManyPixels, match="decoded all at once"):
        accept(one_strip, "scan.tif", max_bytes=MAX_BYTES)
    in_strips = one_strip.replace(struct.pack("<HHII", 278, 4, 1, 6100), struct.pack("<HHII", 278, 4, 1, 16))
    assert read_header(in_strips).held_bytes == 8000 * 16 * 3


def test_a_cameras_raw_file_is_not_taken_for_its_preview():
    for mark in ((254, 4, 1), (50706, 1, 1)):
        with pytest.raises(
            UnsupportedType, match=r"shot\.nef: This is a camera's raw file\. Save it as JPEG"
        ):
            accept(tiff((256, 4, 160), (257, 4, 120), mark), "shot.nef", max_bytes=MAX_BYTES)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "<xml/>")
    return buffer.getvalue()


FOREIGN = {
    "slides.pptx": (zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentation. Export it as PDF"),
    "essay.docx": (
        zipped("[Content_Types].xml", "word/document.xml"),
        "Export it as PDF and send that, or copy",
    ),
    "marks.xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"),
    "novel.epub": (zipped("mimetype", "META-INF/container.xml"), "e-book"),
    "talk.key": (zipped("Index/Document.iwa"), "Keynote"),
    "cards.apkg": (zipped("collection.anki21"), "“Import”"),
    "photos.zip": (zipped("one.jpg"), "Unpack it"),
    "old.ppt": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "older Office"),
    "essay.rtf": (b"{\\rtf1\\ansi Photosynthesis}", "paste it into the text field"),
    "plan.svg": (
        b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        "Save it as PNG or PDF",
    ),
    "saved.html": (b"<!DOCTYPE html><title>Cells</title>", "Print it as PDF"),
    "notes.txt": ("Größe: 12 µm\n".encode(), "Paste it into the text field"),
    "burst.heics": (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc" + b"\0\0\0\x08moov", "Send one picture"),
    "lecture.mp4": (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "This is a film"),
    "lecture.webm": (b"\x1a\x45\xdf\xa3" + b"\0" * 40, "This is a film"),
    "voice.m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ", "sound recording"),
    "photo.cr3": (b"\0\0\0\x18ftypcrx \0\0\0\0crx isom", "raw file"),
    "photo.jxl": (b"\xff\x0a" + b"\x12" * 40, "Save it as JPEG or PNG"),
    "unknown.bin": (b"\x07\x99" * 40, "This is not a picture that can be read here"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_cannot_be_read_says_what_to_send_instead(name):
    data, words = FOREIGN[name]
    with pytest.raises(UnsupportedType) as refusal:
        accept(data, name, max_bytes=MAX_BYTES)
    assert refusal.value.sentence.startswith(f"{name}: This is")
    assert words in refusal.value.sentence


HOSTILE = {
    "jpeg_of_padding": b"\xff\xd8" + b"\xff" * 3_000_000,
    "jpeg_of_empty_segments": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 700_000,
    "jpeg_of_zeros": b"\xff\xd8" + b"\0" * 3_000_000,
    "gif_of_extensions": b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\x21\xff" * 1_500_000,
    "gif_of_zeros": b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\0" * 3_000_000,
    "heic_of_boxes": b"\0\0\0\x14ftypheic\0\0\0\0mif1" + struct.pack(">I4s", 8, b"free") * 400_000,
    "heic_of_huge_box": b"\0\0\0\x14ftypheic\0\0\0\0mif1" + b"\0\0\0\1meta" + b"\xff" * 8 + b"\0" * 4000,
    "webp_of_chunks": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + b"\0" * 10 + b"XXXX\0\0\0\0" * 300_000,
    "tiff_of_far_directory": b"II*\0" + b"\xff" * 4 + b"\0" * 4000,
    "tiff_of_many_tags": b"II*\0\x08\0\0\0\xff\xff" + b"\1\1\3\0\1\0\0\0\1\0\0\0" * 70_000,
    "tiff_of_far_values": b"MM\0*\0\0\0\x08\0\1" + b"\1\0\0\x04\0\0\0\xff\xff\xff\xff\xff" + b"\0" * 4,
    "webp_of_huge_chunk": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + b"\0" * 10 + b"XXXX\xff\xff\xff\xff" * 9,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(2)
def test_hostile_lengths_end_quickly_in_a_refusal(data):
    with pytest.raises(Unreadable):
        accept(data, "hostile", max_bytes=MAX_BYTES)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes cut somewhere, or with some bytes of the header changed, or both."""
    broken = bytearray(data)
    for _ in range(chance.randrange(8)):
        broken[chance.randrange(min(len(broken), 700))] = chance.choice((
            0,
            1,
            0x7F,
            0xFF,
            chance.randrange(256),
        ))
    return bytes(broken[: chance.randrange(len(broken) + 1)] if chance.random() < 0.5 else broken)


@pytest.mark.timeout(30)
def test_only_errors_of_the_tree_come_out_of_random_damage():
    chance = random.Random(20250611)
    files = [path.read_bytes() for path in sorted(IMAGES.iterdir()) if path.stat().st_size]
    outcomes = set()
    for _ in range(6_000):
        try:
            outcomes.add(type(accept(damaged(chance.choice(files), chance), "fuzz", max_bytes=MAX_BYTES)))
        except StudylensError as error:
            outcomes.add(type(error))
    assert outcomes == {Upload, NoFile, UnsupportedType, Unreadable, TooManyPixels}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\slide 3.png", "slide 3.png"),
        ("a\0b\r\nSet-Cookie: x.jpg", "ab Set-Cookie: x.jpg"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("\ud800lone.jpg", "lone.jpg"),
        ("línea 4 – notas.heic", "línea 4 – notas.heic"),
        ("", "photo"),
        ("..", "photo"),
        ("\0\0", "photo"),
        ("folder/", "folder"),
    ],
)
def test_names_keep_only_what_prints(name, safe):
    assert safe_name(name) == safe


def test_a_name_of_5000_characters_keeps_its_start_and_its_ending():
    safe = safe_name("x" * 5_000 + ".jpeg")
    assert (len(safe), safe[:3], safe[-6:]) == (80, "xxx", "….jpeg")


@pytest.mark.process
def test_no_library_that_decodes_pixels_is_imported():
    heavy = "{'PIL', 'pyvips', 'numpy', 'pillow_heif'}"
    script = f"import sys, studylens.uploads.upload; print([*{heavy} & {{*sys.modules}}])"
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=IMAGES.parents[1])
    assert found.stdout.strip() == "[]"
