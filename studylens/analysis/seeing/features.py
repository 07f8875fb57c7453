"""A picture becomes 1,280 numbers of 16 bits: 2.5 kB from which no picture can be made again.

Source: EfficientNet-Lite0's last layer before the classes, mean over the places.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.budget.onnx import open_session, vendor_errors
from studylens.analysis.seeing import pixels
from studylens.analysis.seeing.network import FEATURES

Features = NDArray[np.float32]
STORED = np.dtype("<f2")


class Network:
    """The network while it is open; `opened` makes one and lets it go."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def look(self, image: Image.Image) -> Features:
        """Return the features (1280,) of an RGB picture. Raises EngineFailed or OutOfMemory.

        They are the mean of the picture's and its mirror image's: 3 points more strangers refused for 10 ms.
        """
        seen = pixels.square(image)
        with vendor_errors("looking at the picture"):
            both = [self._run(pixels.planes(one)) for one in (seen, seen[:, ::-1])]
        return (both[0] + both[1]) / np.float32(2)

    def _run(self, planes: NDArray[np.float32]) -> Features:
        [[found]] = self._session.run(None, {"pixels": planes})
        return np.asarray(found, np.float32)


@contextmanager
def opened(path: Path) -> Iterator[Network]:
    """Open the network in this file. Raises EngineFailed or OutOfMemory."""
    with vendor_errors("opening the network"):
        session = open_session(path)
    yield Network(session)


def pack(features: Features) -> bytes:
    """Return features (..., 1280) as they are kept: 2,560 bytes a picture."""
    return features.astype(STORED).tobytes()


def unpack(stored: bytes) -> Features:
    """Return kept features as (pictures, 1280); raises ValueError for a length that fits no picture."""
    return np.frombuffer(stored, STORED).reshape(-1, FEATURES).astype(np.float32)
