"""The API's door: the token, its scopes and its pace; then the view; then its answer with an ETag.

A cookie opens nothing here, so no page of another site can do anything either.
"""

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Response, g, request

from studylens.accounts.shown import note_use
from studylens.errors import BadForm, BadText, ScopeMissing, Stale, Unavailable, UnknownToken, VersionMissing
from studylens.language import _
from studylens.models import now
from studylens.web.api import pace
from studylens.web.api.operations import OPERATIONS, Given, Operation, Query, Scope
from studylens.web.api.plain import from_plain, to_plain
from studylens.web.door.bodies import FORM_TYPES, BodyRequest
from studylens.web.door.guests import device_hash, guest_id, looks_like_token, shows_token
from studylens.web.door.local import is_local_caller
from studylens.web.door.plain import json_object
from studylens.web.door.sender.asking import asked
from studylens.web.door.wiring import wiring

IN_ADDRESS = {"token", "access_token", "authorization", "auth", "bearer", "api_key", "apikey", "key"}
"""Names under which a token would end in logs and histories; so would one of ours under any other."""
_REST = "-"
"""Stands in an ETag between the version and what else may change, such as when a card comes back."""


@dataclass(frozen=True)
class Caller:
    """Who calls: the student whose token it is."""

    guest_id: int


def route(blueprint: Blueprint, operation: Operation) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view as this operation."""

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def called(**address: Any) -> Response:
            return answer(operation, view, address)

        OPERATIONS[view.__name__] = (operation, view)
        blueprint.add_url_rule(operation.path, view.__name__, called, methods=[operation.method])
        return called

    return register


def answer(operation: Operation, view: Callable[..., Any], address: dict[str, Any]) -> Response:
    """Let the caller in, call the view, and answer. Raises what the view raises."""
    _check_address(operation)
    caller = _enter(operation.scope)
    arguments: list[Any] = [caller]
    if operation.takes is not None:
        arguments.append(from_plain(operation.takes, _sent()))
    if operation.needs_version:
        arguments.append(_wanted_version())
    found = view(*arguments, **address)
    given = found if isinstance(found, Given) else Given(found, operation.status)
    return _answered(given)


def number(query: Query, default: int) -> int:
    """Return a whole number of the address, from 1 to the most. Raises BadText."""
    text = request.args.get(query.name)
    if text is None:
        return default
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(query.most))
    if not plain or not 1 <= int(text) <= query.most:
        raise BadText(not_from_one_to(query))
    return int(text)


def not_from_one_to(query: Query) -> str:
    """Return the sentence for a number that is out of its bounds."""
    return _("“%(field)s” is a whole number from 1 to %(most)s.", field=query.name, most=query.most)


def _check_address(operation: Operation) -> None:
    """Raise BadText for a token in the address: what is named so, or looks so and has no business there."""
    known = {query.name for query in operation.query}
    for name, value in request.args.items(multi=True):
        if name.lower() in IN_ADDRESS or (name not in known and looks_like_token(value)):
            raise BadText(_("A token never stands in an address. Send it as Authorization: Bearer."))


def _enter(scope: Scope) -> Caller:
    """Return who calls. Raises UnknownToken, ScopeMissing, TooFast."""
    shown = device_hash()
    if shown is None or not (shows_token() or is_local_caller(request, wiring().config)):
        raise UnknownToken
    pace.step(shown)
    g.api = True
    with wiring().database.reading() as session:
        guest = guest_id(session)
    if guest is None:
        raise UnknownToken
    scopes = asked().scopes.split()
    if scopes and scope not in scopes:
        raise ScopeMissing(_("This token lacks the scope “%(scope)s”.", scope=scope.value))
    at = now()
    if shows_token() and asked().used_on != at.date().isoformat():
        with contextlib.suppress(Unavailable):  # Who only reads may read where nothing can be written.
            note_use(wiring().database, shown, at)
    return Caller(guest)


def _sent() -> object:
    """Return the JSON object that came along, under whatever type; None for anything else."""
    if request.mimetype in FORM_TYPES:
        return None  # It was read as a form.
    try:
        return json_object(cast("BodyRequest", request))
    except BadForm:
        return None


def _wanted_version() -> int:
    """Return the version in `If-Match`. Raises VersionMissing without one, Stale for what is no version."""
    text = request.headers.get("If-Match", "")
    if not text:
        raise VersionMissing
    bare = text.removeprefix("W/").strip('"').partition(_REST)[0]
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 9):
        raise Stale
    return int(bare)


def _answered(given: Given) -> Response:
    if given.status is HTTPStatus.NO_CONTENT:
        return Response(status=given.status)
    body = json.dumps(to_plain(given.value), ensure_ascii=False, separators=(",", ":")).encode()
    made = Response(body, given.status, mimetype="application/json")
    digest = hashlib.sha256(body).hexdigest()[:32]
    made.set_etag(digest if given.version is None else f"{given.version}{_REST}{digest}")
    made.headers["Cache-Control"] = "private, no-cache"
    made.headers["Vary"] = "Authorization"
    if request.method == "GET":
        made.make_conditional(request)
    return made
