"""The real analysis process, but a stage has no room in memory: `starving_analysis ROOM_OCR_MB 0.5`."""

import sys

from studylens import limits
from studylens.analysis import __main__ as analysis

if __name__ == "__main__":
    setattr(limits, sys.argv[1], float(sys.argv[2]))
    analysis.main()
