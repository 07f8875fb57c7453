"""The judge: every check in turn over every item, whoever made it, and what follows from what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from studylens.judging import asking, formulas, options, sources
from studylens.judging.duplicates import without_repeats
from studylens.judging.item import CHOICE, CLOZE, DROP, KEEP, MARK, MEND, SHORT_ANSWER, Item, Page, Verdict
from studylens.judging.text import GAP

Check = Callable[[Item, Page | None], str]
CHECKS: tuple[Check, ...] = (
    asking.empty,
    formulas.readable,
    asking.boilerplate,
    asking.vague,
    asking.pointer,
    asking.gaps,
    asking.answer_in_question,
    asking.enumeration,
    asking.length,
    asking.whole,
    formulas.formula,
    options.choices,
    options.explanation,
    sources.language,
    sources.on_page,
)
"""Cheapest and most certain first: the first that finds something decides."""
ONLY_MARKED = frozenset({"not_on_page"})
"""Reasons that say where an item comes from, not that it is bad."""


def judge(items: Sequence[Item], page: Page | None) -> tuple[Verdict, ...]:
    """Return a verdict on each item, in their order; without `page` the checks against it are left out.

    What is `protected` is only ever marked.
    """
    return tuple(without_repeats([_verdict(item, page) for item in items], page))


def _verdict(item: Item, page: Page | None) -> Verdict:
    if item.protected:
        seen = (*_mended(item)[1], *(check(item, page) for check in CHECKS))
        found = tuple(dict.fromkeys(filter(None, seen)))
        return Verdict(item, MARK, found) if found else Verdict(item)
    now, mends = _mended(item)
    reason = next(filter(None, (check(now, page) for check in CHECKS)), "")
    if reason and reason not in ONLY_MARKED:
        # An option that could not be mended away is named as the cause, not the lack that it left behind.
        return Verdict(now, DROP, (mends[0],) if reason == "options_few" and mends else (reason,))
    if reason:
        return Verdict(now, MARK, (*mends, reason))
    return Verdict(now, MEND, mends) if mends else Verdict(now, KEEP)


def _mended(item: Item) -> tuple[Item, tuple[str, ...]]:
    if item.kind == CLOZE and not GAP.search(item.asks) and item.asks.rstrip().endswith(("?", "？")):
        return replace(item, kind=SHORT_ANSWER), ("gap_missing",)
    return options.mended(item) if item.kind == CHOICE else (item, ())
