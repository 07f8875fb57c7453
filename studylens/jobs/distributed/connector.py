"""Procrastinate's client for a database that may be away for a while.

Its own ends the worker when a statement fails: a restart of PostgreSQL would make every job run again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import procrastinate
from procrastinate.exceptions import ConnectorException, UniqueViolation

from studylens.database.address import Address
from studylens.queue_limits import OUTAGE_POLL_SECONDS, OUTAGE_SECONDS, WORKER_CONNECTIONS

log = logging.getLogger("studylens.jobs")
T = TypeVar("T")


class PatientConnector(procrastinate.PsycopgConnector):
    """Asks again for two minutes, unless `is_stopping`; then calls `give_up` and raises ConnectorException.

    A statement whose answer was lost may have been done: a message that was fetched so is taken by nobody,
    and its job gets another one (claims.recover); one that has ended cannot end again, which is only logged.
    """

    def __init__(
        self, address: Address, is_stopping: Callable[[], bool], give_up: Callable[[], None]
    ) -> None:
        # A pooler takes no options; its role's own search_path must lead to the schema (docs/scaling.md).
        schema = address.schema if not address.pooled else ""
        told = {"options": f"-c search_path={schema}"} if schema else {}
        url = address.url.set(drivername="postgresql").render_as_string(hide_password=False)
        super().__init__(
            conninfo=url, kwargs={"prepare_threshold": None, **told},
            min_size=1, max_size=WORKER_CONNECTIONS, timeout=OUTAGE_POLL_SECONDS * 5,
        )  # fmt: skip
        self._is_stopping, self._give_up = is_stopping, give_up

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Run a statement."""
        ask = super().execute_query_async
        await self._patiently(lambda: ask(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """Run a statement and return its only row."""
        ask = super().execute_query_one_async
        return await self._patiently(lambda: ask(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """Run a statement and return its rows."""
        ask = super().execute_query_all_async
        return await self._patiently(lambda: ask(query, **arguments))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        until = time.monotonic() + OUTAGE_SECONDS
        while True:
            try:
                return await ask()
            except UniqueViolation:
                raise
            except ConnectorException as error:
                if not _is_away(error):
                    raise
                if self._is_stopping() or time.monotonic() > until:
                    self._give_up()
                    raise
                log.warning("The queue's database is away; asking again: %s", error.__cause__)
            await asyncio.sleep(OUTAGE_POLL_SECONDS)


def _is_away(error: ConnectorException) -> bool:
    """Say whether nobody answered; a statement that the server refused is not asked again."""
    import psycopg  # noqa: PLC0415 - is there, since the base has imported it.
    import psycopg_pool  # noqa: PLC0415

    cause = error.__cause__
    return isinstance(cause, psycopg.OperationalError | psycopg_pool.PoolTimeout)
