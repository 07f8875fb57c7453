"""The door to the judge: cards and questions of the protocol as items, and its verdicts back on them."""

from collections.abc import Sequence
from dataclasses import replace

from studylens.analysis.protocol.result import Card, Dropped, Fact, Judged, Line, Material, Question
from studylens.judging import REASONS, Item, Page, Verdict, judge, tally
from studylens.judging.item import CHOICE, DROP, MARK, MEND

MOST_SUGGESTIONS = 12
"""Cards that were dropped as trivial and may be seen on request."""


def judged(
    material: Material, lines: Sequence[Line], *, facts: Sequence[Fact] = (), no_cards: str = ""
) -> Material:
    """Return `material` with what the judge lets pass, and in `judged` what it dropped, mended and marked."""
    page = page_of(lines)
    cards = judge([card_item(card) for card in material.cards], page)
    quiz = judge([question_item(question) for question in material.quiz], page)
    kept = [
        _card(card, verdict)
        for card, verdict in zip(material.cards, cards, strict=True)
        if verdict.action != DROP
    ]
    asked = [
        _question(one, verdict)
        for one, verdict in zip(material.quiz, quiz, strict=True)
        if verdict.action != DROP
    ]
    told = Judged(
        dropped=_counts([*cards, *quiz], DROP),
        mended=_counts([*cards, *quiz], MEND),
        marked=_counts([*cards, *quiz], MARK),
        suggestions=tuple(_trivial(material.cards, cards)),
        facts=tuple(facts),
        no_cards=no_cards,
    )
    return replace(material, cards=tuple(kept), quiz=tuple(asked), judged=told)


def page_of(lines: Sequence[Line]) -> Page | None:
    """Return the page that items are held against, or None without any text."""
    told = [line for line in lines if line.text.strip()]
    return Page(tuple(line.text for line in told), tuple(line.n for line in told)) if told else None


def card_item(card: Card) -> Item:
    """Return a card as the judge sees it."""
    return Item(
        card.front, card.back, card.kind, source_line=card.source_line, origin=card.origin, rule=card.rule
    )


def question_item(question: Question) -> Item:
    """Return a question as the judge sees it."""
    return Item(
        question.question,
        question.options[question.answer_index],
        CHOICE,
        options=question.options,
        explanation=question.explanation,
        source_line=question.source_line,
        origin=question.origin,
        rule=question.rule,
    )


def _card(card: Card, verdict: Verdict) -> Card:
    return replace(card, kind=verdict.item.kind, marks=verdict.reasons if verdict.action == MARK else ())


def _question(question: Question, verdict: Verdict) -> Question:
    options = verdict.item.options
    return replace(
        question,
        options=options,
        answer_index=options.index(verdict.item.answer),
        explanation=verdict.item.explanation,
        marks=verdict.reasons if verdict.action == MARK else (),
    )


def _counts(verdicts: Sequence[Verdict], action: str) -> tuple[Dropped, ...]:
    return tuple(
        Dropped(count.reason, count.rule, count.origin, count.count) for count in tally(verdicts, action)
    )


def _trivial(cards: Sequence[Card], verdicts: Sequence[Verdict]) -> list[Card]:
    found = [
        card
        for card, verdict in zip(cards, verdicts, strict=True)
        if verdict.action == DROP and all(REASONS[reason].trivial for reason in verdict.reasons)
    ]
    return found[:MOST_SUGGESTIONS]
