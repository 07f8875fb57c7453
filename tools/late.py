"""Write studylens/web/addresses.txt: the pages that are imported when somebody asks for one."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from studylens.web.blueprints import pages
from studylens.web.late import ADDRESSES, AT_ONCE

_AUTOMATIC = {"HEAD", "OPTIONS"}


def table() -> str:
    """Return the file's text, by today's blueprints. Raises ValueError for what cannot come late."""
    app, empty = Flask(__name__, static_folder=None), Flask(__name__, static_folder=None)
    for blueprint in pages:
        if blueprint not in AT_ONCE:
            app.register_blueprint(blueprint)
    _refuse_hooks(app, empty)
    rows = [
        *(_row(app, rule) for rule in app.url_map.iter_rules()),
        *_named("global", app.jinja_env.globals, empty.jinja_env.globals),
        *_named("filter", app.jinja_env.filters, empty.jinja_env.filters),
    ]
    return "".join(f"{row}\n" for row in rows)


def _refuse_hooks(app: Flask, empty: Flask) -> None:
    """What looks at each request must be there from the first one on; commands and tests have no row."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs,
             app.teardown_appcontext_funcs, app.url_value_preprocessors, app.url_default_functions,
             app.error_handler_spec, app.cli.commands)  # fmt: skip
    usual = set(empty.template_context_processors[None])
    processors = {one for some in app.template_context_processors.values() for one in some} - usual
    tests = app.jinja_env.tests.keys() - empty.jinja_env.tests.keys()
    if found := [*(hook for hook in hooks if hook), *processors, *tests]:
        told = ", ".join(map(repr, found))
        raise ValueError(f"This blueprint belongs to AT_ONCE of studylens/web/late.py: it has {told}")


def _row(app: Flask, rule: Rule) -> str:
    if rule.defaults or rule.redirect_to or rule.host or rule.strict_slashes is False:
        raise ValueError(f"{rule.rule} says more than a method and an address")
    methods = ",".join(sorted((rule.methods or set()) - _AUTOMATIC))
    return "\t".join([methods, rule.rule, rule.endpoint, _place(app.view_functions[rule.endpoint])])


def _named(kind: str, found: dict[str, Any], usual: dict[str, Any]) -> Iterator[str]:
    for name in sorted(found.keys() - usual.keys()):
        if hasattr(found[name], "jinja_pass_arg"):
            raise ValueError(f"{name} wants something of Jinja's, which a late function does not ask for")
        yield "\t".join([kind, name, _place(found[name])])


def _place(function: Callable[..., Any]) -> str:
    """Return module and name; raises ValueError for one that is not found by them."""
    if getattr(import_module(function.__module__), function.__name__, None) is not function:
        raise ValueError(f"{function!r} is not what its module has by this name")
    return f"{function.__module__}:{function.__name__}"


def write() -> None:
    """Write the file."""
    ADDRESSES.write_text(table(), encoding="ascii")
