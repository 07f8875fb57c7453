"""What made an item and what the judge did is kept with the pack and told with it."""

from typing import Any

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.judged import judged
from studylens.analysis.protocol.result import Card, Line, Material, Question
from studylens.models import Pack
from studylens.study.packs.store import pack_json
from tests.web.world import add_pack, analysis, become_guest

LINES = (
    Line(1, "Photosynthesis", 0.95, (0.1, 0.1, 0.5, 0.14)),
    Line(
        2,
        "Photosynthesis is the process in which plants use light to make sugar.",
        0.95,
        (0.1, 0.2, 0.9, 0.24),
    ),
)
CARD = Card(
    "What is the formula: speed?",
    "v = s / t",
    "short_answer",
    2,
    rule="formula",
    answer_box=(0.1, 0.2, 0.9, 0.3),
)
ASKED = Question(
    "Which gas?", ("O2", "N2", "He"), 0, "", 2, rule="label", marks=("not_on_page",), level="apply"
)


def kept(wiring, client, material: Material) -> dict[str, Any]:
    pack_id = add_pack(wiring, become_guest(wiring, client), analysis(transcript=LINES, material=material))
    with wiring.database.reading() as session:
        return pack_json(session.get_one(Pack, pack_id))


def test_rule_marks_level_and_the_picture_of_an_answer_are_kept(wiring, client) -> None:
    pack = kept(wiring, client, Material(cards=(CARD,), quiz=(ASKED,)))
    (card,), (question,) = pack["cards"], pack["quiz"]
    assert (card["rule"], card["answer_box"]) == ("formula", [0.1, 0.2, 0.9, 0.3])
    assert (question["rule"], question["marks"], question["level"]) == ("label", ["not_on_page"], "apply")


def test_what_was_dropped_is_told_with_its_reason(wiring, client) -> None:
    pointing = Card("What does it use?", "light", "short_answer", 2, origin="gemini:m", rule="model")
    pack = kept(wiring, client, judged(Material(cards=(pointing,)), LINES))
    assert pack["judged"]["dropped"] == [
        {"reason": "pointer", "rule": "model", "origin": "gemini:m", "count": 1}
    ]
    assert pack["judged"]["sentences"]["pointer"]


def test_the_facts_of_the_page_are_kept_to_be_counted(wiring, client) -> None:
    (fact,) = kept(wiring, client, make_material(LINES))["judged"]["facts"]
    assert (fact["first"], fact["last"]) == (2, 2)
