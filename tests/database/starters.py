"""Processes that start on one database at the same moment, as workers of a new release do.

As a module (`python -m tests.database.starters`) it is one of them: a URL a line in, what went wrong
a line out.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from database_config import Database, ensure_all_table_compatibility
from tests.service import HOME


class Starters:
    """Processes that wait for a URL; they have imported everything, so that they start together."""

    def __init__(self, number: int) -> None:
        command = [sys.executable, "-m", "tests.database.starters"]
        self._processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=HOME,
            )
            for _ in range(number)
        ]
        self._answers()

    def start(self, url: str) -> list[str]:
        """Let all of them repair this database; return what each says, `fits` or an error."""
        for process in self._processes:
            print(url, file=process.stdin, flush=True)
        return self._answers()

    def end(self) -> None:
        """End them."""
        for process in self._processes:
            process.communicate()

    def _answers(self) -> list[str]:
        return [process.stdout.readline().strip() for process in self._processes if process.stdout]


@contextmanager
def starters(number: int) -> Iterator[Starters]:
    """Run so many processes until the end of the block."""
    made = Starters(number)
    try:
        yield made
    finally:
        made.end()


def _start(url: str) -> str:
    database = Database(url)
    try:
        ensure_all_table_compatibility(database)
        missing = database.missing()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer.
        return f"{type(error).__name__}: {error.__cause__ or error}".replace("\n", " ")
    finally:
        database.engine.dispose()
    return f"missing: {missing}" if missing else "fits"


def main(lines: Sequence[str] | None = None) -> None:
    """Answer one line for each line of standard input, after a first one that says: ready."""
    print("ready", flush=True)  # noqa: T201 - the other end listens.
    for line in lines or sys.stdin:
        print(_start(line.strip()), flush=True)  # noqa: T201


if __name__ == "__main__":
    import studylens.models  # noqa: F401 - before the first line arrives.

    main()
