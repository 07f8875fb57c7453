"""The result crosses from the analysis process to the runner as JSON, and comes back the same."""

from studylens.analysis.protocol.result import (
    Analysis,
    Line,
    Material,
    Receipt,
    Table,
    Trust,
)
from studylens.analysis.protocol.result_json import from_json, to_json

RECEIPT = Receipt(uploaded_bytes=1, width=2, height=3, sha256="0" * 64)
READ = Analysis(
    material=Material(),
    transcript=(
        Line(1, "Phase\tLength", 0.99, (0.1, 0.1, 0.9, 0.2)),
        Line(2, "", 0.4, (0.1, 0.2, 0.9, 0.3), unreadable=True),
    ),
    receipt=RECEIPT,
    tables=(Table((1,), (("Phase", "Length"),)),),
    turned=270,
    trust=Trust(0.61, trusted=False, reasons=("script",), scripts=("Hindi",), sentence="Not read."),
)


def test_what_reading_found_survives_the_journey() -> None:
    assert from_json(to_json(READ)) == READ


def test_a_result_without_a_reading_has_none() -> None:
    plain = to_json(Analysis(material=Material(), transcript=(Line(1, "typed"),), receipt=RECEIPT))
    for name in ("tables", "turned", "trust"):
        del plain[name]
    found = from_json(plain)
    assert (found.tables, found.turned, found.trust) == ((), 0, None)
