"""How language models stand, for the operator: who rests until when, and why."""

from typing import Any

from database_config import Database
from studylens.config import Config
from studylens.jobs import gemini_state
from studylens.models import now


def gather(database: Database, config: Config) -> list[dict[str, Any]]:
    """Return models and keys whose last calls failed, as plain JSON types. Raises DatabaseDown."""
    names = {config.gemini_key_name: "the Gemini key", config.local_ai_key_name: "the key of LOCAL_AI_URL"}
    return [
        {
            "name": names.get(one.name, one.name),
            "kind": one.kind,
            "failures": one.failures,
            "reason": one.reason,
            "rests": one.until > now().timestamp(),
            "until": gemini_state.moment(one.until).isoformat(timespec="minutes"),
        }
        for one in gemini_state.standings(database)
    ]


def lines(found: list[dict[str, Any]]) -> list[str]:
    """Return one sentence each."""
    return [_line(one) for one in found]


def _line(one: dict[str, Any]) -> str:
    times = f"{one['failures']} in a row" if one["failures"] > 1 else "once"
    if one["rests"]:
        return (
            f"{one['name']} rests until {one['until'][:16].replace('T', ' ')} UTC: {one['reason']} ({times})"
        )
    return f"{one['name']} is asked again with the next page: {one['reason']} ({times})"
