"""Procrastinate's tables: made, upgraded by the migrations in its package, and looked for.

It does not write down which version they have, so we do, as a comment on its table of jobs: the name of the
last migration that is in them.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from database_config import Database
from studylens.errors import TablesUnfit

_NOTE = "studylens: "
_FOUND = text("""
    SELECT to_regclass('procrastinate_jobs') IS NOT NULL,
           obj_description(to_regclass('procrastinate_jobs'), 'pg_class'),
           EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'procrastinate_defer_jobs_v1' AND pronamespace =
                   (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('procrastinate_jobs')))
""")
THEIRS = "Procrastinate's tables are here, but another program made them."
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('studylens tables of the queue', 0))")
REPAIR = "flask --app app db repair"


@dataclass(frozen=True)
class Found:
    """What there is: tables at all, those that a service can enqueue with, and their last migration."""

    made: bool
    fit: bool
    version: str

    @property
    def lack(self) -> str:
        """Say what a service lacks, in a sentence; empty: nothing."""
        if not self.made:
            return f"The queue's tables are not there: run {REPAIR} where workers run."
        return "" if self.fit else f"The queue's tables are too old: run {REPAIR} where workers run."


def look(database: Database) -> Found:
    """Look at the tables; Procrastinate need not be here. Raises DatabaseDown."""
    with database.reading() as session:
        return _look(session.connection())


def is_behind(database: Database) -> bool:
    """Say whether this machine's Procrastinate would change tables. Raises DatabaseDown, ImportError."""
    found = look(database)
    return not found.made or found.version != migrations()[-1].name


def bring(database: Database) -> list[str]:
    """Make the tables, or apply the migrations that they lack, each in a transaction; return what was done.

    Raises DatabaseDown, ImportError (Procrastinate is not here), TablesUnfit when others made the tables.
    """
    done = []
    while (step := _next_step(database)) is not None:
        done.append(step)
    return done


def migrations() -> list[Path]:
    """Return the migrations of this machine's Procrastinate, in their order. Raises ImportError."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - only workers have it.

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _next_step(database: Database) -> str | None:
    files = migrations()
    with database.writing() as session:
        connection = session.connection()
        connection.execute(_TURN)
        found = _look(connection)
        if not found.made:
            _run(connection, _whole(), files[-1].name)
            return "made"
        if not found.version:
            raise TablesUnfit(THEIRS)
        left = [file for file in files if file.name > found.version]
        if not left:
            return None
        _run(connection, left[0].read_text(encoding="utf-8"), left[0].name)
        return left[0].name


def _whole() -> str:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - only workers have it.

    return SchemaManager.get_schema()


def _run(connection: Connection, script: str, version: str) -> None:
    """Run a script of many statements, and note how far the tables are."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise TablesUnfit
    with driver.cursor() as cursor:
        cursor.execute(script)
        cursor.execute("COMMENT ON TABLE procrastinate_jobs IS %s", (_NOTE + version,))


def _look(connection: Connection) -> Found:
    made, note, fit = connection.execute(_FOUND).one()
    version = note.removeprefix(_NOTE) if note and note.startswith(_NOTE) else ""
    return Found(bool(made), bool(fit), version)
