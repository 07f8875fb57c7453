"""Reading on this server: a whole dense page, and the peer from whose wheel the networks are."""

import json
import subprocess
import sys

from studylens.analysis.ocr import read
from tests import pages
from tests.analysis.ocr.test_read import text_of


def test_a_dense_tilted_blurred_page_of_70_lines_is_read_at_99_percent_of_words() -> None:
    page = pages.blurred(pages.tilted(pages.dense_page(1200, 1600, rows=70, px=18), 2), 0.7)
    lines = read.read(page.image).lines
    assert pages.words_right(page.text, text_of(lines)) >= 0.99
    assert len(lines) == 70


def test_the_same_words_are_read_as_by_rapidocr_itself() -> None:
    page = pages.column_page(pages.wrap(" ".join(pages.SENTENCES[12:16]), 760, 28), size=(900, 460))
    code = """
import sys, json
from rapidocr import RapidOCR
engine = RapidOCR(params={"Global.use_cls": False, "Global.log_level": "critical"})
print(json.dumps(engine(sys.stdin.buffer.read()).txts))
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=pages.png(page), capture_output=True, check=True, timeout=120)
    theirs = json.loads(done.stdout.splitlines()[-1])
    assert text_of(read.read(page.image).lines).split() == " ".join(theirs).split() == page.text.split()
