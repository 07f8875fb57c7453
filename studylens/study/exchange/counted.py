"""What a result page counts of a file that came in: why cards are left out, and what else did not come."""

EMPTY, ONE_COLUMN, TOO_LONG, PICTURES, SOUNDS, LABELS, TEMPLATES, TWICE, COMMENT, NO_ROOM = (
    "empty",
    "one",
    "long",
    "picture",
    "sound",
    "labels",
    "template",
    "twice",
    "comment",
    "room",
)
"""Why a card is left out: nothing on one side; only one column in its row; no card has room for it; it asks
by a picture or a sound, or by hidden labels of a picture; its template is broken; the same stands in the file
before; Anki takes the line for a comment; the guest has no room for its picture."""
LEFT_OUT = (EMPTY, ONE_COLUMN, TOO_LONG, PICTURES, SOUNDS, LABELS, TEMPLATES, TWICE, COMMENT, NO_ROOM)
FOLDED, CELLS, UNCLOSED, TAGS_LEFT = "folded", "cells", "unclosed", "tags_left"
"""Of cards that came in: those with more than two columns, which stand below the back; cells that only turn a
template of Anki on, left out; quotation marks that never close, which stay as they are; tags beyond those
that a pack gets, or that no pack can have, left out."""
MISSING, BROKEN, TOO_MANY_PIXELS, BEYOND = "lost_missing", "lost_broken", "lost_large", "lost_beyond"
"""Pictures that cards show and that did not come in: not in the file; none that can be read; too large; more
than one file, or one side, may have."""
SOUND_FILES, OTHER_FILES = "sounds", "media"
"""Files that were left out: sounds and videos, and those that no card shows."""
LOST = (MISSING, BROKEN, TOO_MANY_PIXELS, BEYOND)
SAID = (FOLDED, CELLS, UNCLOSED, TAGS_LEFT, *LOST, SOUND_FILES, OTHER_FILES)
