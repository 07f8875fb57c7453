"""What all templates share: their globals, and addresses: a page has fifty, most of them the last page's."""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment

KEPT = 512
"""Addresses that a process remembers: those without an id, and the packs looked at last; at most 200 kB."""
_PLAIN = frozenset({str, int, type(None)})
"""Values that are the same address whenever they are equal: 1 and True are not."""


class Templates(Environment):
    """Flask's templates, whose globals are one plain mapping.

    Jinja lays an empty mapping of each template's own over it, and copies both for each include and import:
    a tenth of a page's time. No template of ours has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template."""
        return super().make_globals(d) if d else self.globals


def teach_templates(app: Flask) -> None:
    """Give templates a `url_for` that writes an address once; what it returns is Flask's own."""

    @lru_cache(maxsize=KEPT)
    def written(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    def url_for(endpoint: str, **values: Any) -> str:
        is_plain = all(type(value) in _PLAIN and name[0] != "_" for name, value in values.items())
        if not is_plain or endpoint[0] == "." or not has_request_context():
            return app.url_for(endpoint, **values)
        return written(request.script_root, endpoint, tuple(values.items()))

    app.jinja_env.globals["url_for"] = url_for
