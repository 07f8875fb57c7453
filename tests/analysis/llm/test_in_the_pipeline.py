"""A model's answer on its way into a pack: what it left out is made here, and what is missing is said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studylens.analysis import pipeline
from studylens.analysis.gemini import connect, outgoing
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import SERVER, Analysis
from studylens.config import Config
from tests import pages
from tests.analysis.gemini.behaviours import packed, said
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.llm import answers
from tests.analysis.ocr import page_kinds


@pytest.fixture
def server() -> Iterator[GeminiServer]:
    with GeminiServer() as running:
        yield running
    connect.forget()
    outgoing.forget()


def analysed(server: GeminiServer, path: str, engines: tuple[str, ...] = ("gemini",)) -> Analysis:
    config = Config(gemini_api_key="AQ.a-key", gemini_base_url=server.url, engines=engines)
    outcome = pipeline.run(wire.Request("0" * 32, path=path, calls_left=9), config, lambda event: None)
    assert isinstance(outcome, wire.Done), outcome
    return outcome.analysis


@pytest.fixture
def photo(tmp_path: Path) -> str:
    page_kinds.columns().image.save(tmp_path / "page.png")
    return str(tmp_path / "page.png")


DEFINED = (
    "Osmosis is the movement of water through a semipermeable membrane.",
    "A catalyst is a substance that speeds up a reaction without being used up.",
    "An isotope is an atom of an element with another number of neutrons.",
)
"""Lines that our own rules make cards of."""


def without(*names: str) -> dict[str, Any]:
    pack = answers.pack()
    lines = [{"n": n, "text": text} for n, text in enumerate(DEFINED, start=len(answers.PAGE) + 1)]
    return {**pack, "transcript": [*pack["transcript"], *lines], **{name: [] for name in names}}


@pytest.mark.parametrize(
    ("missing", "kinds"),
    [(("cards",), "cards"), (("key_terms",), "key terms"), (("cards", "key_terms"), "cards and key terms")],
)
def test_what_a_model_gave_none_of_is_made_of_its_lines(
    server: GeminiServer, photo: str, missing: tuple[str, ...], kinds: str
) -> None:
    server.script.append(lambda _: packed(without(*missing)))
    found = analysed(server, photo)
    for name in ("cards", "key_terms"):
        origins = {item.origin for item in getattr(found.material, name)}
        assert origins == ({SERVER} if name in missing else {"gemini:gemini-3.5-flash-lite"})
    assert {item.origin for item in found.material.quiz} == {"gemini:gemini-3.5-flash-lite"}
    assert any(f"The model gave no {kinds}." in note for note in found.notes)
    assert found.material.explanation == answers.pack()["explanation"]


def test_whole_pack_of_a_model_stays_as_it_is(server: GeminiServer, photo: str) -> None:
    found = analysed(server, photo)
    assert SERVER not in {item.origin for item in (*found.material.cards, *found.material.key_terms)}
    assert not any("The model gave no" in note for note in found.notes)


def test_cut_answer_says_so_and_the_missing_questions_are_tried_here(
    server: GeminiServer, photo: str
) -> None:
    server.script.append("cut")
    found = analysed(server, photo)
    assert len(found.material.cards) == 3
    assert any("broke off" in note for note in found.notes)
    assert any(entry.reason == "not_whole" for entry in found.material.judged.dropped)


def test_unsure_lines_give_no_cards_of_our_own(server: GeminiServer, photo: str) -> None:
    pack = without("cards", "key_terms", "quiz")
    for line in pack["transcript"]:
        line["unsure"] = True
    server.script.append(lambda _: packed(pack))
    found = analysed(server, photo)
    assert (found.material.cards, found.material.quiz) == ((), ())
    assert {line.unsure for line in found.transcript} == {True}


def test_items_in_are_items_shown_and_items_named(server: GeminiServer, photo: str) -> None:
    pack = answers.broken_pack()
    server.script.append(lambda _: packed(pack))
    material = analysed(server, photo).material
    came = len(pack["cards"]) + len(pack["quiz"]) + 1
    mine = [item for item in (*material.cards, *material.quiz, *material.key_terms) if item.origin != SERVER]
    named = sum(entry.count for entry in material.judged.dropped if entry.origin != SERVER)
    assert len(mine) + named == came


def test_reason_of_each_engine_is_told(server: GeminiServer, photo: str) -> None:
    server.script.extend(["error_503"] * 9)
    reasons = {report.engine: report.reason for report in analysed(server, photo, ("gemini", "ocr")).engines}
    assert "the server answered 503" in reasons["gemini"]
    server.script.clear()
    server.script.extend([lambda _: said("I cannot do that.")] * 9)
    reasons = {report.engine: report.reason for report in analysed(server, photo, ("gemini", "ocr")).engines}
    assert "not JSON" in reasons["gemini"]


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    """A photo of the page that the answers are about."""
    pages.column_page(answers.PAGE, size=(900, 420)).image.save(tmp_path / "drawn.png")
    return str(tmp_path / "drawn.png")


def outcome_of_boxes(found: Analysis) -> list[tuple[str, str]]:
    return [(report.outcome, report.reason) for report in found.engines if report.engine == "boxes"]


def test_lines_without_a_box_get_those_of_our_own_detector(server: GeminiServer, drawn: str) -> None:
    found = analysed(server, drawn, ("gemini", "ocr"))
    boxes = [line.box for line in found.transcript]
    assert None not in boxes
    assert boxes == sorted(boxes, key=lambda box: box[1] if box else 0.0)
    assert outcome_of_boxes(found) == [("used", "")]


def test_a_model_that_refuses_bounds_is_asked_without_them_after_a_second_look(
    server: GeminiServer, drawn: str
) -> None:
    server.script.append("bad_request")
    for _ in range(2):
        assert outcome_of_boxes(analysed(server, drawn, ("gemini", "ocr"))) == [("used", "")]
    bounded = ["maxItems" in sent.raw.decode() for sent in server.requests if "3.5-flash" in sent.path]
    assert bounded == [True, False]


def test_boxes_of_the_model_need_no_second_look(server: GeminiServer, drawn: str) -> None:
    pack = answers.pack()
    for n, line in enumerate(pack["transcript"]):
        line["box_2d"] = [100 + 60 * n, 50, 140 + 60 * n, 900]
    server.script.append(lambda _: packed(pack))
    found = analysed(server, drawn, ("gemini", "ocr"))
    assert found.transcript[0].box == (0.05, 0.1, 0.9, 0.14)
    assert outcome_of_boxes(found) == []


def test_lines_stay_without_boxes_where_our_reader_is_off(server: GeminiServer, drawn: str) -> None:
    found = analysed(server, drawn, ("gemini",))
    assert {line.box for line in found.transcript} == {None}
    assert outcome_of_boxes(found) == [("skipped", "switched off")]
