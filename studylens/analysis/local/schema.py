"""Our schema, written as Gemini wants it (OpenAPI), as the JSON schema that chat servers want."""

from collections.abc import Mapping
from typing import Any


def json_schema(ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with every property in its order, each required, and nothing else allowed.

    Bounds of lists and numbers are left out: llama.cpp unrolls them into its grammar and refuses long ones,
    and what is too much is dropped when the answer is read.
    """
    kind = str(ours["type"]).lower()
    found: dict[str, Any] = {"type": [kind, "null"] if ours.get("nullable") else kind}
    if kind == "object":
        properties = ours["properties"]
        found["properties"] = {name: json_schema(properties[name]) for name in _ordered(ours)}
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    elif kind == "array":
        found["items"] = json_schema(ours["items"])
    if "enum" in ours:
        found["enum"] = [*ours["enum"], *([None] if ours.get("nullable") else [])]
    return found


def _ordered(ours: Mapping[str, Any]) -> list[str]:
    """Return the names in the order in which they shall be written: reasons before answers."""
    named = [name for name in ours.get("propertyOrdering", ()) if name in ours["properties"]]
    return [*named, *(name for name in ours["properties"] if name not in named)]
