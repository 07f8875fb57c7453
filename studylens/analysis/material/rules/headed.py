"""What the first line below a heading says that the heading means: "Heroku / A service that ..."."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEAD_NUMBER, HEADING, PROSE, Block
from studylens.analysis.material.reading.sentences import split
from studylens.analysis.material.rules.definitions import says_what
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.wording.lexicon import DULL, EMPTY_HEADS, GENERIC_LABELS, JUDGING, NO_KINDS
from studylens.analysis.material.wording.patterns import FINITE, NARROWED
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS, IMPERATIVES
from studylens.judging.languages import SMALL_WORDS
from studylens.judging.text import words

_IS = re.compile(
    r"(?:[Ii]s|[Ww]as|[Aa]re|[Ww]ere|[Ii]st|[Ss]ind|[Ee]st|[Ss]ont|[Ee]s|[Ss]on|[Èè]|[Ss]ono|[Éé])\s"
)
_AFTER = {
    "en": r"that|which|who|where|of|for|in|to|with|used|by|from|between|on|at|made|built",
    "de": r"von|zur|zum|für|in|mit|aus|des|der|zwischen|bei",
    "es": r"que|de|del|para|en|con|por|entre|donde",
    "fr": r"qui|que|dont|de|du|des|pour|en|à|dans|par|entre|où",
    "pt": r"que|de|do|da|para|em|com|por|entre|onde",
    "it": r"che|di|del|della|dei|per|in|con|da|tra|dove",
    "nl": r"die|dat|van|voor|in|met|om|waar|tussen",
}
_A = {
    "en": r"an?\s",
    "de": r"eine?\s",
    "es": r"una?\s",
    "fr": r"une?\s",
    "pt": r"uma?\s",
    "it": r"(?:un[oa]?\s|un['’])",
    "nl": r"een\s",
}
_KIND = {
    code: re.compile(
        rf"(?i:{_A[code]})(?P<kind>[\w’'-]+(?:\s[\w’'-]+){{0,3}}?)(?:,|\s(?:{after})\b|\s[dl]['’])"
    )
    for code, after in _AFTER.items()
}
"""An article, a noun with up to three words, and what narrows it: no verb between."""
_OF = {
    "en": r"of|for|from|between|used",
    "de": r"von|zur|zum|für|des|der|zwischen",
    "es": r"de|del|para|entre",
    "fr": r"de|du|des|pour|entre",
    "pt": r"de|do|da|para|entre",
    "it": r"di|del|della|dei|per|tra",
    "nl": r"van|voor|tussen",
}
_BARE = {
    code: re.compile(rf"(?P<kind>[\w’'-]+(?:\s[\w’'-]+){{0,2}}?)\s(?:{of})\b") for code, of in _OF.items()
}
"""The same without an article, as notes below their term begin: "Overall amount of happiness"."""
_LEAST_WORDS, _HEAD_WORDS = 4, 4


def find_headed(blocks: Sequence[Block], place: int, language: str) -> Found | None:
    """Return the meaning that block number `place` gives of the heading right above it, or None."""
    block = blocks[place]
    above = blocks[place - 1] if place else None
    nested = above is not None and block.parent is above
    if above is None or block.kind not in {PROSE, BULLET} or not (above.kind == HEADING or nested):
        return None
    term = HEAD_NUMBER.sub("", above.text).strip(" :")
    text = split(block.text, language)[0].rstrip(" .")
    begins = _IS.match(text)
    said = text[begins.end() :] if begins else text
    if (
        not _is_head(term, language)
        or not _is_kind(said, language, nested=nested)
        or not says_what(said, language)
    ):
        return None
    if (
        _ends_with_heading(block)
        or len(words(said)) < _LEAST_WORDS
        or set(words(term)) & set(words(said)[:4])
    ):
        return None
    front = PHRASES[language].meaning.format(term=term)
    return Found(front, said, "definition", block.n, "definition", 0.72, term, said)


def _is_head(term: str, language: str) -> bool:
    found = words(term)
    empty = EMPTY_HEADS.match(term) or EXERCISE_HEADS.match(term) or set(found) <= GENERIC_LABELS
    if not found or empty or found[0] in DULL or found[0] in IMPERATIVES:
        return False
    return term[:1].isupper() and is_term(term, language, 4)


def _is_kind(said: str, language: str, *, nested: bool) -> bool:
    """Say whether a text names a kind of thing and what sets it apart, and is no sentence of its own."""
    article, bare = _KIND[language].match(said), NARROWED[language].match(said)
    if bare and " " in bare["kind"] and not FINITE[language].match(said, bare.end()):
        bare = None
    if nested and not FINITE[language].search(said):
        bare = bare or _BARE[language].match(said)
    if not article and not bare:
        return False
    kind = words((article or bare)["kind"])  # type: ignore[index] # one of both is there.
    small = bare and not article and (set(kind) & SMALL_WORDS[language] or kind[0].endswith("ing"))
    return bool(kind) and not small and kind[0] not in JUDGING and not set(kind) & (NO_KINDS | DULL)


def _ends_with_heading(block: Block) -> bool:
    """Say whether a block's last line may be the next heading, because no mark stands before it."""
    last = block.text[block.spans[-1][0] :]
    return (
        len(block.spans) > 1
        and last[:1].isupper()
        and last[-1:] not in ".!"
        and len(last.split()) <= _HEAD_WORDS
    )
