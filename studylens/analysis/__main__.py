"""Read requests from standard input, write stage events and results as JSON lines, one at a time.

Its last argument says whom it may reach (protocol/reach.py; without one: models). It ends when its
standard input does: whoever started it is gone then, however that came about.
"""

import logging
import os
import queue
import socket
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from studylens.analysis import pipeline, walls
from studylens.analysis.budget import stages
from studylens.analysis.protocol import handing, reach, wire
from studylens.config import Config
from studylens.limits import ANALYSIS_NICENESS

log = logging.getLogger("studylens.analysis")

OOM_SCORE_ADJ = "500"
"""If the kernel must kill something, then this process: its job is tried again, the web process is not."""


def main() -> None:
    """Serve requests until standard input ends or an answer was the last that memory allows."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    answers = _claim_standard_output()
    _stand_back()
    config = Config.from_environment()
    # Before any thread starts: each has walls of its own.
    walls.close_in(config, sys.argv[-1] if sys.argv[-1] in reach.REACHES else reach.MODELS)
    requests: queue.SimpleQueue[tuple[bytes, list[int]]] = queue.SimpleQueue()
    threading.Thread(target=_watch_standard_input, args=(requests,), daemon=True).start()
    status = 0
    try:
        while not _serve(*requests.get(), config, answers):
            pass
    except BrokenPipeError:
        status = 1  # Nobody waits for the answer: the web process was killed. The next one asks again.
    except Exception:
        log.exception("The analysis process ends by a fault of its own")
        status = 1
    finally:
        os._exit(status)  # The watcher still reads; at exit the interpreter would wait for its lock.


def _serve(line: bytes, fds: list[int], config: Config, answers: BinaryIO) -> bool:
    def send(event: wire.Event) -> None:
        answers.write(wire.encode(event))
        answers.flush()

    stages.arm_processor_time()
    send(wire.StageProgress(0, 0))  # We are there: whatever happens from now on is the photo's doing.
    outcome = pipeline.run(handing.request_of(line, fds), config, send)
    for fd in fds:
        os.close(fd)
    send(outcome)
    return outcome.last


def _claim_standard_output() -> BinaryIO:
    """Keep standard output for answers: whatever a library prints goes to the log instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _stand_back() -> None:
    """Pages go before photos, and the kernel's choice falls on us first."""
    os.nice(ANALYSIS_NICENESS)
    try:
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE_ADJ)
    except OSError as error:
        log.warning("Could not raise oom_score_adj: %s", error)


def _watch_standard_input(requests: "queue.SimpleQueue[tuple[bytes, list[int]]]") -> None:
    for request in handing.lines(socket.socket(fileno=0)):
        requests.put(request)
    os._exit(0)


if __name__ == "__main__":
    main()
