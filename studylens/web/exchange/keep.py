"""The browser keeps the account, too: it is told what changed, and brings everything back when we lost it.

static/keep/ has the other side. Parts go out as they are kept, and nobody looks into them on the way:
four bytes say how long the head is (big-endian), the head is JSON, and the parts follow each other.
"""

import json
import struct
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from studylens.accounts.people import has_things
from studylens.errors import BeingJoined, NoFile, NotFound
from studylens.jobs.imports import queue
from studylens.language import _
from studylens.models import BROUGHT_IN
from studylens.storable import is_id
from studylens.study.budgets import room
from studylens.study.exchange.account.writing import VERSION
from studylens.study.exchange.contents import freeze
from studylens.study.exchange.keeping.gathering import Step, gather, has_news
from studylens.study.keeping import names
from studylens.web.door.cookies import APART_COOKIE
from studylens.web.door.guests import cookie_token, guest_id, guest_of
from studylens.web.door.sizes import takes
from studylens.web.door.wiring import wiring
from studylens.web.exchange.imports import IMPORT, bring_in

blueprint = Blueprint("keep", __name__)
_MOST_NAMES = 20
"""Accounts that one browser asks about at once."""
_ENDING = ".json.gz"
"""Of the file's name, by which it is read as an account."""


@blueprint.get("/keep")
def show() -> ResponseReturnValue:
    """Return what this browser lacks of the account, a step at a time; 204: nothing.

    JSON says why there is no step: nobody is known by this cookie, the account is not kept yet, or it is on
    its way from one place to another just now.
    """
    known, since = request.args.get("account", ""), request.args.get("since", "")
    database = wiring().database
    with database.reading() as session:
        guest = guest_id(session)
        news = None if guest is None else has_news(session, guest, known, since)
    if guest is None or news is None:
        return jsonify(known=guest is not None, kept=False)
    if not news:
        return "", HTTPStatus.NO_CONTENT
    with database.reading() as session:
        freeze(session)
        try:
            step = gather(session, guest, known, since)
        except BeingJoined:
            return jsonify(known=True, kept=True)
        use = room.use_of(session, guest)
    if step is None:
        return jsonify(known=True, kept=False)
    return _framed(step, {"packs": use.packs, "cards": use.cards})


@blueprint.post("/keep")
def begin() -> ResponseReturnValue:
    """Let the account be kept by this browser; return the name under which, "" while there is nothing in it.

    Raises NotFound.
    """
    with wiring().database.writing() as session:
        guest = guest_id(session)
        if guest is None:
            raise NotFound
        return jsonify(account=names.begin(session, guest) if has_things(session, guest) else "")


@blueprint.get("/keep/accounts")
def judge() -> ResponseReturnValue:
    """Say what the browser shall do with each account that it has kept: names in `account`."""
    wanted = [name for name in request.args.getlist("account")[:_MOST_NAMES] if is_id(name)]
    with wiring().database.reading() as session:
        apart = guest_of(session, cookie_token(APART_COOKIE))
        return jsonify(names.judge(session, guest_id(session), wanted, apart=apart))


@blueprint.post("/keep/restore")
@takes(IMPORT)
def restore() -> ResponseReturnValue:
    """Bring a kept account back: an import, whose address tells how far it is. Raises as /import does."""
    account, found = request.form.get("account", ""), request.files.get("file")
    if not is_id(account):
        raise NotFound
    if found is None:
        raise NoFile(_("Nothing arrived of what this browser keeps. Please try again."))
    return bring_in(found.stream, f"{account}{_ENDING}")


@blueprint.post("/keep/restored/<import_id>")
def adopt(import_id: str) -> ResponseReturnValue:
    """Note that an account is back, by the import that has brought it. Raises NotFound."""
    with wiring().database.writing() as session:
        guest = guest_id(session)
        found = queue.find_import(session, guest, import_id)
        account = found.name.removesuffix(_ENDING)
        if guest is None or found.state != BROUGHT_IN or not is_id(account):
            raise NotFound
        names.adopt(session, guest, account)
        return jsonify(account=names.begin(session, guest))


def _framed(step: Step, use: dict[str, int]) -> Response:
    parts = [[name, len(part)] for name, part in step.parts.items()]
    told = {"account": step.name, "since": step.since, "more": step.is_more, "anew": step.is_anew}
    head = json.dumps({**told, "lost": step.is_lost, "version": VERSION, "parts": parts, **use}).encode()
    body = b"".join([struct.pack(">I", len(head)), head, *step.parts.values()])
    return Response(body, mimetype="application/octet-stream")
