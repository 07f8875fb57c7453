"""What the pipeline tells of a reading: the turned picture, no cards without trust, lines left open."""

import base64
import io
import shutil
from pathlib import Path

from PIL import Image

from studylens.analysis import pipeline
from studylens.analysis.ocr import read, transcript
from studylens.analysis.ocr.order.placing import Piece
from studylens.analysis.ocr.order.reading_order import in_reading_order
from studylens.analysis.protocol import wire
from studylens.config import Config
from tests import pages
from tests.analysis.ocr import page_kinds

PICTURES = Path(__file__).parent / "ocr" / "pictures"


class OwnReader(Config):
    """A server without tesseract's languages, whatever `make scripts` has fetched on this machine."""

    @property
    def scripts_path(self) -> Path:
        return Path(__file__).parent / "no-languages"


def analysed(page: Path) -> wire.Outcome:
    """What the pipeline answers for a picture, read on this server alone, with a copy asked for."""
    request = wire.Request("0" * 32, path=str(page), wishes=wire.Wishes(keep_copy=True))
    return pipeline.run(request, OwnReader(engines=("ocr",)), lambda event: None)


def test_sizes_copy_and_boxes_are_those_of_the_turned_picture(tmp_path: Path) -> None:
    page = page_kinds.columns()
    page_kinds.turned(page, 90).save(tmp_path / "page.png")
    done = analysed(tmp_path / "page.png")
    assert isinstance(done, wire.Done)
    found = done.analysis
    assert found.turned == 270
    assert (found.receipt.width, found.receipt.height) == page.image.size
    assert found.copy
    copy = Image.open(io.BytesIO(base64.b64decode(found.copy.jpeg_base64)))
    assert copy.width > copy.height
    assert found.quality
    assert found.quality.advice == ()
    assert found.trust
    assert found.trust.trusted


def test_a_page_that_is_not_trusted_gives_no_cards_and_no_terms(tmp_path: Path) -> None:
    lines = pages.wrap(" ".join(pages.SENTENCES[:6]), 760, 28)
    page = pages.blurred(pages.column_page(lines, size=(900, 560)), 3.4)
    page.image.save(tmp_path / "page.png")
    done = analysed(tmp_path / "page.png")
    assert isinstance(done, wire.Done)
    found = done.analysis
    assert found.trust
    assert not found.trust.trusted
    assert "blurred" in found.trust.sentence
    assert (found.material.cards, found.material.quiz, found.material.key_terms) == ((), (), ())


def test_a_page_of_which_nothing_can_be_read_fails_with_the_reason(tmp_path: Path) -> None:
    failed = analysed(Path(shutil.copy(PICTURES / "hindi.png", tmp_path)))
    assert isinstance(failed, wire.Failed)
    assert failed.code == "nothing_found"
    assert "which we cannot read yet" in failed.sentence


def test_a_line_that_cannot_be_read_keeps_its_place_without_text() -> None:
    rows = [("First line of the page", 0.99, 400), ("", 0.3, 400), ("Last line of the page", 0.99, 400)]
    pieces = [
        Piece(text, score, ((20, y), (20 + wide, y), (20 + wide, y + 24), (20, y + 24)))
        for y, (text, score, wide) in zip((20, 60, 100), rows, strict=True)
    ]
    lines = transcript.lines_of(in_reading_order(pieces), (500, 200))
    assert [(line.n, line.text, line.unreadable) for line in lines] == [
        (1, "First line of the page", False),
        (2, "", True),
        (3, "Last line of the page", False),
    ]


def test_a_russian_line_in_an_english_page_is_shown_as_unreadable() -> None:
    russian = "Фотосинтез превращает свет в глюкозу и кислород"
    page = pages.column_page((*pages.SENTENCES[:3], russian), size=(1200, 300))
    assert [line.unreadable for line in read.read(page.image).lines] == [False, False, False, True]
