"""The real engine on rendered pages: what it reads, in which order, and how it fails."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studylens.analysis.ocr import networks, read, transcript
from studylens.analysis.protocol.result import Line
from studylens.errors import EngineFailed
from studylens.limits import OCR_DETECTION_PX_PRESSURE
from studylens.variables import ANALYSIS_ENVIRONMENT
from tests import make_sample, pages

ROOT = Path(__file__).parents[3]


def text_of(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.text for line in lines)


def in_fresh_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", code]
    environment = {**os.environ, **ANALYSIS_ENVIRONMENT, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT, timeout=120
    )


@pytest.fixture(scope="module")
def column() -> tuple[pages.Page, tuple[Line, ...]]:
    page = pages.column_page(pages.wrap(" ".join(pages.SENTENCES[:4]), 760, 28), size=(900, 460))
    return page, read.read(page.image).lines


def test_one_column_is_read_word_for_word(column: tuple[pages.Page, tuple[Line, ...]]) -> None:
    page, lines = column
    assert text_of(lines) == page.text


def test_lines_are_numbered_from_one_with_scores_and_boxes_from_top_to_bottom(
    column: tuple[pages.Page, tuple[Line, ...]],
) -> None:
    page, lines = column
    assert [line.n for line in lines] == list(range(1, len(page.lines) + 1))
    boxes = [line.box for line in lines if line.box]
    assert len(boxes) == len(lines)
    assert all(0 <= left < right <= 1 and 0 <= top < bottom <= 1 for left, top, right, bottom in boxes)
    assert [top for _, top, _, _ in boxes] == sorted(top for _, top, _, _ in boxes)
    assert all(line.score is not None and 0.9 < line.score <= 1 for line in lines)


def test_boxes_lie_on_the_ink_of_their_line(column: tuple[pages.Page, tuple[Line, ...]]) -> None:
    page, lines = column
    rest = page.image.convert("L")
    for line in lines:
        left, top, right, bottom = line.box or (0, 0, 0, 0)
        box = (left * rest.width, top * rest.height, right * rest.width + 1, bottom * rest.height + 1)
        rest.paste(255, tuple(round(edge) for edge in box))
    assert rest.getextrema()[0] > 200, "ink outside every box"


def test_a_dense_tilted_blurred_page_is_read_at_99_percent_of_words() -> None:
    """A quarter of it; the whole page of 70 lines is read in tests/long."""
    page = pages.blurred(pages.tilted(pages.dense_page(1200, 460, rows=18, px=18), 2), 0.7)
    lines = read.read(page.image).lines
    assert pages.words_right(page.text, text_of(lines)) >= 0.99
    assert len(lines) == 18


def test_two_columns_below_a_title_are_read_one_after_the_other() -> None:
    lines = pages.wrap(" ".join(pages.SENTENCES[4:12]), 470, 26)
    half = len(lines) // 2
    page = pages.two_column_page("Energy, heredity and history", lines[:half], lines[half:])
    assert text_of(read.read(pages.tilted(page, -1.5).image).lines) == page.text


def test_a_table_is_read_row_by_row_with_tabs_between_cells() -> None:
    rows = [
        ("Phase", "What happens", "Length"),
        ("Prophase", "condensing", "36 min"),
        ("Anaphase", "parting", "3 min"),
    ]
    assert [
        line.text.split(transcript.CELL_GAP) for line in read.read(pages.table_page(rows).image).lines
    ] == [list(row) for row in rows]


def test_large_keywords_of_a_slide_are_read_under_pressure_too() -> None:
    page = pages.column_page(("Mitosis", "Prophase", "Metaphase", "Anaphase"), size=(1600, 900), px=110)
    assert text_of(read.read(page.image, detection_px=OCR_DETECTION_PX_PRESSURE).lines) == page.text


def test_umlauts_and_accents_are_written() -> None:
    page = pages.column_page(
        ("Größe und Schärfe über Öl, süße Äpfel", "¿Qué día es mañana, señor Núñez?"), size=(900, 240)
    )
    if pages.font(28).getname()[0] == "Aileron":
        pytest.skip("this machine has no font with accents")
    assert text_of(read.read(page.image).lines) == page.text


def test_the_phone_screenshot_is_read() -> None:
    page = pages.phone_page()
    assert pages.words_right(page.text, text_of(read.read(page.image).lines)) >= 0.99


def test_the_sample_photo_is_read() -> None:
    with Image.open(make_sample.TARGET) as photo:
        lines = read.read(photo.convert("RGB")).lines
    assert make_sample.TARGET.stat().st_size < 250_000
    assert pages.words_right(make_sample.text(), text_of(lines)) >= 0.98


def test_an_empty_or_tiny_picture_has_no_lines() -> None:
    assert read.read(pages.sheet(640, 480)).lines == ()
    assert read.read(pages.sheet(1, 1)).lines == ()
    assert read.read(pages.sheet(1600, 2)).lines == ()


def test_scribbles_are_not_taken_for_text() -> None:
    assert read.read(pages.scribbles()).lines == ()


def test_progress_is_told_after_each_piece() -> None:
    page = pages.column_page(("One line", "Another line"), size=(600, 200))
    told: list[tuple[int, int]] = []
    read.read(page.image, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.process
def test_reading_is_silent_needs_no_network_and_does_not_import_rapidocr() -> None:
    code = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a connection was tried")
socket.socket.connect = socket.getaddrinfo = refuse
from studylens.analysis.ocr import read
from tests import pages
print(len(read.read(pages.column_page(("One line", "Another line"), size=(600, 200)).image).lines))
print([name for name in ("rapidocr", "requests", "torch", "flask") if name in sys.modules])
"""
    done = in_fresh_process(code)
    assert (done.stdout, done.stderr) == ("2\n[]\n", "")


@pytest.mark.process
def test_the_name_and_the_model_files_are_those_of_the_installed_wheel() -> None:
    assert networks.engine_name() == f"ocr:rapidocr-{importlib.metadata.version('rapidocr')}"
    assert 20_000_000 < networks.model_bytes() < 60_000_000
    done = in_fresh_process(
        "from studylens.analysis.ocr import networks as n; import sys; n.engine_name(); n.model_bytes();"
        "print([n for n in ('rapidocr', 'numpy', 'cv2', 'onnxruntime', 'PIL') if n in sys.modules])"
    )
    assert done.stdout == "[]\n"


def test_a_missing_model_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "DETECTION_FILE", "missing.onnx")
    with pytest.raises(EngineFailed, match=r"no missing\.onnx"):
        read.read(pages.sheet(320, 320))


def test_a_damaged_model_file_is_an_engine_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"not a network")
    monkeypatch.setattr(networks, "wheel_file", lambda name: damaged)
    with pytest.raises(EngineFailed):
        read.read(pages.sheet(320, 320))


@pytest.mark.process
@pytest.mark.parametrize("room_mb", [0, 12, 45])
def test_memory_that_runs_out_is_named_wherever_it_happens(room_mb: int) -> None:
    code = f"""
import resource
from studylens.analysis.ocr import detection, read, recognition
from studylens.errors import OutOfMemory
from tests import pages
import onnxruntime
page = pages.dense_page(800, 800, rows=30)
used = next(int(row.split()[1]) for row in open("/proc/self/status") if row.startswith("VmData")) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + {room_mb} * 2**20, resource.RLIM_INFINITY))
try:
    print(len(read.read(page.image).lines))
except OutOfMemory:
    print("out of memory")
"""
    assert in_fresh_process(code).stdout == "out of memory\n"


@pytest.mark.process
def test_memory_is_flat_over_readings_and_small_at_its_peak() -> None:
    code = """
from studylens.analysis.ocr import read
from tests import pages
from benchmarks.ocr import anonymous_mb, watched
image = pages.dense_page(1600, 1600, rows=70).image.crop((0, 0, 1600, 320)).resize((1600, 1600))
def reading():
    read.read(image)
    read.release()
peaks = [watched(reading) for _ in range(2)]
print(*[round(number) for number in (max(peaks), anonymous_mb())])
"""
    peak, left = (int(number) for number in in_fresh_process(code).stdout.split())
    assert peak < 130
    assert left < 65
