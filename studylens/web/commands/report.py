"""`flask report`: what the operator, who has the shell, may know: counts, never a student's words."""

import dataclasses
import json
from typing import Any

import click
from flask import Blueprint

from studylens.errors import DatabaseDown
from studylens.study.record.rules import RuleCount, count_by_rule
from studylens.web.commands import spending_report, standings
from studylens.web.door.wiring import wiring

blueprint = Blueprint("report", __name__, cli_group=None)
_HEAD = f"{'kind':<9} {'rule':<14} {'made by':<32} {'decided':>7} {'deleted':>7} {'edited':>7} {'rated':>7}"


@blueprint.cli.command("report")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def report(as_json: bool) -> None:  # noqa: FBT001 - click passes it by name.
    """Print what language models cost, and what students do with cards and questions, by their rule."""
    try:
        spent = spending_report.gather(wiring().database, wiring().config)
        failed = standings.gather(wiring().database, wiring().config)
        with wiring().database.reading() as session:
            rules = count_by_rule(session)
    except DatabaseDown as error:
        raise click.ClickException(str(error)) from error
    plain = [_plain(count) for count in rules]
    found: dict[str, Any] = {"spending": spent, "models": failed, "rules": plain}
    stand = "".join(f"{line}\n" for line in standings.lines(failed))
    told = f"{spending_report.table(spent)}\n{stand}\n{table(rules)}"
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else told)


def _plain(count: RuleCount) -> dict[str, Any]:
    return {**dataclasses.asdict(count), "at_the_bottom": count.is_thrown_away}


def table(rules: list[RuleCount]) -> str:
    """Return the counts as lines."""
    if not rules:
        return "No student has deleted, edited or rated a card or question yet."
    return "\n".join([_HEAD, *map(_row, rules)])


def _row(count: RuleCount) -> str:
    numbers = f"{count.decisions:>7} {count.deleted:>7} {count.edited:>7} {count.rated:>7}"
    bottom = "  at the bottom of new packs" if count.is_thrown_away else ""
    return f"{count.kind:<9} {count.rule:<14} {count.origin:<32} {numbers}{bottom}"
