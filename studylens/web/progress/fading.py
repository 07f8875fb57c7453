"""How a page fades: its forgetting curve, and what was remembered after how many days."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from studylens.models import now
from studylens.study.packs.store import find_pack
from studylens.study.progress.bands import LEAST_REVIEWS
from studylens.study.progress.fading import fading_of
from studylens.study.schedule.moment import moment_of
from studylens.web.door.guests import guest_id
from studylens.web.door.wiring import wiring
from studylens.web.progress.curves import curve_of, day_words

blueprint = Blueprint("fading", __name__)


@blueprint.get("/packs/<pack_id>/memory")
def show(pack_id: str) -> ResponseReturnValue:
    """Show how much of a pack is known day by day if nobody looks at it. Raises NotFound."""
    with wiring().database.reading() as session:
        pack = find_pack(session, guest_id(session), pack_id)
        fading = fading_of(session, pack, moment_of(session, pack.guest_id, now()))
        curve = curve_of(fading.points) if fading.points else None
        points = [(day_words(point.days), point) for point in fading.points]
        shown = {"fading": fading, "curve": curve, "points": points, "least": LEAST_REVIEWS}
        return render_template("progress/fading.html", pack=pack, **shown)
