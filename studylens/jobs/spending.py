"""What the service spends on language models: tokens by day, for the operator's report and his bounds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from database_config import Database
from studylens.analysis.protocol.wire import GeminiCall, Spent, Standing
from studylens.config import Config
from studylens.database.upsert import insert_on
from studylens.jobs import gemini_state
from studylens.models import ModelDay

PAID = "gemini"
"""The engine whose tokens are paid for; one's own machine is not."""


@dataclass(frozen=True)
class Sum:
    """Replies of one model over some days, and their tokens."""

    engine: str
    model: str
    replies: int
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True)
class Left:
    """What may still be asked of Gemini today: calls, and tokens (None: they are not bounded)."""

    calls: int
    tokens: int | None

    @property
    def askable(self) -> int:
        """Return the calls that both bounds allow."""
        return 0 if self.tokens is not None and self.tokens <= 0 else self.calls


def note(database: Database, event: GeminiCall | Standing | Spent) -> None:
    """Remember what was told of a model: a call, how it stands, or its tokens."""
    match event:
        case GeminiCall():
            gemini_state.count_call(database)
        case Standing():
            gemini_state.stand(database, event)
        case Spent():
            add(database, event)


def add(database: Database, spent: Spent) -> None:
    """Count one reply for today; machines that begin a day at once all count."""
    key = {"day": gemini_state.today(), "engine": spent.engine, "model": spent.model[:100]}
    counts = {"replies": 1, "prompt_tokens": max(0, spent.prompt), "answer_tokens": max(0, spent.answer)}
    with database.writing() as session:
        row = insert_on(session.get_bind().dialect.name, ModelDay).values(**key, **counts)
        sums = {name: getattr(ModelDay, name) + count for name, count in counts.items()}
        session.execute(row.on_conflict_do_update(index_elements=list(key), set_=sums))


def sums(database: Database, prefix: str = "") -> Sequence[Sum]:
    """Return the sums of the UTC days that begin with `prefix` (`2026-11-28`, `2026-11`), by model."""
    columns = (ModelDay.replies, ModelDay.prompt_tokens, ModelDay.answer_tokens)
    wanted = (
        select(ModelDay.engine, ModelDay.model, *(func.sum(column) for column in columns))
        .where(ModelDay.day.startswith(prefix, autoescape=True))
        .group_by(ModelDay.engine, ModelDay.model)
        .order_by(ModelDay.engine, ModelDay.model)
    )
    with database.reading() as session:
        return [Sum(engine, model, *map(int, counts)) for engine, model, *counts in session.execute(wanted)]


def today(database: Database) -> Sequence[Sum]:
    """Return the sums of this UTC day."""
    return sums(database, gemini_state.today())


def this_month(database: Database) -> Sequence[Sum]:
    """Return the sums of this month, by UTC."""
    return sums(database, gemini_state.today()[:7])


def left_today(database: Database, config: Config) -> Left:
    """Return what GEMINI_CALLS_PER_DAY and TOKENS_PER_DAY leave of this UTC day."""
    calls = max(0, config.gemini_calls_per_day - gemini_state.calls_today(database))
    if not config.tokens_per_day:
        return Left(calls, None)
    paid = [one.prompt_tokens + one.answer_tokens for one in today(database) if one.engine == PAID]
    return Left(calls, max(0, config.tokens_per_day - sum(paid)))
