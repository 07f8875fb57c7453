"""The result as JSON and back, also what older releases wrote."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from studylens.analysis.protocol.result import (
    Analysis,
    Card,
    Dropped,
    EngineReport,
    Fact,
    Judged,
    KeptCopy,
    KeyTerm,
    Line,
    Material,
    ModelReply,
    Quality,
    Question,
    Receipt,
    Table,
    Tokens,
    Trust,
)


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Return the analysis as plain JSON types."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(analysis)))
    return plain


def from_json(data: Mapping[str, Any]) -> Analysis:
    """Build the analysis from its JSON form; raises KeyError or TypeError when it is not one."""
    return Analysis(
        material=_material(data["material"]),
        transcript=tuple(_line(line) for line in data["transcript"]),
        receipt=_receipt(data["receipt"]),
        caption=data["caption"],
        text_engine=data["text_engine"],
        caption_engine=data["caption_engine"],
        engines=tuple(EngineReport(**report) for report in data["engines"]),
        quality=_quality(data["quality"]),
        notes=tuple(data["notes"]),
        copy=KeptCopy(**data["copy"]) if data["copy"] else None,
        tables=tuple(_table(table) for table in data.get("tables", ())),
        turned=data.get("turned", 0),
        trust=_trust(data.get("trust")),
        reply=ModelReply(**data["reply"]) if data.get("reply") else None,
    )


def _receipt(data: Mapping[str, Any]) -> Receipt:
    tokens = tuple(Tokens(**one) for one in data.get("tokens", ()))
    return Receipt(**{**data, "sent_to": tuple(data["sent_to"]), "tokens": tokens})


def _material(data: Mapping[str, Any]) -> Material:
    return Material(
        title=data["title"],
        summary=data["summary"],
        explanation=data["explanation"],
        key_terms=tuple(KeyTerm(**term) for term in data["key_terms"]),
        cards=tuple(card_from_json(card) for card in data["cards"]),
        quiz=tuple(question_from_json(item) for item in data["quiz"]),
        judged=_judged(data.get("judged") or {}),
    )


def card_from_json(data: Mapping[str, Any]) -> Card:
    """Build a card from its JSON form, of any version."""
    box = data.get("answer_box")
    return Card(**{**data, "marks": tuple(data.get("marks", ())), "answer_box": tuple(box) if box else None})


def question_from_json(data: Mapping[str, Any]) -> Question:
    """Build a question from its JSON form, of any version."""
    return Question(**{**data, "options": tuple(data["options"]), "marks": tuple(data.get("marks", ()))})


def _judged(data: Mapping[str, Any]) -> Judged:
    counts = {
        name: tuple(Dropped(**count) for count in data.get(name, ()))
        for name in ("dropped", "mended", "marked")
    }
    return Judged(
        **counts,
        suggestions=tuple(card_from_json(card) for card in data.get("suggestions", ())),
        facts=tuple(Fact(**fact) for fact in data.get("facts", ())),
        no_cards=data.get("no_cards", ""),
    )


def _line(data: Mapping[str, Any]) -> Line:
    box = data["box"]
    return Line(**{**data, "box": tuple(box) if box else None})


def _table(data: Mapping[str, Any]) -> Table:
    return Table(tuple(data["lines"]), tuple(tuple(row) for row in data["rows"]))


def _trust(data: Mapping[str, Any] | None) -> Trust | None:
    if not data:
        return None
    return Trust(**{**data, "reasons": tuple(data["reasons"]), "scripts": tuple(data["scripts"])})


def _quality(data: Mapping[str, Any] | None) -> Quality | None:
    return Quality(**{**data, "advice": tuple(data["advice"])}) if data else None
