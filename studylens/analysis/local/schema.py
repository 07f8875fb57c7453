"""Our schema, written as Gemini wants it (OpenAPI), as the JSON schema that chat servers want."""

from collections.abc import Mapping
from typing import Any

MOST_ITEMS = 500
"""llama.cpp unrolls the bound of a list into its grammar: it takes 400 and refuses 2,000 (tried)."""


def json_schema(ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with every property in its order, each required, and nothing else allowed.

    Lists keep their bound, without which small models go round in circles; of numbers and texts no server
    understands all, and what is too much is dropped when the answer is read.
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
        if 0 < int(ours.get("maxItems") or 0) <= MOST_ITEMS:  # Gemini's own schema writes it as a text.
            found["maxItems"] = int(ours["maxItems"])
    if "enum" in ours:
        found["enum"] = [*ours["enum"], *([None] if ours.get("nullable") else [])]
    return found


def _ordered(ours: Mapping[str, Any]) -> list[str]:
    """Return the names in the order in which they shall be written: reasons before answers."""
    named = [name for name in ours.get("propertyOrdering", ()) if name in ours["properties"]]
    return [*named, *(name for name in ours["properties"] if name not in named)]
