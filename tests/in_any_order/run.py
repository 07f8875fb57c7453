"""Runs examples on one app; the housekeeper waits for no file to be old, so each sweep takes them all."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from studylens import limits
from tests.in_any_order.machine import InAnyOrder
from tests.in_any_order.world import World

PHASES = (Phase.generate, Phase.shrink)
"""Without `explain`, which watches every line, and takes minutes to say little."""


def run_examples(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, examples: int, steps: int, same: bool
) -> None:
    """Run so many examples of so many steps; the same ones each time, or new ones."""
    monkeypatch.setattr(limits, "ORPHAN_FILE_SECONDS", 0)
    world = World(app)
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=same, database=None, deadline=None,
        phases=PHASES, print_blob=not same, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: InAnyOrder(world), settings=chosen)
