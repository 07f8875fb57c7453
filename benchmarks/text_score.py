"""How well a page was read: edits a character in reading order, and words found whatever their order."""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass

_SAME = (("[‘’´`]", "'"), ("[“”„«»]", '"'), ("[–—−‐]", "-"), (r"-\s*\n\s*(?=[a-zäöüéèç])", ""), (r"\s+", " "))
"""What typography, line ends and hyphens differ in, and a reader need not."""
IDEOGRAMS = 0x2E80


@dataclass(frozen=True)
class Score:
    """0-1 each; `cer` (edits per character of the truth) may be more."""

    cer: float
    recall: float
    precision: float


def compare(truth: str, text: str) -> Score:
    """Compare a text in reading order with the truth."""
    wanted, found = normal(truth), normal(text)
    words, read = _words(wanted), _words(found)
    hit = sum((words & read).values())
    cer = edits(wanted, found) / max(1, len(wanted))
    return Score(cer, hit / max(1, sum(words.values())), hit / max(1, sum(read.values())))


def normal(text: str) -> str:
    """Return the text without what only its typography says."""
    text = (
        unicodedata.normalize("NFKC", text).replace("\ufffe", "-").replace("\x02", "-").replace("\u00ad", "")
    )
    for pattern, plain in _SAME:
        text = re.sub(pattern, plain, text)
    return text.strip()


def edits(wanted: str, found: str) -> int:
    """Return the Levenshtein distance, by the bit vectors of Myers (1999)."""
    if not wanted:
        return len(found)
    full, high = (1 << len(wanted)) - 1, 1 << (len(wanted) - 1)
    plus, minus, distance = full, 0, len(wanted)
    places: dict[str, int] = defaultdict(int)
    for place, character in enumerate(wanted):
        places[character] |= 1 << place
    for character in found:
        equal = places.get(character, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        more, fewer = (minus | ~(horizontal | plus)) & full, plus & horizontal
        distance += bool(more & high) - bool(fewer & high)
        more, fewer = ((more << 1) | 1) & full, (fewer << 1) & full
        plus, minus = (fewer | ~(vertical | more)) & full, more & vertical
    return distance


def _words(text: str) -> Counter[str]:
    words = re.findall(r"\w+", text.lower())
    return Counter(word for word in words if len(word) > 1 or ord(word) > IDEOGRAMS)
