"""The OpenAPI document: made from the operations and the shapes, so that it cannot say anything else."""

import dataclasses
import inspect
import re
import types
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from studylens.web.api.bounds import STORABLE, Bounds
from studylens.web.api.operations import OPERATIONS, PREFIX, Operation, Query, Scope
from studylens.web.api.plain import is_needed
from studylens.web.api.shapes import Problem

_PLAIN = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
_MOMENTS = {datetime: {"type": "string", "format": "date-time"}, date: {"type": "string", "format": "date"}}
_IN_PATH = re.compile(r"<(?:\w+:)?(\w+)>")
_REFUSALS = {
    "400": "Something of the request is not as it should be.",
    "401": "No token, or none that is known here.",
    "403": "The token lacks the scope.",
    "404": "There is no such thing, or it is somebody else's.",
    "414": "The address is longer than 4,094 characters; no problem comes along.",
    "429": "Too many requests; Retry-After says when.",
    "503": "The service is busy; Retry-After says when.",
}
_OF_VERSIONS = {"409": "It was changed meanwhile.", "428": "If-Match is missing."}
_OF_BODIES = {"413": "This is more than may be sent here.", "507": "There is no room for more."}
_OF_FILES = {"415": "This is no file of the kind.", "422": "This file is damaged."}
_WITHOUT_PROBLEM = {"414"}
"""Said by the server in front of the service."""
_OF_ANSWERS = {"410": "The card is set aside, or was deleted meanwhile."}


def document() -> dict[str, Any]:
    """Return the document as plain JSON types."""
    shapes: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for name, (operation, view) in OPERATIONS.items():
        path = _IN_PATH.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(name, operation, view, shapes)
    problem = {"application/problem+json": {"schema": schema_of(Problem, shapes)}}
    refusals = {**_REFUSALS, **_OF_VERSIONS, **_OF_BODIES, **_OF_FILES, **_OF_ANSWERS}.items()
    about = "Scopes: " + ", ".join(scope.value for scope in Scope)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Studylens", "version": "1"},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": shapes,
            "responses": {
                f"Problem{code}": {"description": text}
                | ({} if code in _WITHOUT_PROBLEM else {"content": problem})
                for code, text in refusals
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": about}},
        },
    }


def schema_of(hint: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a type; dataclasses are put into `shapes` and named."""
    origin = get_origin(hint)
    if hint in _PLAIN or hint in _MOMENTS:
        return dict(_PLAIN.get(hint) or _MOMENTS[hint])
    if origin is Annotated:
        known, *more = get_args(hint)
        bounds = [one.schema() for one in more if isinstance(one, Bounds)]
        return schema_of(known, shapes) | dict(*bounds)
    if origin is Literal:
        values = get_args(hint)
        return {"type": "integer" if isinstance(values[0], int) else "string", "enum": list(values)}
    if origin is types.UnionType:
        kinds = (one for one in get_args(hint) if one is not types.NoneType)
        return {"anyOf": [*(schema_of(one, shapes) for one in kinds), {"type": "null"}]}
    if origin is list:
        return {"type": "array", "items": schema_of(get_args(hint)[0], shapes)}
    return _named(hint, shapes)


def _named(hint: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    shape, inside = get_origin(hint) or hint, get_args(hint)
    name = "".join(one.__name__ for one in (shape, *inside))
    if name not in shapes:
        shapes[name] = {}  # A shape may hold itself.
        hints = get_type_hints(shape, include_extras=True)
        known = {key: _filled(value, inside) for key, value in hints.items()}
        needed = [one.name for one in dataclasses.fields(shape) if is_needed(one)]
        shapes[name] = {
            "type": "object",
            "description": inspect.cleandoc(shape.__doc__ or ""),
            "properties": {key: schema_of(value, shapes) for key, value in known.items()},
            "required": needed,
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{name}"}


def _filled(hint: Any, inside: tuple[Any, ...]) -> Any:
    """Put what a generic shape holds in the place of its variable."""
    if get_origin(hint) is list and isinstance(get_args(hint)[0], TypeVar):
        return list[inside[0]]  # type: ignore[valid-type]
    return hint


def _described(
    name: str, operation: Operation, view: Callable[..., Any], shapes: dict[str, Any]
) -> dict[str, Any]:
    about = inspect.cleandoc(view.__doc__ or "")
    parameters = [*map(_in_path, _IN_PATH.findall(operation.path)), *map(_in_query, operation.query)]
    if operation.needs_version:
        version = {"type": "string", "minLength": 1}
        parameters.append(_parameter("If-Match", "header", version, required=True))
    told: dict[str, Any] = {
        "operationId": name,
        "summary": about.partition("\n")[0],
        "description": f"Scope: {operation.scope}.",
        "parameters": parameters,
        "responses": _answers(operation, shapes),
    }
    if operation.takes is not None:
        body = {"application/json": {"schema": schema_of(operation.takes, shapes)}}
        told["requestBody"] = {"required": True, "content": body}
    return told


def _answers(operation: Operation, shapes: dict[str, Any]) -> dict[str, Any]:
    right: dict[str, Any] = {"description": operation.status.phrase}
    if operation.gives is not None:
        right["content"] = {"application/json": {"schema": schema_of(operation.gives, shapes)}}
    refusals = dict(_REFUSALS)
    refusals |= _OF_VERSIONS if operation.needs_version else {}
    refusals |= _OF_BODIES if operation.takes is not None else {}
    refusals |= _OF_ANSWERS if operation.is_idempotent else {}
    refusals |= _OF_FILES if operation.takes_file else {}
    again = {"200": right} if operation.is_idempotent else {}
    refused = {code: {"$ref": f"#/components/responses/Problem{code}"} for code in refusals}
    return {str(operation.status.value): right, **again, **refused}


def _in_path(name: str) -> dict[str, Any]:
    return _parameter(name, "path", {"type": "string", "pattern": STORABLE}, required=True)


def _in_query(query: Query) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": query.most}
    text = {"type": "string"} | ({"pattern": query.pattern} if query.pattern else {})
    schema = number if query.most else text
    return _parameter(query.name, "query", schema) | {"description": query.about}


def _parameter(name: str, place: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}
