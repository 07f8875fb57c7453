"""What a guest has taught: a set's photos as features, its head, and what they say of another picture.

"None of these" is the cosine to the nearest photo of the set: the head's own scores would take strangers in.
Where it ends is learnt from the set's own photos, each compared with the others of its class.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studylens.analysis.protocol.taught import Answer, Known, Verdict
from studylens.analysis.seeing import features, head
from studylens.analysis.seeing.features import Features

OWN_REFUSED = 0.10
"""Share of a set's own photos that may fall below the line: strangers are refused for them."""
FEW = 10
"""Photos with a neighbour of their class from which on their own closeness says where the line is."""
USUAL_CLOSENESS = 0.60
"""The line where a set is too small to say: photos of one kind of thing are closer in most sets."""
CLOSE_CALL = 0.10
"""Scores of two classes that differ by less: it may be either of them."""
BAND = 0.04
"""Cosine above the line within which a set of one class is unsure: there is no second class to compare."""


@dataclass(frozen=True)
class Lesson:
    """What training gives: the head, `guesses` of each photo without itself, and the line of closeness."""

    trained: head.Trained
    refuse_below: float


def learn(known: Known) -> Lesson:
    """Train on a set whose photos all have features, and whose classes all have photos."""
    rows, labels = head.unit(features.unpack(known.features)), np.array(known.labels, np.int64)
    return Lesson(head.train_on(rows, labels, len(known.classes)), line_of(rows, labels))


def identify(known: Known, seen: Features) -> Answer:
    """Say which class of a trained set a picture with these features (1280,) shows, if any."""
    rows = head.unit(features.unpack(known.features))
    near = rows @ head.unit(seen)
    closest = int(near.argmax())
    closeness = float(near[closest])
    scores = head.Head.unpack(known.head, len(known.head_classes)).scores(seen)
    place, ahead = _best(scores, known)
    verdict = _verdict(closeness, ahead, known)
    return Answer(known.set_id, verdict, known.head_classes[place], closeness, known.photos[closest])


def _best(scores: NDArray[np.float32], known: Known) -> tuple[int, float]:
    """Return the place of the best class that is still there, and by how much it leads."""
    there = [place for place, name in enumerate(known.head_classes) if name in known.classes]
    order = sorted(there, key=lambda place: -scores[place])
    ahead = float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else 1.0
    return order[0], ahead


def _verdict(closeness: float, ahead: float, known: Known) -> Verdict:
    if closeness < known.refuse_below:
        return Verdict.NONE
    alone = len(known.classes) == 1 and closeness < known.refuse_below + BAND
    return Verdict.UNSURE if alone or ahead < CLOSE_CALL else Verdict.THIS


def line_of(rows: Features, labels: NDArray[np.int64]) -> float:
    """Return the closeness under which a picture is none of the set's, from the set's own photos."""
    own = np.concatenate([_nearest(rows[labels == label]) for label in np.unique(labels)])
    if len(own) >= FEW:
        return float(np.quantile(own, OWN_REFUSED))
    return float(min([USUAL_CLOSENESS, *own]))


def _nearest(rows: Features) -> NDArray[np.float32]:
    """Return the cosine of each row to the nearest of the others; nothing of a row alone."""
    near = rows @ rows.T
    np.fill_diagonal(near, -1)
    return near.max(axis=1) if len(rows) > 1 else near[0, :0]
