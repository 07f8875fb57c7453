"""Pages are imported when somebody asks for one: a service that just started holds only their addresses.

`addresses.txt` has them, and the functions that templates use. `python -m tools.api` writes it from what the
blueprints say; a test compares. What looks at each request, and what a host asks, is there from the start.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from studylens.web import addresses, shell
from studylens.web.commands import operations
from studylens.web.door import checks, errors, reading_again, sizes
from studylens.web.door.sender import form_tokens, hosts, request_ids
from studylens.web.text import languages

AT_ONCE: tuple[Blueprint, ...] = (
    request_ids.blueprint,
    hosts.blueprint,
    languages.blueprint,
    checks.blueprint,
    form_tokens.blueprint,
    errors.blueprint,
    reading_again.blueprint,
    shell.blueprint,
    operations.blueprint,
)
"""What looks at each request, in this order; and /health, which a host asks within seconds."""
ADDRESSES = Path(__file__).with_name("addresses.txt")
"""A row each, columns between tabs: methods, address, endpoint, module and function; or `global` or `filter`,
the name in templates, module and function."""


class Late:
    """Stands for a function whose module is imported at the first call; safe in threads, as imports are."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._function: Any = None

    @property
    def __wrapped__(self) -> Any:
        """The function itself."""
        if self._function is None:
            module, _, name = self._place.partition(":")
            self._function = getattr(import_module(module), name)
        return self._function

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it."""
        return self.__wrapped__(*arguments, **named)

    @property
    def takes_size(self) -> sizes.Size:
        """What the view has declared to take, for the door's `sizes`."""
        return sizes.declared(self.__wrapped__)


def register(app: Flask) -> None:
    """Register all pages; imports none but those of `AT_ONCE`."""
    for blueprint in AT_ONCE:
        app.register_blueprint(blueprint)
    addresses.teach_templates(app)
    for row in ADDRESSES.read_text(encoding="ascii").splitlines():
        kind, *columns = row.split("\t")
        if kind == "global":
            app.add_template_global(Late(columns[1]), columns[0])
        elif kind == "filter":
            app.add_template_filter(Late(columns[1]), columns[0])
        else:
            address, endpoint, place = columns
            app.add_url_rule(address, endpoint, Late(place), methods=kind.split(","))
