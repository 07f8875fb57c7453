"""`python -m studylens.ocr_export [FOLDER]`: make the quantised recognition network, unless it is there.

Run by `make setup` with onnx from requirements-quantise.txt in a folder that is thrown away afterwards. Ends
with 0 as well when it fails: the service then reads with the wheel's own file, and `flask doctor` says why.
"""

import logging
import sys
from pathlib import Path

from studylens.analysis.ocr import networks, quantised
from studylens.config import Config
from studylens.ocr_export.keep import keep
from studylens.reader_limits import BROWSER_FOLDER

LINES = 120
"""Lines to calibrate with: 15 s; more change nothing."""


def main() -> None:
    """Make the file in the folder that is named, or in the one of the configuration."""
    logging.disable(logging.WARNING)  # The quantiser warns of a preparation that is done here.
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Config.from_environment().ocr_path
    if not quantised.find(folder).path:
        _quantise(folder)
    made = quantised.find(folder).path
    if made:
        _make_for_browsers(folder / BROWSER_FOLDER, made)


def _quantise(folder: Path) -> None:
    try:
        from studylens.ocr_export import lines, quantise  # noqa: PLC0415 - they need onnx.

        source = networks.wheel_file(quantised.RECOGNITION_FILE)
        keep(folder, lambda target: quantise.quantise(source, target, lines.draw(LINES)))
    except Exception as error:  # noqa: BLE001 - whatever it was, the service works without.
        sys.stderr.write(f"The recognition network stays as it is ({type(error).__name__}: {error})\n")


def _make_for_browsers(folder: Path, made: Path) -> None:
    try:
        from studylens.ocr_export import browser  # noqa: PLC0415 - it needs onnx.

        if not browser.is_made(folder, made):
            browser.make(folder, made)
    except Exception as error:  # noqa: BLE001 - whatever it was, the service works without.
        sys.stderr.write(f"No browser can read a photo itself ({type(error).__name__}: {error})\n")


if __name__ == "__main__":
    main()
