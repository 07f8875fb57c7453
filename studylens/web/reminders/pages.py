"""Reminders: what is sent, to whom and when; begun on this device, ended on any."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.errors import BadForm, BadText, NotFound
from studylens.language import _
from studylens.models import now
from studylens.push.asking import public_key
from studylens.push.hosts import service_of
from studylens.storable import whole_number
from studylens.study.reminders import subscriptions
from studylens.study.reminders.subscriptions import USUAL_HOUR, Offer
from studylens.study.schedule.settings import settings_of
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.wiring import wiring
from studylens.web.text.languages import page_language

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show what is reminded. Raises NotFound where the operator has set no key, Busy."""
    key = public_key(_key())
    more = wiring().config.push_hosts
    with wiring().database.reading() as session:
        guest = guest_id(session)
        zone = settings_of(session, guest).time_zone
        devices = [_device(row, more) for row in subscriptions.subscriptions_of(session, guest)]
    hours = {"hours": range(24), "usual_hour": USUAL_HOUR, "zone": zone}
    return render_template(
        "reminders/page.html", key=key, devices=devices, is_known=guest is not None, **hours
    )


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Remind this browser from now on. Raises NotFound, BadForm, BadText, QuotaReached."""
    _key()
    offer, database = _offer(), wiring().database
    with posting_guest(database) as guest, database.writing() as session:
        subscriptions.begin(session, guest, offer, now())
    return redirect(url_for("reminders.show") + "#devices", HTTPStatus.SEE_OTHER)


@blueprint.post("/end")
def end() -> ResponseReturnValue:
    """Remind one browser no more. Raises NotFound for one that is none of theirs."""
    _key()
    with wiring().database.writing() as session:
        guest = guest_id(session)
        if guest is None or not subscriptions.end(session, guest, request.form.get("device", "")[:64]):
            raise NotFound
    return redirect(url_for("reminders.show"), HTTPStatus.SEE_OTHER)


def _key() -> str:
    """Return the operator's key. Raises NotFound where there is none."""
    config = wiring().config
    if not config.reminds:
        raise NotFound
    return config.vapid_private_key


def _offer() -> Offer:
    """Return what the browser says of itself. Raises BadForm, BadText."""
    sent = request.form
    endpoint, hour = sent.get("endpoint", ""), whole_number(sent.get("hour"), default=-1)
    if not endpoint:
        raise BadForm
    if service_of(endpoint, wiring().config.push_hosts) is None:
        raise BadText(_("This server does not know your browser's push service, and sends nothing there."))
    return Offer(
        endpoint, sent.get("p256dh", "")[:100], sent.get("auth", "")[:32], hour, page_language()[:16]
    )


def _device(row: Any, more: tuple[str, ...]) -> dict[str, Any]:
    """Return a subscription as the page shows it."""
    service = service_of(row.endpoint, more) or _("a service that is no longer known here")
    return {"known": row.endpoint_hash, "hour": row.hour, "made_at": row.made_at, "service": service}
