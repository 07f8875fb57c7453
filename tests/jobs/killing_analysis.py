"""The real analysis process, but it dies by SIGKILL, once: `killing_analysis STAGE MARKER [NTH TIME]`."""

import os
import signal
import sys
from pathlib import Path

from studylens.analysis import __main__ as analysis
from studylens.analysis.journal import Journal

if __name__ == "__main__":
    stage_to_die_at, marker = sys.argv[1], Path(sys.argv[2])
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    original, reached = Journal.stage, [0]

    def stage(self: Journal, name: str) -> None:
        original(self, name)
        reached[0] += name == stage_to_die_at
        if reached[0] == times and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.stage = stage  # type: ignore[method-assign]
    analysis.main()
