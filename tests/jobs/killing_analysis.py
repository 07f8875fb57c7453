"""The real analysis process, but it dies by SIGKILL, once: `killing_analysis STAGE MARKER [NTH TIME]`."""

import os
import signal
import sys

from studylens.analysis import __main__ as analysis
from studylens.analysis.journal import Journal

if __name__ == "__main__":
    stage_to_die_at, *nth = sys.argv[1], *sys.argv[3:-1]
    marker = os.open(sys.argv[2], os.O_RDWR | os.O_CREAT)  # Now: later nothing can be written to.
    times = int(nth[0]) if nth else 1
    original, reached = Journal.stage, [0]

    def stage(self: Journal, name: str) -> None:
        original(self, name)
        reached[0] += name == stage_to_die_at
        if reached[0] == times and not os.fstat(marker).st_size:
            os.write(marker, b"died")
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.stage = stage  # type: ignore[method-assign]
    analysis.main()
