"""Dataclasses to JSON and back: each field checked by its type, nothing taken that nobody asked for."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from studylens.errors import BadText
from studylens.language import _
from studylens.storable import is_number, is_storable

Shape = TypeVar("Shape")


def to_plain(value: Any) -> Any:
    """Return plain JSON types; moments as ISO 8601 in UTC, days as YYYY-MM-DD."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def from_plain(shape: type[Shape], sent: object) -> Shape:
    """Return what was sent as this dataclass. Raises BadText, naming the field."""
    if not isinstance(sent, Mapping):
        raise BadText(_("Send a JSON object."))
    hints = get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type]
    for name in sent:
        if name not in fields:
            raise BadText(_("“%(field)s” is no field here.", field=str(name)[:40]))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in sent:
            value = whole(sent[name])
            if not fits(hints[name], value):
                raise BadText(_("“%(field)s” is not as it should be.", field=name))
            values[name] = value
        elif is_needed(field):
            raise BadText(_("“%(field)s” is missing.", field=name))
    return shape(**values)


def is_needed(field: "dataclasses.Field[Any]") -> bool:
    """Say whether a field must be sent."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def whole(value: Any) -> Any:
    """Return 2.0 as 2: JSON knows one kind of number, and some programs write it so."""
    if isinstance(value, list):
        return [whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fits(hint: Any, value: object) -> bool:
    """Say whether a JSON value is of this type; a number that is none, and true for a number, are not."""
    origin = get_origin(hint)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in get_args(hint))
    if origin is types.UnionType:
        return any(fits(one, value) for one in get_args(hint))
    if origin is list:
        return isinstance(value, list) and all(fits(get_args(hint)[0], one) for one in value)
    if hint is str:
        return isinstance(value, str) and is_storable(value)
    if hint is float:
        return is_number(value)
    return type(value) is hint
