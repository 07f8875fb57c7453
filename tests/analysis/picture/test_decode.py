"""What decoding makes of odd, damaged and hostile photos, and how little memory it takes."""

import io
import json
import logging
import random
import subprocess
import sys
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat

from benchmarks.decode import _in_fresh_process, _write
from studylens import limits
from studylens.analysis.picture import decode as images
from studylens.errors import StudylensError, TooManyPixels, Unreadable, UnsupportedType
from tests.make_images import BOTTOM, IMAGES, LEFT, RIGHT, TOP, WHITE, compass, on_nothing

HOME = IMAGES.parents[1]


def decode(name: str) -> images.Picture:
    return images.decode(IMAGES / name)


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def edges(image: Image.Image) -> list[tuple[int, ...]]:
    """Colours at the middle of the top, right, bottom and left edge."""
    width, height = image.size
    points = ((width // 2, 15), (width - 15, height // 2), (width // 2, height - 15), (15, height // 2))
    return [image.getpixel(point) for point in points]


def is_compass(image: Image.Image) -> bool:
    return all(map(near, edges(image), (TOP, RIGHT, BOTTOM, LEFT)))


def cut(name: str, share: float, folder: Path) -> Path:
    data = (IMAGES / name).read_bytes()
    path = folder / name
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(orientation):
    picture = decode(f"sideways_{orientation}.jpg")
    assert (picture.image.size, picture.width, picture.height) == ((240, 320), 240, 320)
    assert is_compass(picture.image)
    assert ImageStat.Stat(ImageChops.difference(picture.image, compass())).mean < [2, 2, 2]


@pytest.mark.parametrize(
    "name",
    [
        "animated.gif",
        "animated.webp",
        "two_pictures.jpg",
        "compass.heic",
        "compass.avif",
        "interlaced.png",
        "two_pages.tif",
        "sideways_6.tif",
        "compass.bmp",
    ],
)
def test_the_first_picture_counts_in_every_format(name):
    picture = decode(name)
    assert (picture.image.mode, picture.image.size) == ("RGB", (240, 320))
    assert is_compass(picture.image)


@pytest.mark.parametrize(
    "name", ["cmyk.jpg", "progressive.jpg", "wrong_extension.png", "note.webp", "gps.jpg"]
)
def test_every_way_of_storing_a_page_gives_the_same_page(name, tmp_path):
    with Image.open(IMAGES / "gps.jpg") as stored:
        reference = stored.convert("RGB")
    difference = ImageChops.difference(decode(name).image, reference).convert("L")
    assert ImageStat.Stat(difference).mean[0] < 4


def test_sixteen_bits_keep_their_brightness():
    ramp = decode("sixteen_bit.png").image
    assert [ramp.getpixel((x, 30)) for x in (0, 100, 255)] == [(0, 0, 0), (100, 100, 100), (255, 255, 255)]


def test_what_is_transparent_becomes_paper():
    letters = decode("palette_alpha.png").image
    assert letters.getpixel((2, 2)) == (255, 255, 255)
    assert letters.convert("L").getextrema() == (0, 255)


def words_of(image: Image.Image, top: int, bottom: int) -> int:
    """How many levels a band of the picture spans: ink that its ground swallowed leaves next to none."""
    low, high = image.convert("L").crop((0, top, image.width, bottom)).getextrema()
    return high - low


@pytest.mark.parametrize(
    ("name", "ground", "lines"),
    [("white_ink.png", 0, 2), ("both_inks.png", 128, 2), ("white_box.png", 255, 3)],
)
def test_what_is_transparent_contrasts_with_the_ink_that_touches_it(name, ground, lines):
    picture = decode(name).image
    assert picture.getpixel((2, 2)) == (ground, ground, ground)
    assert all(words_of(picture, 20 + 90 * n, 110 + 90 * n) > 90 for n in range(lines))


def test_hidden_colour_does_not_bleed_into_letters_that_are_made_smaller(tmp_path):
    picture = on_nothing(WHITE, WHITE).resize((3600, 960))
    picture.save(tmp_path / "large.png")
    small = images.decode(tmp_path / "large.png").image
    assert small.size == (1600, 427)
    assert small.convert("L").getextrema() == (0, 255)


@pytest.mark.parametrize("name", ["exif_as_text.png", "xmp_orientation.png"])
def test_an_orientation_that_browsers_do_not_follow_is_not_followed(name):
    assert decode(name).image.size == (320, 240)


def test_a_fax_is_read_at_full_width():
    picture = decode("fax.tif")
    assert (picture.width, picture.height, picture.image.size) == (1080, 1527, (1080, 1527))
    assert picture.quality.advice == ()


def test_a_tiff_of_several_pages_says_that_one_was_read():
    assert decode("two_pages.tif").quality.advice[0].startswith("Send it as a PDF to read all of it: ")
    assert not any("PDF" in advice for advice in decode("animated.gif").quality.advice)


def test_the_longest_side_is_1600_and_the_original_size_is_told():
    picture = decode("page.png")
    assert (picture.image.size, picture.width, picture.height) == ((900, 1600), 1080, 1920)


def test_small_pictures_are_not_enlarged():
    assert decode("compass.heic").image.size == (240, 320)
    assert images.resized(compass(), 800).size == (240, 320)
    assert images.resized(compass(), 160).size == (120, 160)


def test_no_place_and_no_camera_leaves_the_decoder():
    with Image.open(IMAGES / "gps.jpg") as original:
        assert original.getexif().get_ifd(0x8825)
    picture = decode("gps.jpg").image
    assert (picture.info, dict(picture.getexif())) == ({}, {})
    sent = images.to_jpeg(picture)
    assert b"Exif" not in sent
    assert not Image.open(io.BytesIO(sent)).getexif()


def test_metadata_given_to_the_encoder_does_not_leave_either():
    with Image.open(IMAGES / "gps.jpg") as original:
        assert b"Pocket camera" not in images.to_jpeg(original)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("empty.jpg", Unreadable),
        ("renamed_text.jpg", UnsupportedType),
        ("cut_in_header.jpg", Unreadable),
        ("cut_early.jpg", Unreadable),
        ("cut_note.webp", Unreadable),
        ("strip_1x20000000.png", TooManyPixels),
        ("bomb_178mp.png", TooManyPixels),
        ("no such file", Unreadable),
    ],
)
def test_what_cannot_be_read_says_why(name, error):
    with pytest.raises(error):
        decode(name)


@pytest.mark.parametrize("name", ["cut_late.jpg", "cut_page.png"])
def test_a_photo_with_most_of_its_rows_is_read_and_says_what_is_missing(name):
    picture = decode(name)
    assert picture.quality.advice[0] == images.CUT_ADVICE
    assert picture.image.getpixel((60, picture.image.height - 5)) == (255, 255, 255)
    assert picture.image.crop((0, 0, *picture.image.size)).convert("L").getextrema()[0] < 60


def test_rows_behind_the_cut_of_a_png_are_blank_and_not_old_memory():
    whole, part = decode("page.png").image, decode("cut_page.png").image
    lower = part.crop((0, 1400, 900, 1600)).convert("L").getextrema()
    upper = (0, 0, 900, 800)
    assert lower == (255, 255)
    assert part.crop(upper).tobytes() == whole.crop(upper).tobytes()


def test_a_cut_photo_is_turned_upright_all_the_same(tmp_path):
    picture = images.decode(cut("sideways_6.jpg", 0.75, tmp_path))
    assert picture.image.size == (240, 320)
    _, right, _, left = edges(picture.image)
    assert near(right, RIGHT)  # It was stored first; the left edge was behind the cut.
    assert left == (255, 255, 255)


def test_a_cut_progressive_photo_is_read_from_its_first_scans(tmp_path):
    picture = images.decode(cut("progressive.jpg", 0.6, tmp_path))
    reference = decode("progressive.jpg").image
    assert ImageStat.Stat(ImageChops.difference(picture.image, reference).convert("L")).mean[0] < 10


def test_under_half_a_photo_is_unreadable(tmp_path):
    with pytest.raises(Unreadable):
        images.decode(cut("gps.jpg", 0.3, tmp_path))


def test_square_brackets_in_a_name_are_not_options(tmp_path):
    path = tmp_path / "page[shrink=8].jpg"
    path.write_bytes((IMAGES / "gps.jpg").read_bytes())
    assert images.decode(path).image.size == (480, 640)


def test_random_damage_ends_in_a_picture_or_an_error_of_the_tree(tmp_path, caplog):
    check_damage(tmp_path, caplog, seed=4, times=120)  # tests/long tries many more.


def check_damage(tmp_path, caplog, *, seed, times):
    """Decode so many files of ours, each with a few random bytes in it."""
    chance = random.Random(seed)
    small = [path for path in sorted(IMAGES.iterdir()) if 0 < path.stat().st_size < 60_000]
    files = [path.read_bytes() for path in small if "bomb" not in path.name and "strip" not in path.name]
    outcomes, path = set(), tmp_path / "damaged"
    caplog.set_level(logging.DEBUG, logger="")
    for _ in range(times):
        broken = bytearray(chance.choice(files))
        for _ in range(chance.randrange(1, 10)):
            broken[chance.randrange(min(len(broken), chance.choice((700, 60_000))))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            outcomes.add(type(images.decode(path)))
        except StudylensError as error:
            outcomes.add(type(error))
    assert (
        {images.Picture, Unreadable}
        <= outcomes
        <= {images.Picture, Unreadable, UnsupportedType, TooManyPixels}
    )
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_need_for_memory_is_known_before_decoding():
    needs = {name: images.need_mb(IMAGES / name) for name in ("page.png", "bomb_24mp.webp", "compass.heic")}
    assert needs == {
        "page.png": limits.NEED_DECODE_MB,
        "bomb_24mp.webp": limits.NEED_DECODE_LARGE_MB,
        "compass.heic": limits.NEED_DECODE_LARGE_MB,
    }


OUT_OF_ROOM = """
import json, resource, sys
from pathlib import Path
from studylens.analysis.picture import decode as images
from studylens.errors import OutOfMemory
from studylens.machine.memory import data_bytes
images.decode(Path("tests/images/compass.heic"))
answers = []
for path in sys.argv[1:]:
    resource.setrlimit(resource.RLIMIT_DATA, (data_bytes() + 24 * 2**20, resource.RLIM_INFINITY))
    try:
        answers.append(images.decode(Path(path)).image.size)
    except OutOfMemory:
        answers.append("out of memory")
    resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)
print(json.dumps(answers))
"""


@pytest.mark.process
def test_running_out_of_memory_has_its_own_name(tmp_path):
    pillow_heif.from_pillow(Image.new("RGB", (3600, 2700))).save(tmp_path / "heic", quality=50)
    _write("progressive", (5000, 4000), tmp_path / "progressive")
    paths = ["tests/images/bomb_24mp.webp", str(tmp_path / "heic"), str(tmp_path / "progressive")]
    command = [sys.executable, "-c", OUT_OF_ROOM, *paths, "tests/images/gps.jpg"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOME)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == ["out of memory"] * 3 + [[480, 640]]


@pytest.mark.process
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_twelve_megapixels_take_at_most_30_mb(kind, tmp_path):
    _write(kind, (4000, 3000), tmp_path / kind)
    assert _in_fresh_process("ours", tmp_path / kind)["peak_mb"] <= 30


@pytest.mark.process
def test_a_decoded_page_keeps_at_most_8_mb_and_1_5_mb_at_800_px():
    assert _in_fresh_process("ours", IMAGES / "page.png")["kept_mb"] <= 8
    assert _in_fresh_process("ours at 800", IMAGES / "page.png")["kept_mb"] <= 1.5
