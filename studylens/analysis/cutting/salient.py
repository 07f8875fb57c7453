"""U2-Net and its small forms: networks that find the thing in a picture by themselves, through onnxruntime.

After Qin et al., "U2-Net" (Pattern Recognition, 2020); files as rembg's releases have them (Apache-2.0): one
input [1, 3, 320, 320], whose first output is the mask [1, 1, 320, 320].
"""

from pathlib import Path

import cv2
import numpy as np

from studylens.analysis.budget.onnx import open_session, vendor_errors
from studylens.analysis.cutting.arrays import Floats, Pixels
from studylens.errors import EngineFailed

SIDE_PX = 320
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet, on which these networks were trained."""


def find_thing(path: Path, pixels: Pixels) -> Floats:
    """Return the mask [320, 320] in 0-1 of the thing in an RGB picture.

    Raises EngineFailed when the file does not work, OutOfMemory.
    """
    small = cv2.resize(pixels, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= max(1.0, float(small.max()))
    planes = np.ascontiguousarray(((small - MEAN) / DEVIATION).transpose(2, 0, 1)[None])
    with vendor_errors("finding the thing"):
        session = open_session(path)
        first = session.get_outputs()[0].name
        mask = np.asarray(session.run([first], {session.get_inputs()[0].name: planes})[0], np.float32)
        del session
    return _stretched(mask)


def _stretched(mask: Floats) -> Floats:
    """Return the mask from 0 to 1, since these networks are unsure of dark pictures as a whole."""
    if mask.size != SIDE_PX * SIDE_PX or not np.isfinite(mask).all():
        raise EngineFailed("the model's answer is no mask")
    flat = mask.reshape(SIDE_PX, SIDE_PX)
    low, high = float(flat.min()), float(flat.max())
    if high - low < 1e-6:
        raise EngineFailed("the model found nothing")
    return np.asarray((flat - low) / (high - low), np.float32)
