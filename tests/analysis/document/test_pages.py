"""What is made of a PDF's pages: their list, their text where it can be believed, no harm by broken ones."""

import base64
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studylens import limits
from studylens.analysis import pipeline
from studylens.analysis.document import pages, pdf
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.answers import ListedPage
from studylens.config import Config
from studylens.errors import BadDocument, EngineSkipped
from tests import documents
from tests.make_images import page as drawn_page

HOME = Path(__file__).parents[3]


def saved(data: bytes, folder: Path) -> Path:
    path = folder / "document"
    path.write_bytes(data)
    return path


def listed(data: bytes, folder: Path) -> list[ListedPage]:
    return list(pages.list_pages(saved(data, folder), lambda done, total: None).pages)


def opened(data: bytes, folder: Path, number: int = 1) -> pages.Page:
    return pages.open_page(saved(data, folder), number)


def analysed(data: bytes, folder: Path, **asked: object) -> wire.Outcome:
    request = wire.Request("0" * 32, path=str(saved(data, folder)), **asked)
    return pipeline.run(request, Config(engines=("ocr",)), lambda event: None)


def test_every_page_is_listed_with_a_small_picture(tmp_path: Path) -> None:
    found = listed(documents.plain(3), tmp_path)
    assert [(page.n, page.width, page.height) for page in found] == [(n, 595, 842) for n in (1, 2, 3)]
    picture = Image.open(io.BytesIO(base64.b64decode(found[0].jpeg_base64)))
    assert max(picture.size) == limits.THUMBNAIL_PX


def test_listing_stops_drawing_when_it_has_cost_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LISTING_CPU_SECONDS", -1)
    assert [page.jpeg_base64 for page in listed(documents.plain(2), tmp_path)] == ["", ""]


def test_a_page_has_its_own_lines_with_places_on_the_picture(tmp_path: Path) -> None:
    page = opened(documents.plain(2), tmp_path, 2)
    assert [line.text for line in page.lines] == ["Page 2 of this lecture.", *documents.SENTENCES]
    assert [line.n for line in page.lines] == [1, 2, 3, 4, 5, 6]
    left, top, right, bottom = page.lines[0].box or (0, 0, 0, 0)
    assert (left, bottom) == (pytest.approx(72 / 595, abs=0.01), pytest.approx((842 - 760) / 842, abs=0.01))
    assert (top < bottom, left < right < 0.5) == (True, True)
    assert max(page.image.size) == limits.PICTURE_PX


def test_a_rotated_page_is_upright_with_its_boxes(tmp_path: Path) -> None:
    """Rotated by the PDF itself, as landscape slides are."""
    page = opened(documents.document([documents.text(documents.SENTENCES)], page=b"/Rotate 90"), tmp_path)
    assert page.image.width > page.image.height
    left, top, right, bottom = page.lines[0].box or (0, 0, 0, 0)
    assert bottom - top > right - left


def test_words_set_far_apart_are_cells(tmp_path: Path) -> None:
    row = b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (Oxygen) Tj 1 0 0 1 300 700 Tm (16.00) Tj ET"
    assert opened(documents.document([row]), tmp_path).lines[0].text == "Oxygen\t16.00"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (documents.private_signs, "the text in this PDF is garbled"),
        (documents.without_spaces, "the text in this PDF has lost its spaces"),
        (lambda: documents.document([b""]), "this page brings no text along"),
        (
            lambda: documents.scan(drawn_page(300, 424, lines=8, size=14), "Scanned by an app"),
            "this page is a scan",
        ),
    ],
)
def test_text_that_cannot_be_believed_by_itself(make, reason: str, tmp_path: Path) -> None:
    page = opened(make(), tmp_path)
    assert page.fault == reason
    with pytest.raises(EngineSkipped, match=reason):
        pages.believed_lines(page, None)


def test_text_is_compared_with_what_the_picture_shows(tmp_path: Path) -> None:
    page = opened(documents.other_letters(), tmp_path)
    assert not page.fault
    assert page.lines[0].text != documents.SENTENCES[0]
    with pytest.raises(EngineSkipped, match="is not what the page shows"):
        pages.believed_lines(page, lambda boxes: documents.SENTENCES[: len(boxes)])
    sound = opened(documents.plain(), tmp_path)
    shown = [line.text.replace("l", "1").upper() for line in pages.soundness.samples(sound.lines)]
    assert pages.believed_lines(sound, lambda boxes: shown) == sound.lines


@pytest.mark.parametrize("make", [documents.other_letters, documents.private_signs])
def test_a_garbled_page_is_read_from_its_picture(make, tmp_path: Path) -> None:
    outcome = analysed(make(), tmp_path, page=1)
    assert isinstance(outcome, wire.Done)
    assert [line.text for line in outcome.analysis.transcript] == list(documents.SENTENCES)
    assert outcome.analysis.text_engine.startswith("ocr:")


def test_a_sound_page_is_not_read_at_all(tmp_path: Path) -> None:
    outcome = analysed(documents.plain(), tmp_path, page=1)
    assert isinstance(outcome, wire.Done)
    assert outcome.analysis.text_engine == pdf.engine_name()
    assert [report.engine for report in outcome.analysis.engines if report.outcome == "used"] == [
        "pdf",
        "material",
    ]
    assert {line.score for line in outcome.analysis.transcript} == {None}


@pytest.mark.parametrize("make", [documents.scripted, documents.broken_table])
def test_scripts_are_not_run_and_a_broken_table_is_rebuilt(make, tmp_path: Path) -> None:
    assert len(listed(make(), tmp_path)) == 1
    assert opened(make(), tmp_path).lines[-1].text == documents.SENTENCES[-1]


def test_a_page_of_20000_points_is_drawn_as_small_as_any(tmp_path: Path) -> None:
    huge = documents.document(
        [documents.text(documents.SENTENCES, size=600, top=19_000)], box="[0 0 20000 20000]"
    )
    assert opened(huge, tmp_path).image.size == (1600, 1600)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (documents.locked, "locked with a password"),
        (lambda: documents.plain()[:300], "damaged"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged"),
        (lambda: documents.document([b""] * 10_000), "has 10,000 pages; at most 50"),
    ],
)
def test_what_cannot_be_opened_says_why(make, words: str, tmp_path: Path) -> None:
    outcome = analysed(make(), tmp_path, list_pages=True)
    assert isinstance(outcome, wire.Failed)
    assert (outcome.code, words in outcome.sentence) == ("bad_document", True)


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match="no page 3"):
        opened(documents.plain(2), tmp_path, 3)


@pytest.mark.process
def test_the_web_process_never_imports_pdfium() -> None:
    script = "import sys, app, studylens.jobs.embedded; app.create_app({}); print('pypdfium2' in sys.modules)"
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOME)
    assert found.stdout.strip() == "False"
