"""A student's own weights of FSRS, as the settings keep them: used only where FSRS itself would take them."""

from collections.abc import Sequence

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from studylens.models import StudySettings
from studylens.storable import is_number

Weights = tuple[float, ...]
"""The 21 numbers of FSRS-6 in its order; empty: the usual ones."""
DECAY = 20
"""Which of them says how steeply recall falls."""
USUAL: Weights = tuple(DEFAULT_PARAMETERS)


def weights_of(settings: StudySettings) -> Weights:
    """Return the weights that the student's schedule goes by; empty for the usual ones."""
    return checked(settings.weights) if settings.weights_on else ()


def checked(kept: object) -> Weights:
    """Return weights in the bounds that FSRS gives each; empty for what are none, as from a restored file."""
    if not isinstance(kept, Sequence) or isinstance(kept, str) or len(kept) != len(USUAL):
        return ()
    if not all(map(is_number, kept)):
        return ()
    bounds = zip(LOWER_BOUNDS_PARAMETERS, kept, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(float(one), least), most) for least, one, most in bounds)
