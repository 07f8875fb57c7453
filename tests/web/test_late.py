"""Pages that are imported late are all there, at the addresses that their blueprints say."""

from collections.abc import Callable
from inspect import unwrap

import pytest
from flask import Blueprint, Flask
from jinja2 import Environment

from studylens.web.blueprints import pages
from studylens.web.late import ADDRESSES, Late
from tools import late


def _rows(app: Flask) -> set[tuple[str, str, frozenset[str]]]:
    rules = app.url_map.iter_rules()
    return {(rule.rule, rule.endpoint, frozenset(rule.methods or ())) for rule in rules}


def _names(found: Environment) -> tuple[set[str], set[str]]:
    return set(found.globals), set(found.filters)


def test_the_addresses_are_those_of_today() -> None:
    assert ADDRESSES.read_text(encoding="ascii") == late.table(), "python -m tools.api writes them"


def test_an_app_is_the_same_as_one_that_imports_everything(app: Flask) -> None:
    whole = Flask("app")
    for blueprint in pages:
        whole.register_blueprint(blueprint)
    assert _rows(app) == _rows(whole)
    assert _names(app.jinja_env) == _names(whole.jinja_env)
    for endpoint, view in whole.view_functions.items():
        assert endpoint == "static" or unwrap(app.view_functions[endpoint]) is unwrap(view)


HOOKS: list[Callable[[Blueprint], object]] = [
    lambda looking: looking.before_app_request(lambda: None),
    lambda looking: looking.app_context_processor(dict),
    lambda looking: looking.app_template_test("late")(bool),
    lambda looking: looking.cli.command("late")(lambda: None),
]


@pytest.mark.parametrize("hook", HOOKS, ids=["request", "context", "test of a template", "command"])
def test_what_has_no_row_is_no_late_page(
    monkeypatch: pytest.MonkeyPatch, hook: Callable[[Blueprint], object]
) -> None:
    looking = Blueprint("looking", __name__)
    hook(looking)
    monkeypatch.setattr(late, "pages", (looking,))
    with pytest.raises(ValueError, match="AT_ONCE"):
        late.table()


def test_a_function_that_cannot_be_found_by_its_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = Blueprint("hidden", __name__)
    hidden.get("/hidden")(lambda: "")
    monkeypatch.setattr(late, "pages", (hidden,))
    with pytest.raises(ValueError, match="by this name"):
        late.table()


def test_a_function_is_looked_for_at_its_first_call_alone(app: Flask) -> None:
    found = Late("tests.web.test_late:_names")
    assert vars(found)["_function"] is None
    assert found(app.jinja_env) == _names(app.jinja_env)
    assert vars(found)["_function"] is _names
