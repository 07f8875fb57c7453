"""Tokens are counted by day and model, priced where a price is known, and bound what is asked."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app import create_app
from studylens.analysis.protocol.wire import GeminiCall, Spent, Standing
from studylens.config import Config
from studylens.jobs import gemini_state, spending
from studylens.models import ModelDay
from studylens.variables import ConfigError
from studylens.web.commands import prices
from studylens.web.door.wiring import Wiring
from tests.jobs.test_runner import wired

pytestmark = pytest.mark.own_sql
LITE = "gemini-3.5-flash-lite"
DAY = datetime(2026, 11, 28, 23, 59, tzinfo=UTC)


@pytest.fixture
def parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    monkeypatch.setattr(gemini_state, "now", lambda: DAY)
    return wired(app)


def test_replies_of_a_day_are_summed_by_model(parts: Wiring) -> None:
    for prompt in (1000, 500):
        spending.add(parts.database, Spent("gemini", LITE, prompt, 200))
    spending.add(parts.database, Spent("local", "qwen3-vl", 7, 3))
    assert spending.today(parts.database) == [
        spending.Sum("gemini", LITE, 2, 1500, 400),
        spending.Sum("local", "qwen3-vl", 1, 7, 3),
    ]


def test_machines_that_begin_a_day_at_once_all_count(parts: Wiring) -> None:
    together = threading.Barrier(8)

    def tell(_: int) -> None:
        together.wait(30)
        spending.note(parts.database, GeminiCall(LITE))
        spending.note(parts.database, Spent("gemini", LITE, 10, 1))
        spending.note(parts.database, Standing(LITE, "away", 3, DAY.timestamp() + 60, "it is away"))

    with ThreadPoolExecutor(8) as machines:
        list(machines.map(tell, range(8)))
    assert spending.today(parts.database) == [spending.Sum("gemini", LITE, 8, 80, 8)]
    assert gemini_state.calls_today(parts.database) == 8
    assert [one.failures for one in gemini_state.standings(parts.database)] == [3]


def test_a_month_holds_its_days_and_no_others(parts: Wiring) -> None:
    with parts.database.writing() as session:
        for day in ("2026-10-31", "2026-11-01", "2026-11-28", "2026-12-01"):
            row = ModelDay(day=day, engine="gemini", model=LITE, replies=1, prompt_tokens=10, answer_tokens=1)
            session.add(row)
    assert [one.prompt_tokens for one in spending.this_month(parts.database)] == [20]
    assert [one.prompt_tokens for one in spending.today(parts.database)] == [10]


def test_a_days_tokens_bound_what_gemini_is_asked(parts: Wiring) -> None:
    bounded = Config(tokens_per_day=1000, gemini_calls_per_day=5)
    spending.add(parts.database, Spent("local", "qwen3-vl", 5000, 5000))
    assert spending.left_today(parts.database, bounded) == spending.Left(5, 1000)
    spending.add(parts.database, Spent("gemini", LITE, 800, 300))
    left = spending.left_today(parts.database, bounded)
    assert (left.calls, left.tokens, left.askable) == (5, 0, 0)
    assert spending.left_today(parts.database, Config(gemini_calls_per_day=5)).askable == 5


def test_known_prices_are_added_up_and_unknown_ones_named() -> None:
    sums = [
        spending.Sum("gemini", LITE, 1, 1_000_000, 100_000),
        spending.Sum("gemini", "gemini-new", 1, 1, 1),
        spending.Sum("local", "qwen3-vl", 1, 9_000_000, 9_000_000),
    ]
    total, unknown = prices.cost(sums, prices.PRICES)
    assert (total, unknown) == (pytest.approx(0.30 + 0.25), ["gemini-new"])


def test_the_operators_prices_go_before_ours() -> None:
    config = Config.from_environment({"AI_PRICES": f"{LITE}=1/2, qwen3-vl=0.5/0.5"})
    known = prices.known(config)
    assert (known[LITE], known["qwen3-vl"].prompt) == (prices.Price(1, 2), 0.5)
    assert prices.known(Config())[LITE] == prices.PRICES[LITE]


@pytest.mark.parametrize("text", ["gemini-x", "gemini-x=1", "gemini-x=a/b", "gemini-x=-1/2", "=1/nan"])
def test_a_price_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match="AI_PRICES"):
        Config.from_environment({"AI_PRICES": text})


def report(app: Flask, *options: str) -> str:
    shown = app.test_cli_runner().invoke(args=["report", *options])
    assert shown.exit_code == 0
    return str(shown.output)


def test_the_report_tells_what_today_and_this_month_took(app: Flask, parts: Wiring) -> None:
    spending.add(parts.database, Spent("gemini", LITE, 1_000_000, 100_000))
    spending.add(parts.database, Spent("gemini", "gemini-new", 1, 1))
    gemini_state.count_call(parts.database)
    shown = report(app)
    assert "Gemini may be asked 499 more times today" in shown
    assert "Today (UTC): $0.5500, without gemini-new: no price is known" in shown
    assert "1,000,000" in shown


def test_the_report_is_json_for_programs(app: Flask, parts: Wiring) -> None:
    spending.add(parts.database, Spent("gemini", LITE, 10, 10))
    found: dict[str, Any] = json.loads(report(app, "--json"))["spending"]
    assert found["left_today"] == {"calls": 500, "tokens": None}
    assert found["today"]["models"][0]["prompt_tokens"] == 10
    assert found["today"] == found["month"]


def test_doctor_tells_what_is_left_of_today(app: Flask, parts: Wiring) -> None:
    spending.add(parts.database, Spent("gemini", LITE, 10, 10))
    shown = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "500 of 500 calls left" in shown
    assert "none (LOCAL_AI_URL)" in shown


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "qwen3-vl at cellar:11434: makes packs, no private pages, 300 s a page"),
        ({"local_ai_task": "read", "local_ai_private": True}, "reads pages, private pages too"),
        ({"engines": ("ocr",)}, "missing: local in ENGINES: LOCAL_AI_URL is not used."),
    ],
)
def test_doctor_names_the_local_server_and_no_key(
    settings: dict[str, Any], more: dict[str, Any], told: str
) -> None:
    local = {"local_ai_url": "http://cellar:11434", "local_ai_model": "qwen3-vl", "local_ai_key": "sk-secret"}
    shown = create_app({**settings, **local, **more}).test_cli_runner().invoke(args=["doctor"]).output
    assert told in shown
    assert "sk-secret" not in shown
