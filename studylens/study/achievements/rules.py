"""The achievements, in one table: each is a number that grows with recall, and the tiers it can reach.

None of them counts clicks. A rule's `fact` is looked up in study/achievements/facts.py; its words may hold
`{n}`, the number of the tier, and `{s}`, an s unless that number is one.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One achievement; `tiers` are the values of its fact that earn tier 1, 2, ..."""

    key: str
    name: str
    words: str
    fact: str
    tiers: tuple[int, ...]

    def criteria(self, tier: int) -> str:
        """Say in plain words what tier `tier` (from 1) asks for."""
        needed = self.tiers[tier - 1]
        return self.words.format(n=f"{needed:,}", s="" if needed == 1 else "s")

    def reached(self, value: int) -> int:
        """Return how many tiers a value of the fact has earned."""
        return sum(value >= needed for needed in self.tiers)


RULES = (
    Rule("recalls", "It stayed", "Recall {n} card{s} on a later day than the one you learned them.",
         "recalls", (10, 100, 1_000, 5_000)),
    Rule("mature_recalls", "Long memory", "Recall {n} known card{s}: memories that hold 3 weeks or more.",
         "mature_passed", (10, 100, 500, 2_500)),
    Rule("after_a_month", "A month later", "Recall {n} card{s} that you had not seen for 30 days.",
         "after_30", (1, 25, 250)),
    Rule("after_a_season", "A season later", "Recall {n} card{s} that you had not seen for 90 days.",
         "after_90", (1, 25, 250)),
    Rule("after_half_a_year", "Half a year later", "Recall {n} card{s} that you had not seen for 180 days.",
         "after_180", (1, 10, 100)),
    Rule("after_a_year", "A year later", "Recall {n} card{s} that you had not seen for 365 days.",
         "after_365", (1, 10, 100)),
    Rule("hard_won", "Against the odds",
         "Recall {n} card{s} that the schedule gave less than a 70 % chance.", "hard_won", (5, 50, 250)),
    Rule("matured", "Deep roots", "Bring {n} card{s} to a memory that holds 3 weeks.",
         "matured", (10, 100, 500, 2_000)),
    Rule("mended", "Mended", "Bring {n} card{s} that you had once forgotten to a memory that holds 3 weeks.",
         "mended", (5, 50, 250)),
    Rule("leeches_repaired", "Stubborn no more",
         "Repair {n} stubborn card{s}: forgotten eight times, and now a memory that holds 3 weeks.",
         "leeches_repaired", (1, 5, 20)),
    Rule("own_words", "Your own words",
         "Bring {n} card{s} that you wrote or rewrote to a memory that holds 3 weeks.",
         "own_words", (1, 10, 50)),
    Rule("packs_mastered", "The whole page",
         "Master {n} whole pack{s}: five cards or more, all of which hold 3 weeks.",
         "packs_mastered", (1, 3, 10, 25)),
    Rule("perfect_quizzes", "First try",
         "Answer everything right in the first quiz of {n} pack{s}, five questions or more.",
         "perfect_quizzes", (1, 5, 25)),
    Rule("quiz_recalls", "Asked and answered", "Answer {n} quiz question{s} right.",
         "quiz_right", (25, 250, 1_000)),
    Rule("lines_corrected", "Sharp eye", "Correct {n} line{s} that were misread from your photos.",
         "lines_corrected", (1, 20, 100)),
    Rule("days", "Days of study", "Study on {n} day{s}, whenever they are.", "days", (7, 30, 100, 365)),
    Rule("steady", "Most days", "Study on {n} of any 30 days.", "steady", (10, 20, 28)),
    Rule("streak", "Day after day", "Keep a streak of {n} study day{s}.", "streak", (3, 7, 30, 100)),
    Rule("comebacks", "Welcome back",
         "Come back after two weeks or more, {n} time{s}, and recall ten cards that day.",
         "comebacks", (1, 3)),
    Rule("sharp_days", "Sharp day",
         "Recall nine in ten on {n} day{s} with 20 reviews or more of cards from earlier days.",
         "sharp_days", (1, 10, 50)),
)  # fmt: skip
"""Every rule; the order is that of the page."""

BY_KEY: dict[Any, Rule] = {rule.key: rule for rule in RULES}
