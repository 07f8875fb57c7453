"""Which language a page is in, told by its small words."""

import re
from collections import Counter
from collections.abc import Iterable

from studylens.analysis.material.words import ENGLISH, LANGUAGES, UNKNOWN, Language

_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


def detect_language(texts: Iterable[str]) -> Language:
    """Return the language whose small words are most frequent; UNKNOWN for a script that is not Latin.

    A page without any small word (a slide of keywords) counts as English, whose rules ask the most of a term.
    """
    words = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    letters = "".join(words)
    if len(_LATIN.findall(letters)) < len(letters) / 2:
        return UNKNOWN
    counts = {
        language: sum(words[word] for word in language.function_words & words.keys())
        for language in LANGUAGES
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(2, 0.04 * sum(words.values())) else ENGLISH
