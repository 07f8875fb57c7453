"""The judge of study items, the same for every maker; standard library only.

languages, text: what words are; item, reasons: what is judged and why; asking, options, formulas, sources,
duplicates: the checks; judge: all of them in turn; coverage: facts that nobody asks; telling: facts in a
student's own words; marking: cards from what a student marks; grading: when a typed answer is right;
comparing: how near one is; typed: lists, and four verdicts; plain, quantities: formulas and amounts as they
are typed.
"""

from studylens.judging.item import Count, Item, Page, Verdict, tally
from studylens.judging.judge import judge
from studylens.judging.reasons import PAGES, REASONS, Reason

__all__ = ["PAGES", "REASONS", "Count", "Item", "Page", "Reason", "Verdict", "judge", "tally"]
