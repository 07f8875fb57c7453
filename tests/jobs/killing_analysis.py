"""The real analysis process, but it dies by SIGKILL at a stage, once: `killing_analysis STAGE MARKER`."""

import os
import signal
import sys
from pathlib import Path

from studylens.analysis import __main__ as analysis
from studylens.analysis.journal import Journal

if __name__ == "__main__":
    stage_to_die_at, marker = sys.argv[1], Path(sys.argv[2])
    original = Journal.stage

    def stage(self: Journal, name: str) -> None:
        original(self, name)
        if name == stage_to_die_at and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.stage = stage  # type: ignore[method-assign]
    analysis.main()
