"""What reading models answer, in the format that each was trained to, becomes lines with boxes."""

import json

import pytest

from studylens import limits
from studylens.analysis.llm.page import PageText
from studylens.analysis.local import ask as local
from studylens.analysis.local import reading
from studylens.analysis.local.reading import Scale
from studylens.config import Config
from studylens.errors import EngineFailed
from tests.analysis.local import behaviours
from tests.analysis.local.asking import MODEL, Notes, Time, configured
from tests.analysis.local.server import ChatServer

THOUSAND = Scale(1000, 1000)
LIGHTON = """# Osmosis

**Osmosis** is the diffusion of water through a membrane.

![image](image_1.png)104,200,480,390

| Cell | Water |
|---|---|
| plant | turgid |
"""
SURYA = (
    '<div data-bbox="100 50 900 100" data-label="Section-Header"><h1>Osmosis</h1></div>'
    '<div data-bbox="100 200 900 400" data-label="Text"><p>Water moves through<br/>a membrane.</p></div>'
    '<div data-bbox="0 0 1000 1000" data-label="Figure"><img alt="a cell in water"/></div>'
    '<div data-bbox="100 500 900 600" data-label="Equation-Block">'
    "<math>\\Psi = \\Psi_p</math> in H<sub>2</sub>O</div>"
)
QWEN = """```json
[
  {"bbox_2d": [100, 50, 900, 100], "text_content": "Osmosis"},
  {"bbox_2d": [100, 200, 900, 400], "text_content": "Water moves through\\na membrane."}
]
```"""
DEEPSEEK = (
    "<|ref|>title<|/ref|><|det|>[[100, 50, 900, 100]]<|/det|>\n# Osmosis\n\n"
    "<|ref|>text<|/ref|><|det|>[[100, 200, 900, 400]]<|/det|>\nWater moves through\na membrane.\n"
    "<|ref|>image<|/ref|><|det|>[[0, 0, 999, 999]]<|/det|>\n"
)
DOTS = json.dumps([
    {"bbox": [100, 50, 900, 100], "category": "Section-header", "text": "# Osmosis"},
    {"bbox": [0, 0, 10, 10], "category": "Picture"},
    {"bbox": [100, 200, 900, 400], "category": "Text", "text": "Water moves through\na membrane."},
])


def texts(answer: str, scale: Scale | None = THOUSAND) -> list[str]:
    return [line.text for line in reading.lines(answer, scale)[0]]


@pytest.mark.parametrize("answer", [SURYA, QWEN, DEEPSEEK, DOTS])
def test_blocks_keep_their_boxes_and_the_lines_of_a_block_share_it(answer: str) -> None:
    (first, second, third, *_), _ = reading.lines(answer, THOUSAND)
    assert [first.text, second.text, third.text] == ["Osmosis", "Water moves through", "a membrane."]
    assert [first.n, second.n, third.n] == [1, 2, 3]
    assert first.box == (0.1, 0.05, 0.9, 0.1)
    assert second.box == pytest.approx((0.1, 0.2, 0.9, 0.3))
    assert third.box == pytest.approx((0.1, 0.3, 0.9, 0.4))


def test_pictures_are_no_lines_and_formulas_stay_formulas() -> None:
    assert texts(SURYA)[-1] == r"$\Psi = \Psi_p$ in H₂O"
    assert "a cell in water" not in " ".join(texts(SURYA))


def test_markdown_becomes_lines_without_its_marks() -> None:
    assert texts(LIGHTON) == [
        "Osmosis",
        "Osmosis is the diffusion of water through a membrane.",
        "Cell | Water",
        "plant | turgid",
    ]
    assert {line.box for line in reading.lines(LIGHTON, THOUSAND)[0]} == {None}


def test_pixels_are_those_of_the_picture_that_was_sent() -> None:
    lines, _ = reading.lines(DOTS, Scale(2000, 1000))
    assert lines[0].box == pytest.approx((0.05, 0.05, 0.45, 0.1))


def test_a_box_of_another_scale_than_was_named_is_none() -> None:
    answer = json.dumps([{"bbox_2d": [100, 50, 1800, 1100], "text": "Osmosis"}])
    assert [line.box for line in reading.lines(answer, THOUSAND)[0]] == [None]


@pytest.mark.parametrize(
    "box", ["5 5", [1, 2, 3], [1, 2, 3, "x"], None, {"x": 1}, [5, 5, 5, 9], [1e9, 0, 1, 1]]
)
def test_what_is_no_box_costs_the_box_alone(box: object) -> None:
    (line,), _ = reading.lines(json.dumps([{"bbox": box, "text": "Osmosis"}]), THOUSAND)
    assert (line.text, line.box) == ("Osmosis", None)


def test_whole_blocks_of_a_cut_answer_are_kept() -> None:
    assert texts(QWEN[: QWEN.index("membrane")]) == ["Osmosis"]


def test_a_model_that_repeats_itself_is_heard_three_times() -> None:
    assert texts("Osmosis\n" * 5000) == ["Osmosis"] * 3


def test_a_page_has_an_end() -> None:
    assert len(texts("\n".join(f"Line {n}" for n in range(5000)))) == limits.ANSWER_MAX_LINES


def test_less_than_signs_are_no_html() -> None:
    assert texts("If a < b and b > c, then $x<y$.") == ["If a < b and b > c, then $x<y$."]


@pytest.mark.parametrize("answer", ["", "```", "---", "[]", "<div></div>", "[" * 20_000, "<div>" * 20_000])
def test_what_holds_no_text_has_no_lines(answer: str) -> None:
    assert [line for line in texts(answer) if "[" not in line] == []


def read(config: Config) -> PageText:
    picture = local.Picture(b"\xff\xd8\xff", (1000, 500))
    return local.read_page(picture, local.Allowance(config, ()), Notes(), Time().outside())


def test_a_reading_model_is_told_its_own_prompt_and_nothing_else(server: ChatServer) -> None:
    server.script.append(lambda _: behaviours.said(QWEN))
    config = configured(server.url, local_ai_task="read", local_ai_prompt="grounding")
    found = read(config)
    assert (found.model, found.lines[0].text) == (MODEL, "Osmosis")
    (sent,) = server.requests
    assert (sent.text, sent.standing, sent.format) == ("grounding", "", "text")
    assert sent.picture.startswith("data:image/jpeg;base64,")


def test_a_reading_model_without_a_prompt_gets_the_picture_alone(server: ChatServer) -> None:
    server.script.append(lambda _: behaviours.said(LIGHTON))
    assert len(read(configured(server.url, local_ai_task="read")).lines) == 4
    assert [part["type"] for part in server.requests[0].parts] == ["image_url"]


@pytest.mark.parametrize(("finish", "notes"), [("stop", 0), ("length", 1)])
def test_a_page_that_a_reading_model_did_not_end_says_so(server: ChatServer, finish: str, notes: int) -> None:
    server.script.append(lambda _: behaviours.said(LIGHTON, finish))
    found = read(configured(server.url, local_ai_task="read"))
    assert len(found.notes) == notes
    assert all("broke off at line 4 of the page" in note for note in found.notes)


@pytest.mark.parametrize(("count", "notes"), [(400, 0), (401, 1)])
def test_lines_beyond_what_a_page_may_have_are_told(server: ChatServer, count: int, notes: int) -> None:
    server.script.append(lambda _: behaviours.said("\n".join(f"Line {n}" for n in range(count))))
    found = read(configured(server.url, local_ai_task="read"))
    assert (len(found.lines), len(found.notes)) == (limits.ANSWER_MAX_LINES, notes)


def test_an_empty_page_is_left_to_the_next_reader(server: ChatServer) -> None:
    server.script.append(lambda _: behaviours.said("---"))
    with pytest.raises(EngineFailed, match="found no text"):
        read(configured(server.url, local_ai_task="read"))
