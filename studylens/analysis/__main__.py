"""Read requests from standard input, write stage events and results as JSON lines, one at a time.

It ends when its standard input does: whoever started it is gone then, however that came about.
"""

import logging
import os
import queue
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from studylens.analysis import pipeline
from studylens.analysis.budget import stages
from studylens.analysis.protocol import wire
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
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_watch_standard_input, args=(requests,), daemon=True).start()
    config = Config.from_environment()
    status = 0
    try:
        while not _serve(wire.decode_request(requests.get()), config, answers):
            pass
    except Exception:
        log.exception("The analysis process ends by a fault of its own")
        status = 1
    finally:
        os._exit(status)  # The watcher still reads; at exit the interpreter would wait for its lock.


def _serve(request: wire.Request, config: Config, answers: BinaryIO) -> bool:
    def send(event: wire.Event) -> None:
        answers.write(wire.encode(event))
        answers.flush()

    stages.arm_processor_time()
    send(wire.StageProgress(0, 0))  # We are there: whatever happens from now on is the photo's doing.
    outcome = pipeline.run(request, config, send)
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


def _watch_standard_input(requests: "queue.SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
