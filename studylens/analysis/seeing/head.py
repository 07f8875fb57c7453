"""The head: ridge regression on the features, in closed form, measured by leaving one photo out each time.

Of each feature the root is taken, so that few large ones do not drown the rest (2 to 5 points more
strangers refused), and rows are brought to length 1: a bright photo counts no more than a dark one. With
photos in the tens and features in the thousands the dual form is the small one: photos x photos. The answer
without a photo needs no second training: it is y - (y - f(x)) / (1 - h), h being the photo's own weight
(PRESS, Allen 1974).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studylens.analysis.seeing.features import Features

RIDGE = 0.03
"""Of rows of length 1: from 0.01 to 0.3 accuracy is the same within a point."""
TOO_FEW = 2
"""Photos of a class from which on one can be left out."""


@dataclass(frozen=True)
class Head:
    """Scores of a picture: features (1280,) times `weights` (1280, classes) plus `bias` (classes,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Features) -> NDArray[np.float32]:
        """Return (classes,): about 1 for the class that it is, about 0 for the others."""
        found: NDArray[np.float32] = unit(features) @ self.weights + self.bias
        return found

    def pack(self) -> bytes:
        """Return the head as it is kept: 32-bit numbers, bias last."""
        return np.vstack([self.weights, self.bias[None]]).astype("<f4").tobytes()

    @classmethod
    def unpack(cls, stored: bytes, classes: int) -> "Head":
        """Return a kept head; raises ValueError for a length that does not fit."""
        rows = np.frombuffer(stored, "<f4").reshape(-1, classes)
        return cls(rows[:-1], rows[-1])


@dataclass(frozen=True)
class Trained:
    """A head, and how it does without each photo: `guesses` (photos,), the class that it would be given."""

    head: Head
    guesses: NDArray[np.int64]


def unit(features: Features) -> Features:
    """Return the features' roots as rows of length 1; a row of nothing stays as it is."""
    roots: Features = np.sqrt(np.maximum(features, np.float32(0)))
    length = np.linalg.norm(roots, axis=-1, keepdims=True)
    rows: Features = roots / np.maximum(length, np.float32(1e-6))
    return rows


def train(features: Features, labels: NDArray[np.int64], classes: int) -> Trained:
    """Train on features (photos, 1280) with labels 0..classes-1, each of which occurs."""
    return train_on(unit(features), labels, classes)


def train_on(rows: Features, labels: NDArray[np.int64], classes: int) -> Trained:
    """Train on rows (photos, 1280) that `unit` gave.

    K (K + r)^-1 = 1 - r (K + r)^-1, so the photos' own weights need no second matrix of photos x photos.
    """
    wanted = np.eye(classes, dtype=np.float32)[labels]
    middle, share = rows.mean(axis=0), wanted.mean(axis=0)
    centred = rows - middle
    alike = centred @ centred.T
    alike.flat[:: len(rows) + 1] += np.float32(RIDGE)
    solved = np.linalg.inv(alike)
    del alike
    weights = centred.T @ (solved @ (wanted - share))
    own = np.clip(1 - RIDGE * np.diag(solved) + 1 / len(rows), 0, 0.999)
    fitted = centred @ weights + share
    without = wanted - (wanted - fitted) / (1 - own)[:, None]
    head = Head(weights.astype(np.float32), (share - middle @ weights).astype(np.float32))
    return Trained(head, without.argmax(axis=1))
