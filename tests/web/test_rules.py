"""Addresses that are written late are those that Werkzeug's own rules write."""

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Map, Rule
from werkzeug.routing.converters import AnyConverter, BaseConverter, IntegerConverter

from studylens.web.rules import LateRule


def _value(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 7 if isinstance(converter, IntegerConverter) else "a b/ü?"


def _both(app: Flask, rule: Rule) -> tuple[Map, Map]:
    arguments = {"endpoint": "page", "defaults": rule.defaults, "methods": rule.methods}
    return Map([LateRule(rule.rule, **arguments)]), Map([Rule(rule.rule, **arguments)])


def test_every_address_is_written_as_werkzeug_writes_it(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if isinstance(rule, LateRule)]
    assert len(rules) > 100
    for rule in rules:
        values = {name: _value(rule._converters[name]) for name in rule.arguments}
        for more in ({}, {"q": "x & y"}):
            late, theirs = (made.bind("here").build("page", {**values, **more}) for made in _both(app, rule))
            assert late == theirs


def test_a_value_that_does_not_fit_is_no_address() -> None:
    made = Map([LateRule("/packs/<int:n>", endpoint="page")]).bind("here")
    with pytest.raises(BuildError):
        made.build("page", {})
    assert made.build("page", {"n": 3}) == "/packs/3"


def test_nothing_is_compiled_before_somebody_links_there(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    theirs = Rule._compile_builder
    monkeypatch.setattr(
        Rule,
        "_compile_builder",
        lambda rule, unknown: (compiled.append(rule.rule), theirs(rule, unknown))[1],
    )
    made = Map([LateRule("/a", endpoint="a"), LateRule("/b", endpoint="b")]).bind("here")
    assert compiled == []
    assert [made.build("a"), made.build("a")] == ["/a", "/a"]
    assert compiled == ["/a"]
