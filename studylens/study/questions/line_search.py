"""The lines of a page that match a question best: BM25 over its words, the same every time."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 3
"""Lines shown: more is the page itself."""
LEAST_SHARE = 0.4
"""Of the best line's score: what matches much less than the best does not match best."""
_SATURATION, _LENGTH = 1.2, 0.75
"""BM25's usual k1 and b."""
_STEM_CHARS = 7
"""So many first letters make a word, so `photosynthesis` finds `photosynthetic`."""
_ENDINGS = ("ies", "es", "en", "s", "n", "e", "y")
"""Cut off where four letters stay: `cells` is `cell`, `Zellen` is `Zell`."""
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no spaces between words: Thai, Lao, Kana, Han; there two letters count as a word."""
_OF_QUESTIONS = frozenset(
    """
    a an and are as at be by can could did do does explain for from give had has have how i if in is it its
    me mean means my not of on or please say so tell than that the their them then there these they this to
    was we were what when where which who whose why will with would you your
    am an auf aus bei bitte das dem den der des die ein eine einen einer es für hat ich ihr im in ist man
    mit nach nicht oder sich sie sind so über um und uns von war warum was welche welcher welches wenn wer
    wie wieso wird wo wozu zu zum zur
    al como con cual cuando de del donde el ella en es esta este la las lo los no o para pero por porque que
    qué quien se ser si sin son su sus un una y
    a au aux ce ces cette comment dans de des du elle en est et il la le les leur ne ou où par pas pour
    pourquoi quand que quel quelle qui quoi sa se ses son sont sur un une
    """.split()  # noqa: SIM905 - as a list it would be a page long.
)
"""Words of which questions are made, and pages too; English, German, Spanish, French."""


@dataclass(frozen=True)
class NumberedLine:
    """A line of the transcript, by its own number."""

    n: int
    text: str


def best_lines(question: str, lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Return the lines that share telling words with the question, best first; none when none does."""
    scored = _scored(question, lines)[:MOST_LINES]
    least = scored[0][0] * LEAST_SHARE if scored else 0.0
    return [line for score, line in scored if score > 0 and score >= least]


def ranked(question: str, lines: Sequence[NumberedLine]) -> list[NumberedLine]:
    """Return all lines, those that match the question best first."""
    return [line for _, line in _scored(question, lines)]


def _scored(question: str, lines: Sequence[NumberedLine]) -> list[tuple[float, NumberedLine]]:
    pages = [Counter(words(line.text)) for line in lines]
    weights = _weights(set(words(question)), pages)
    mean = sum(page.total() for page in pages) / max(1, len(pages)) or 1.0
    scored = [(_score(page, weights, mean), line) for page, line in zip(pages, lines, strict=True)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].n))


def words(text: str) -> list[str]:
    """Return the words by which texts are compared, without those of which questions are made."""
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.search(word) and len(word) > 1:
            found += [word[start : start + 2] for start in range(len(word) - 1)]
        elif word not in _OF_QUESTIONS:
            found.append(_stem(word))
    return found


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)[:_STEM_CHARS]
    return word[:_STEM_CHARS]


def _weights(wanted: set[str], pages: Sequence[Counter[str]]) -> dict[str, float]:
    """Rare words tell more: BM25's inverse document frequency, which is never negative."""
    counts = {word: sum(word in page for page in pages) for word in wanted}
    return {word: math.log(1 + (len(pages) - n + 0.5) / (n + 0.5)) for word, n in counts.items() if n}


def _score(page: Counter[str], weights: dict[str, float], mean: float) -> float:
    length = 1 - _LENGTH + _LENGTH * page.total() / mean
    # Summed in the order of the words, since sums of fractions depend on theirs.
    found = ((page[word], weight) for word, weight in sorted(weights.items()))
    return sum(weight * n * (_SATURATION + 1) / (n + _SATURATION * length) for n, weight in found)
