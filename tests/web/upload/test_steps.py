"""How far a page is, as its bar and its steps say it: whoever reads it, neither goes back."""

import pytest

from studylens.models import RUNNING, Job
from studylens.web.text.words import stage_share, stage_words
from studylens.web.upload.steps import IS, steps_of

BLIP = ("after_blip_resize", "after_blip_load", "after_blip", "after_blip_cleanup", "after_file_cleanup")
GEMINI = ("after_decode", "after_gemini_resize", "after_gemini", "after_gemini_cleanup")
LOCAL = ("after_decode", "after_local_resize", "after_local", "after_local_cleanup")
WAYS = {
    "gemini": (*GEMINI, *BLIP),
    "gemini, its lines placed here": (*GEMINI, "after_boxes", *BLIP),
    "local": (*LOCAL, *BLIP),
    "local, its lines placed here": (*LOCAL, "after_boxes", *BLIP),
    "here": ("after_decode", "after_ocr", "after_ocr_cleanup", *BLIP),
    "another script": ("after_decode", "after_ocr", "after_ocr_cleanup", "after_scripts", *BLIP),
}


@pytest.mark.parametrize("stages", WAYS.values(), ids=WAYS)
def test_the_bar_never_goes_back(stages: tuple[str, ...]) -> None:
    shares = [stage_share(stage) for stage in stages]
    assert shares == sorted(shares)
    assert (shares[0] > 0, shares[-1]) == (True, 100)


@pytest.mark.parametrize("reader", ["gemini", "local", "ocr"])
def test_when_the_page_is_read_its_cards_are_written(reader: str) -> None:
    job = Job(state=RUNNING, stage=f"after_{reader}_cleanup", progress="", kind="photo")
    assert [step.words for step in steps_of(job) if step.state == IS] == ["Writing your cards"]


@pytest.mark.parametrize("stages", WAYS.values(), ids=WAYS)
def test_every_stage_is_told_in_words(stages: tuple[str, ...]) -> None:
    assert [stage for stage in stages if stage_words(stage) == stage.replace("_", " ")] == []
