"""The report on changes of the code: what was noticed, by how many, and what was not."""

from tools.mutants import lines


def test_the_score_counts_what_was_tried_and_names_what_nobody_noticed() -> None:
    codes = {"b.py": {"b.x_1": None, "b.x_2": 33}, "a.py": {"a.x_1": 1, "a.x_2": 36, "a.x_3": 0, "a.x_4": 33}}
    assert lines(codes) == [
        "a.py: 66 % of 3 noticed; 1 reached by no test, 0 not tried, 0 unclear",
        "survived: a.x_3",
    ]
