"""A few examples, the same each time; many more, new ones each time, in tests/long."""

import pytest
from flask import Flask

from tests.in_any_order.run import run_examples


def test_in_any_order_nothing_is_lost_left_or_anybody_else_s(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_examples(app, monkeypatch, examples=4, steps=16, same=True)
