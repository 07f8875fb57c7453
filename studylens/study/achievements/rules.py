"""The achievements, in one table: each is a number that grows with recall, and the tiers it can reach.

None of them counts clicks. A rule's `fact` is looked up in study/achievements/facts.py; its words, for one
and for many, hold `%(n)s`, the number of the tier.
"""

from dataclasses import dataclass
from typing import Any

from studylens.language import mark, mark_many, ngettext


@dataclass(frozen=True)
class Rule:
    """One achievement; `tiers` are the values of its fact that earn tier 1, 2, ..."""

    key: str
    name: str
    words: tuple[str, str]
    fact: str
    tiers: tuple[int, ...]

    def criteria(self, tier: int) -> str:
        """Say in plain words what tier `tier` (from 1) asks for."""
        needed = self.tiers[tier - 1]
        return ngettext(*self.words, needed, n=f"{needed:,}")

    def reached(self, value: int) -> int:
        """Return how many tiers a value of the fact has earned."""
        return sum(value >= needed for needed in self.tiers)


RULES = (
    Rule("recalls", mark("It stayed"), mark_many(
         "Recall %(n)s card on a later day than the one you learned them.",
         "Recall %(n)s cards on a later day than the one you learned them."),
         "recalls", (10, 100, 1_000, 5_000)),
    Rule("mature_recalls", mark("Long memory"), mark_many(
         "Recall %(n)s known card: memories that hold 3 weeks or more.",
         "Recall %(n)s known cards: memories that hold 3 weeks or more."),
         "mature_passed", (10, 100, 500, 2_500)),
    Rule("after_a_month", mark("A month later"), mark_many(
         "Recall %(n)s card that you had not seen for 30 days.",
         "Recall %(n)s cards that you had not seen for 30 days."),
         "after_30", (1, 25, 250)),
    Rule("after_a_season", mark("A season later"), mark_many(
         "Recall %(n)s card that you had not seen for 90 days.",
         "Recall %(n)s cards that you had not seen for 90 days."),
         "after_90", (1, 25, 250)),
    Rule("after_half_a_year", mark("Half a year later"), mark_many(
         "Recall %(n)s card that you had not seen for 180 days.",
         "Recall %(n)s cards that you had not seen for 180 days."),
         "after_180", (1, 10, 100)),
    Rule("after_a_year", mark("A year later"), mark_many(
         "Recall %(n)s card that you had not seen for 365 days.",
         "Recall %(n)s cards that you had not seen for 365 days."),
         "after_365", (1, 10, 100)),
    Rule("hard_won", mark("Against the odds"), mark_many(
         "Recall %(n)s card that the schedule gave less than a 70 %% chance.",
         "Recall %(n)s cards that the schedule gave less than a 70 %% chance."), "hard_won", (5, 50, 250)),
    Rule("matured", mark("Deep roots"), mark_many(
         "Bring %(n)s card to a memory that holds 3 weeks.",
         "Bring %(n)s cards to a memory that holds 3 weeks."),
         "matured", (10, 100, 500, 2_000)),
    Rule("mended", mark("Mended"), mark_many(
         "Bring %(n)s card that you had once forgotten to a memory that holds 3 weeks.",
         "Bring %(n)s cards that you had once forgotten to a memory that holds 3 weeks."),
         "mended", (5, 50, 250)),
    Rule("leeches_repaired", mark("Stubborn no more"), mark_many(
         "Repair %(n)s stubborn card: forgotten eight times, and now a memory that holds 3 weeks.",
         "Repair %(n)s stubborn cards: forgotten eight times, and now a memory that holds 3 weeks."),
         "leeches_repaired", (1, 5, 20)),
    Rule("own_words", mark("Your own words"), mark_many(
         "Bring %(n)s card that you wrote or rewrote to a memory that holds 3 weeks.",
         "Bring %(n)s cards that you wrote or rewrote to a memory that holds 3 weeks."),
         "own_words", (1, 10, 50)),
    Rule("packs_mastered", mark("The whole page"), mark_many(
         "Know %(n)s whole pack: five cards or more, all of which hold 3 weeks.",
         "Know %(n)s whole packs: five cards or more, all of which hold 3 weeks."),
         "packs_mastered", (1, 3, 10, 25)),
    Rule("perfect_quizzes", mark("First try"), mark_many(
         "Answer everything right in the first quiz of %(n)s pack, five questions or more.",
         "Answer everything right in the first quiz of %(n)s packs, five questions or more."),
         "perfect_quizzes", (1, 5, 25)),
    Rule("quiz_recalls", mark("Asked and answered"), mark_many(
         "Answer %(n)s quiz question right.",
         "Answer %(n)s quiz questions right."),
         "quiz_right", (25, 250, 1_000)),
    Rule("lines_corrected", mark("Sharp eye"), mark_many(
         "Correct %(n)s line that were misread from your photos.",
         "Correct %(n)s lines that were misread from your photos."),
         "lines_corrected", (1, 20, 100)),
    Rule("days", mark("Days of study"), mark_many(
         "Study on %(n)s day, whenever they are.",
         "Study on %(n)s days, whenever they are."), "days", (7, 30, 100, 365)),
    Rule("steady", mark("Most days"), mark_many(
         "Study on %(n)s of any 30 days.",
         "Study on %(n)s of any 30 days."), "steady", (10, 20, 28)),
    Rule("streak", mark("Day after day"), mark_many(
         "Keep a streak of %(n)s study day.",
         "Keep a streak of %(n)s study days."), "streak", (3, 7, 30, 100)),
    Rule("comebacks", mark("Welcome back"), mark_many(
         "Come back after two weeks or more, %(n)s time, and recall ten cards that day.",
         "Come back after two weeks or more, %(n)s times, and recall ten cards that day."),
         "comebacks", (1, 3)),
    Rule("sharp_days", mark("Sharp day"), mark_many(
         "Recall nine in ten on %(n)s day with 20 reviews or more of cards from earlier days.",
         "Recall nine in ten on %(n)s days with 20 reviews or more of cards from earlier days."),
         "sharp_days", (1, 10, 50)),
)  # fmt: skip
"""Every rule; the order is that of the page."""

BY_KEY: dict[Any, Rule] = {rule.key: rule for rule in RULES}
