"""What there is to say of a term, and how much of it an explanation said."""

from datetime import date
from typing import Any

import pytest

from studylens.judging.coverage import FactSpan
from studylens.models import PackTerm
from studylens.study.terms.points import explained_of, keep, points_of
from studylens.study.terms.proof import Explained
from studylens.study.terms.remade import as_explained

FACTS = [
    FactSpan(1, 1, "Osmosis is the movement of water through a semipermeable membrane."),
    FactSpan(2, 2, "Root cells take up rain by osmosis."),
    FactSpan(3, 3, "The cell wall withstands a pressure of 8 bar."),
]
NINTH, TENTH = date(2026, 11, 9), date(2026, 11, 10)
SAID = "Osmosis moves water through membranes that are semipermeable."
BOTH = f"{SAID} Root cells take up rain by osmosis."


def term(name: str, **columns: Any) -> PackTerm:
    return PackTerm(term=name, origin="server", **columns)


def test_its_points_are_the_facts_that_name_it_or_stand_on_its_line() -> None:
    assert points_of([term("Osmosis")], FACTS) == [FACTS[:2]]
    assert points_of([term("turgor", source_line=3)], FACTS) == [FACTS[2:]]


def test_where_no_fact_is_about_it_its_definition_is_the_only_point() -> None:
    assert points_of([term("plasmolysis", definition="A cell shrinks.")], FACTS) == [
        [FactSpan(0, 0, "plasmolysis: A cell shrinks.")]
    ]
    assert points_of([term("plasmolysis")], FACTS) == [[]]


def test_what_was_said_of_each_term_is_kept_and_of_others_nothing() -> None:
    terms = [term("Osmosis"), term("cell wall"), term("plasmolysis")]
    assert keep(terms, FACTS, SAID, NINTH) == terms[:1]
    assert [explained_of(one) for one in terms] == [Explained(NINTH, 1, 2), None, None]


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        (SAID, BOTH, Explained(TENTH, 2, 2)),
        (SAID, SAID, Explained(TENTH, 1, 2)),
        (BOTH, SAID, Explained(NINTH, 2, 2)),
        (BOTH, BOTH, Explained(TENTH, 2, 2)),
        (BOTH, "Nothing of the kind.", Explained(NINTH, 2, 2)),
    ],
)
def test_a_good_explanation_stays_until_a_later_good_one(first: str, then: str, kept: Explained) -> None:
    osmosis = term("Osmosis")
    keep([osmosis], FACTS, first, NINTH)
    keep([osmosis], FACTS, then, TENTH)
    assert explained_of(osmosis) == kept


def test_a_term_that_is_made_anew_stays_explained() -> None:
    old = term("Osmosis", explained_on="2026-11-09", explained=2, points=2)
    [new, other] = as_explained([term("osmosis"), term("turgor")], [old])
    assert (explained_of(new), explained_of(other)) == (Explained(NINTH, 2, 2), None)
