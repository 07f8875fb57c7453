"""Hundreds of examples of everything in any order, new ones each time; a failure names its steps."""

import os

import pytest
from flask import Flask

from tests.in_any_order.run import run_examples

pytestmark = [pytest.mark.own_sql, pytest.mark.timeout(4 * 3_600)]
EXAMPLES = 400
SCALE = float(os.environ.get("SOAK", "1"))


def test_in_any_order_nothing_is_lost_left_or_anybody_else_s(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_examples(app, monkeypatch, examples=max(2, int(EXAMPLES * SCALE)), steps=40, same=False)
