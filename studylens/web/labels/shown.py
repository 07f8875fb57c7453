"""The picture of a card that hides a label, for all templates."""

from flask import Blueprint, g
from sqlalchemy.orm import object_session

from studylens.models import LABEL, Flashcard, Pack, QuizItem
from studylens.study.labels.boxes import Box
from studylens.study.labels.shown import Hidden, hidden_in

blueprint = Blueprint("hidden_labels", __name__)


@blueprint.app_template_global("label_of")
def label_of(card: Flashcard | QuizItem) -> Hidden | None:
    """Return what a card, or a quiz's question of one, hides; a pack's are looked up once a request."""
    session = object_session(card)
    number = card.card_id if isinstance(card, QuizItem) else card.id if card.kind == LABEL else None
    if session is None or not number or not card.pack_id:
        return None
    found: dict[str, dict[int, Hidden]] = g.setdefault("hidden_labels", {})
    if card.pack_id not in found:
        pack = session.get(Pack, card.pack_id)
        found[card.pack_id] = hidden_in(session, pack) if pack is not None else {}
    return found[card.pack_id].get(number)


@blueprint.app_template_filter("box_sides")
def box_sides(box: Box) -> dict[str, str]:
    """Return a box as x, y, width and height of SVG, in per cent of the picture."""
    sides = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
    return {name: f"{100 * share:g}%" for name, share in sides.items()}
