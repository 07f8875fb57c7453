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
        found["properties"] = {name: json_schema(properties[name]) for name in ours["propertyOrdering"]}
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    elif kind == "array":
        found["items"] = json_schema(ours["items"])
        if 0 < ours.get("maxItems", 0) <= MOST_ITEMS:
            found["maxItems"] = ours["maxItems"]
    if "enum" in ours:
        found["enum"] = [*ours["enum"], *([None] if ours.get("nullable") else [])]
    return found
