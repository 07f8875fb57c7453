"""What language models took and cost, for `flask report`: today and this month, by model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from database_config import Database
from studylens.config import Config
from studylens.jobs import spending
from studylens.jobs.spending import Sum
from studylens.web.commands import prices
from studylens.web.commands.prices import Price

_HEAD = f"{'model':<40} {'replies':>8} {'asked':>12} {'answered':>12} {'US$':>9}"


def gather(database: Database, config: Config) -> dict[str, Any]:
    """Return the sums by model, what they cost, and what is left of today, as plain JSON types."""
    left, known = spending.left_today(database, config), prices.known(config)
    return {
        "today": _span(spending.today(database), known),
        "month": _span(spending.this_month(database), known),
        "left_today": {"calls": left.calls, "tokens": left.tokens},
        "prices_as_of": prices.AS_OF,
    }


def table(found: Mapping[str, Any]) -> str:
    """Return what `gather` found as lines."""
    left = found["left_today"]
    tokens = "" if left["tokens"] is None else f" and {left['tokens']:,} tokens"
    lines = [f"Gemini may be asked {left['calls']} more times{tokens} today (UTC)."]
    for name, span in (("Today", found["today"]), ("This month", found["month"])):
        lines += ["", f"{name} (UTC): ${span['us_dollars']:.4f}{_unpriced(span['without_price'])}"]
        lines += [_HEAD, *map(_row, span["models"])] if span["models"] else ["No model has replied."]
    return "\n".join([*lines, "", f"Prices of {found['prices_as_of']}; yours go before them: AI_PRICES."])


def _span(sums: Sequence[Sum], known: Mapping[str, Price]) -> dict[str, Any]:
    models = [{**asdict(one), "us_dollars": _dollars([one], known)} for one in sums]
    total, unknown = prices.cost(sums, known)
    return {"models": models, "us_dollars": round(total, 6), "without_price": unknown}


def _dollars(sums: Iterable[Sum], known: Mapping[str, Price]) -> float | None:
    total, unknown = prices.cost(sums, known)
    return None if unknown else round(total, 6)


def _unpriced(models: Sequence[str]) -> str:
    return f", without {', '.join(models)}: no price is known (AI_PRICES)" if models else ""


def _row(one: Mapping[str, Any]) -> str:
    dollars = "?" if one["us_dollars"] is None else f"{one['us_dollars']:.4f}"
    name = f"{one['engine']}:{one['model']}"
    tokens = f"{one['prompt_tokens']:>12,} {one['answer_tokens']:>12,}"
    return f"{name:<40} {one['replies']:>8,} {tokens} {dollars:>9}"
