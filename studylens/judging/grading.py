"""Is a typed answer right? Exact match after normalising, never similarity: mitosis is not meiosis.

What does not count: letter case as each language has it, how a letter is encoded, spaces, characters that
nobody sees, quotes around the whole answer, punctuation at its end, ¿ and ¡, the kind of dash or
apostrophe, and whether an article of the page's language stands in front. What counts: everything else, so
x² is x^2 and not x2, .5 is not 5, f' is not f, n! is not n.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from studylens.judging.letters import in_capitals, seen, small

ARTICLES = {
    "en": frozenset({"the", "a", "an"}),
    "de": frozenset({"der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer"}),
    "es": frozenset({"el", "la", "los", "las", "un", "una", "unos", "unas"}),
    "fr": frozenset({"le", "la", "les", "un", "une", "des"}),
}
"""By the language's ISO code."""
_ONE_FOR_ALL = "en"
"""Where articles say nothing about the noun; elsewhere a different one is a different answer."""
_LEAST_NOUN = 3
"""Letters after an article, at least: `a b` is algebra."""
_END = ".,;:?…。、؟،؛۔।॥"
_OPENING = re.compile("[¿¡]")
_CALL = re.compile(r"(?<=[^\W\d_]{3})[!?.…]+$")
"""After a word an exclamation mark is a closing mark; after a letter or a number it is a factorial."""
_QUOTES = ('""', "''", "“”", "„“", "«»", "‘’", "‚‘", "`" * 2)
_SIGNS = str.maketrans({
    **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("’‘ʼ′", "'"), "·": "*", "×": "*", "⋅": "*", "∗": "*",
})  # fmt: skip
_SUPER = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+")
_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_WORD = re.compile(r"[^\W\d_]+")


def is_right(given: str, answers: Iterable[str], language: str = "") -> bool:
    """Say whether `given` is one of the `answers`; `language` is that of the page, or empty."""
    text = seen(given).strip()
    if not normalise(text):  # Where a sign is the answer, it is what counts.
        return bool(text) and text in {seen(answer).strip() for answer in answers}
    return any(
        _same(normalise(mine), normalise(theirs), language)
        for answer in answers
        for mine, theirs in in_capitals(text, answer)
    )


def same_words(one: str, other: str) -> bool:
    """Say whether two texts are the same word for word, but for what does not count."""
    return any(normalise(mine) == normalise(theirs) for mine, theirs in in_capitals(one, other))


def normalise(text: str) -> str:
    """Return what two answers have in common that a reader takes for the same."""
    raised = _SUPER.sub(lambda found: "^" + found[0], _FRACTION.sub(" ", text))
    plain = unicodedata.normalize("NFKC", seen(raised)).replace("\N{FRACTION SLASH}", "/").translate(_SIGNS)
    words = " ".join(unicodedata.normalize("NFKC", small(seen(plain))).split())
    bare = _closed(_OPENING.sub("", words).strip())
    return _closed(_unquoted(bare))


def page_language(texts: Iterable[str]) -> str:
    """Return the ISO code of the language whose articles stand most often in the texts; empty for none."""
    words = Counter(word.casefold() for text in texts for word in _WORD.findall(text))
    counts = {code: sum(words[word] for word in articles) for code, articles in ARTICLES.items()}
    first, second = sorted(counts, key=lambda code: -counts[code])[:2]
    return first if counts[first] > counts[second] else ""


def without_article(text: str, language: str) -> str:
    """Return a normalised answer without an article of its language in front."""
    return _split_article(text, language)[1]


def _same(given: str, wanted: str, language: str) -> bool:
    if given == wanted:
        return True
    mine, rest = _split_article(given, language)
    theirs, noun = _split_article(wanted, language)
    same_article = not (mine and theirs) or language == _ONE_FOR_ALL
    return rest == noun and same_article


def _split_article(text: str, language: str) -> tuple[str, str]:
    article, _, rest = text.partition(" ")
    letters = sum(map(str.isalpha, rest))
    if article in ARTICLES.get(language, ()) and letters >= _LEAST_NOUN and rest[0].isalpha():
        return article, rest
    return "", text


def _closed(text: str) -> str:
    return _CALL.sub("", text.rstrip(_END + " ")).rstrip(_END + " ")


def _unquoted(text: str) -> str:
    if len(text) > 2 and text[0] + text[-1] in _QUOTES:
        return text[1:-1].strip()
    return text
