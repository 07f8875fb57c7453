"""A request and its answer, as version 6 of AnkiConnect's protocol has them; several in one with `multi`."""

import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studylens.anki_door.actions import VERSION, Actions
from studylens.anki_door.faults import NO_KEY, UNSUPPORTED, DoorFault
from studylens.errors import StudylensError
from studylens.remote.faults import RemoteFault

log = logging.getLogger("studylens.anki_door")
PERMISSION, SEVERAL, REFLECT = "requestPermission", "multi", "apiReflect"
USUAL_VERSION = 4
"""Of a request that names none."""
BARE_UNTIL = 4
"""Up to this version a result is answered as it is, without `error` beside it."""
MOST_ACTIONS = 1_000
"""Of one request: a whole notebook of notes."""
MOST_DEEP = 4
"""`multi` within `multi`: a note-taker packs actions by note, by file and by kind."""


@dataclass(frozen=True)
class Visitor:
    """Who asks: the page or extension that a browser names, "" for any other program."""

    origin: str = ""
    is_allowed: bool = True


@dataclass(frozen=True)
class Request:
    """What is asked."""

    action: str
    version: int
    params: Mapping[str, Any]
    key: str


class Protocol:
    """Answers requests. `key`: what each must show; empty: nothing."""

    def __init__(self, actions: Actions, key: str = "") -> None:
        self._actions, self._key = actions, key

    def answer(self, body: bytes, visitor: Visitor) -> Any:
        """Return the answer to a body, as plain JSON types; whatever is wrong with it becomes its error."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return _fault("this is no JSON")
        return self._one(told, visitor, depth=0)

    def asks_permission(self, body: bytes) -> bool:
        """Say whether a stranger asks to be let in, which everybody may."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return False
        return isinstance(told, dict) and told.get("action") == PERMISSION

    def _one(self, told: object, visitor: Visitor, *, depth: int) -> Any:
        try:
            request = request_of(told)
            result = self._result(request, visitor, depth=depth)
        except (DoorFault, RemoteFault, StudylensError) as fault:
            return _fault(str(fault))
        except Exception:
            log.exception("An action failed")
            return _fault("something went wrong in the door; its window says what")
        return result if request.version <= BARE_UNTIL else {"result": result, "error": None}

    def _result(self, request: Request, visitor: Visitor, *, depth: int) -> Any:
        if request.action == PERMISSION:
            return self._permission(visitor)
        if self._key and not hmac.compare_digest(request.key.encode(), self._key.encode()):
            raise DoorFault(NO_KEY)
        if request.action == SEVERAL:
            return self._several(request.params, visitor, depth=depth)
        if request.action == REFLECT:
            return self._reflect(request.params)
        action = self._actions.get(request.action)
        if action is None:
            raise DoorFault(UNSUPPORTED)
        return action(request.params)

    def _permission(self, visitor: Visitor) -> dict[str, Any]:
        if not visitor.is_allowed:
            return {"permission": "denied"}
        return {"permission": "granted", "requireApikey": bool(self._key), "version": VERSION}

    def _several(self, params: Mapping[str, Any], visitor: Visitor, *, depth: int) -> list[Any]:
        actions = params.get("actions")
        if not isinstance(actions, list) or len(actions) > MOST_ACTIONS or depth >= MOST_DEEP:
            raise DoorFault(f"“actions” must be a list of at most {MOST_ACTIONS}")
        return [self._one(told, visitor, depth=depth + 1) for told in actions]

    def _reflect(self, params: Mapping[str, Any]) -> dict[str, Any]:
        scopes, wanted = params.get("scopes"), params.get("actions")
        if not isinstance(scopes, list):
            raise DoorFault("scopes has invalid value")
        if not (wanted is None or isinstance(wanted, list)):
            raise DoorFault("actions has invalid value")
        if "actions" not in scopes:
            return {"scopes": []}
        names = sorted([*self._actions.names(), PERMISSION, SEVERAL, REFLECT])
        return {"scopes": ["actions"], "actions": [one for one in names if wanted is None or one in wanted]}


def request_of(told: object) -> Request:
    """Return a request. Raises DoorFault."""
    if not isinstance(told, dict):
        raise DoorFault("a request must be an object")
    action, version = told.get("action"), told.get("version", USUAL_VERSION)
    params, key = told.get("params", {}), told.get("key")
    if not isinstance(action, str) or not action:
        raise DoorFault("“action” must be a text")
    if not isinstance(version, int) or isinstance(version, bool):
        raise DoorFault("“version” must be a whole number")
    if not isinstance(params, dict):
        raise DoorFault("“params” must be an object")
    return Request(action, version, params, key if isinstance(key, str) else "")


def _fault(sentence: str) -> dict[str, Any]:
    return {"result": None, "error": sentence}
