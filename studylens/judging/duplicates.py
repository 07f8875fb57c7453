"""Items that ask the same fact, and more items than a page has facts."""

from collections.abc import Sequence

from studylens.judging.item import CHOICE, DROP, Item, Page, Verdict
from studylens.judging.text import GAP, alike, contains, count_words, filled, normalised, shared, stems

SAME_FACT = 0.5
"""Share of telling words that two items with one answer have in common when they ask one fact."""
TURNED = 0.75
"""The same of items whose answers differ: term and definition the other way round."""
WORDS_AN_ITEM = 6
"""A line gives at most one item for so many words, and two in any case."""
LEAST_A_LINE = 2


def without_repeats(verdicts: Sequence[Verdict], page: Page | None) -> list[Verdict]:
    """Drop what asks again; the first of its kind stays, and what the student owns stays always."""
    kept: list[Item] = []
    result: list[Verdict] = []
    for verdict in verdicts:
        reason = "" if verdict.action == DROP else _again(verdict.item, kept, page)
        if verdict.action != DROP and not reason:
            kept.append(verdict.item)
        result.append(_dropped(verdict, reason) if reason else verdict)
    return result


def _dropped(verdict: Verdict, reason: str) -> Verdict:
    if verdict.item.protected:
        return Verdict(verdict.item, "mark", (*verdict.reasons, reason))
    return Verdict(verdict.item, DROP, (reason,))


def _again(item: Item, kept: Sequence[Item], page: Page | None) -> str:
    alike_kind = [other for other in kept if (other.kind == CHOICE) == (item.kind == CHOICE)]
    for other in alike_kind:
        if normalised(GAP.sub(" gap ", item.asks)) == normalised(GAP.sub(" gap ", other.asks)):
            return "repeated"
        if same_fact(item, other):
            return "same_fact"
    if page is None or item.source_line is None:
        return ""
    room = max(LEAST_A_LINE, count_words(page.line(item.source_line)) // WORDS_AN_ITEM)
    made_by_rule = item.rule not in {"", "model"}
    here = sum(other.source_line == item.source_line for other in alike_kind)
    return "too_many" if here >= room and not made_by_rule else ""


def same_fact(one: Item, other: Item) -> bool:
    """Say whether two items ask the same fact in other words, or the other way round."""
    near = one.source_line is None or other.source_line is None or one.source_line == other.source_line
    told = stems(_told(one)), stems(_told(other))
    if normalised(one.answer) == normalised(other.answer):
        return near and (one.source_line == other.source_line is not None or alike(*told) >= SAME_FACT)
    inside = contains(one.answer, other.answer) or contains(other.answer, one.answer)
    if inside and near and one.source_line is not None and alike(*told) >= SAME_FACT:
        return True
    turned = (
        shared(stems(one.answer), stems(other.asks)) >= TURNED
        and shared(stems(other.answer), stems(one.asks)) >= TURNED
    )
    return near and turned and alike(*told) >= SAME_FACT


def _told(item: Item) -> str:
    return filled(item.asks, item.answer) if GAP.search(item.asks) else f"{item.asks} {item.answer}"
