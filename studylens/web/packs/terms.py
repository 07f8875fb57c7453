"""A pack's key terms: which are mastered, what proves it, and what is missing with the way to it."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from studylens.models import Pack, now
from studylens.study.explaining.explain import facts_to_tell
from studylens.study.packs.store import find_pack
from studylens.study.schedule.moment import moment_of
from studylens.study.terms.packs import standings_of
from studylens.study.terms.points import points_of
from studylens.study.terms.proof import GOOD_SHARE, LATER_DAYS
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring

blueprint = Blueprint("pack_terms", __name__)


@blueprint.get("/packs/<pack_id>/terms")
def show(pack_id: str) -> ResponseReturnValue:
    """Show each key term of a pack with its evidence. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        return render_template("packs/terms.html", pack=pack, **_shown(session, pack))


def _shown(session: Session, pack: Pack) -> dict[str, Any]:
    moment = moment_of(session, pack.guest_id, now())
    standings = standings_of(session, pack, moment)
    points = points_of(pack.key_terms, facts_to_tell(pack))
    told = {term.id for term, some in zip(pack.key_terms, points, strict=True) if some}
    return {
        "standings": standings,
        "explainable": told,
        "mastered": sum(one.proof.is_mastered for one in standings),
        "later_days": LATER_DAYS,
        "good_percent": round(100 * GOOD_SHARE),
    }
