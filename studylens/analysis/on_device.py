"""A page whose photo stayed on the student's device: its lines are put in order here, no model is asked."""

from studylens.analysis.answer import Findings
from studylens.analysis.journal import Journal
from studylens.analysis.ocr import device
from studylens.analysis.protocol.device import DevicePage
from studylens.analysis.protocol.result import EngineReport
from studylens.language import mark

WITHOUT_PHOTO = mark("your photo stayed on your device")
NOT_ASKED = ("gemini", "blip")
"""What would need the photo."""


def findings(page: DevicePage, journal: Journal) -> Findings:
    """Return what a device's page holds, in the order and with the trust of our own reader."""
    found = Findings(width=page.width, height=page.height)
    reading = journal.attempt("device", lambda: device.reading_of(page))
    if reading is not None:
        found.take(reading)
    if found.lines:
        found.text_engine = f"device:{page.reader}"
    journal.stage("after_lines")
    journal.reports += [EngineReport(engine, "skipped", WITHOUT_PHOTO) for engine in NOT_ASKED]
    return found
