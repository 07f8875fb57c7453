"""`python -m studylens.study.exchange.apart`: read one stranger's file, without a database, and end.

Arguments: the open files to read, and to write lines and pictures to, a path for what a deck unpacks to, the
file's name, as JSON how a table is to be read, and `keep` when a deck's schedule is taken over.
The last line on standard output says what was found, or what is wrong, as JSON. It ends when its standard
input does: whoever started it is gone then, however that came about.
"""

import contextlib
import json
import os
import resource
import signal
import sys
import threading
from pathlib import Path

from studylens.errors import DiskFull, StudylensError, TooLarge
from studylens.limits import ANALYSIS_NICENESS
from studylens.study.exchange.anki.painting import PICTURES_CPU_SECONDS
from studylens.study.exchange.incoming import MOST_CPU_SECONDS
from studylens.study.exchange.reading import How, Written, no_room, read, too_much
from studylens.study.exchange.tables.choice import from_json

DATA_BYTES = 256 * 1024 * 1024
"""What it may hold: the largest entry of 8 M characters as Python objects takes 130 MB."""
FILE_BYTES = 512 * 1024 * 1024
"""What it may write to one file: lines of an account of 200 MB, each a little longer than its entry."""
KEEP = "keep"
STARTING_CPU_SECONDS = 5
"""On top of the budget: for the interpreter, and for a parser that does not come back to count."""
OOM_SCORE_ADJ = "500"
"""If the kernel must end something, then this: the student is told, and sends a smaller file."""


def main() -> None:
    """Read the file that the arguments name and print what became of it."""
    source, target, drawn, scratch, name, choice, *wishes = sys.argv[1:]
    _stand_back()
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    try:
        with (
            os.fdopen(int(source), "rb") as file,
            os.fdopen(int(target), "r+b") as lines,
            os.fdopen(int(drawn), "r+b") as pictures,
        ):
            how = How(keeps_schedule=KEEP in wishes, choice=from_json(json.loads(choice)))
            found = read(file, name, Written(lines, pictures), Path(scratch), how=how)
            for written in (lines, pictures):
                written.flush()
                os.fsync(written.fileno())
        answer = {"size": found.size, "counts": found.counts}
    except StudylensError as error:
        answer = {"code": error.code, "message": error.sentence}
    except MemoryError:
        answer = {"code": TooLarge.code, "message": too_much().sentence}
    except OSError:
        answer = {"code": DiskFull.code, "message": no_room().sentence}
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()
    os._exit(0)  # The watcher still reads; at exit the interpreter would wait for its lock.


def _stand_back() -> None:
    """Pages go first; and what a hostile file can make us use is bounded by the kernel."""
    # A service that is ended as a whole is told so: the parent stops us, and its next start reads anew.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(ANALYSIS_NICENESS)
    with contextlib.suppress(OSError):  # No such file: not Linux.
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJ)
    cpu = int(MOST_CPU_SECONDS) + STARTING_CPU_SECONDS
    # The process that draws its pictures inherits the second one, and moves the first along itself.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + int(PICTURES_CPU_SECONDS)))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
