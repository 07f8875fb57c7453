"""Phrases: what may be the name of something, and whether it stands in a sentence as a whole noun phrase."""

import re

from studylens.analysis.material.words import Language, word_set

INSIDE = word_set("of the de del la los las der des da von van")
"""Small words that a term may have inside."""
_MONTH_WORDS = word_set(
    "january february march april may june july august september october november december"
)
_VERB_NEXT = re.compile(
    r" [a-z]+(?:s|ed) (?:an?|the|its|their|his|her|this|these|our|each|every|some|all|no|them|it|him|how|that"
    r"|more|most|many|el|los|las|una?|sus?)\b"
)
"""A word that can only be a verb where it stands: "the forgetting curve *describes this* loss"."""
_AND = word_set("and or y e o u und oder")
_VERB_SIGNS = word_set(
    """
    a an the its their his her this these our your each every some all no too also very not only so more most
    often always off up out down away them it us him how el la los las un una su sus muy más también como
    """
)
"""What follows a verb but seldom a noun: "plants absorb *the* light"."""
_PHRASE_ENDS = word_set(
    "of is are was were that which who can may has have must will de del es son era eran fue fueron que"
)
"""What may follow a term of several words; before other words its last word could be a verb."""
_LEFT = re.compile(r"([\w’'-]+)[ ]$")
_NAME_BEFORE = re.compile(r"[A-ZÀ-Þ][\w-]+ (?:von|van|da|di|(?:and )?of|del?)(?: the| la| los)? $")
_NAME_AFTER = re.compile(r" (?:von|van|da|di|de|of)(?: the| la| los)? [A-ZÀ-Þ]")
_RIGHT = re.compile(r"[ ]([\w’'-]+)")


def root(text: str) -> str:
    """Return `text` in small letters, each word without the ending of its plural."""
    return " ".join(re.sub(r"(?<=\w{3})(?:es|s|n|en)$", "", word) for word in text.lower().split())


def strip_article(text: str, language: Language) -> str:
    """Return `text` without small words at its beginning."""
    words = text.split()
    while words and words[0].lower() in language.function_words:
        words.pop(0)
    return " ".join(words)


def trimmed(text: str, language: Language) -> str:
    """Return `text` from its first noun on, where the language shows nouns by a capital."""
    words = text.split()
    if language.code == "de":
        while words and not words[0][0].isupper():
            words.pop(0)
    return " ".join(words)


def is_named(text: str, language: Language) -> bool:
    """Whether `text` can be the name of something: by its words alone."""
    words = text.split()
    if not words or len(text) < 3 or not all(re.fullmatch(r"[\w’'·-]+", word) for word in words):
        return False
    ends = {words[0].lower(), words[-1].lower()}
    if ends & language.function_words or words[0][0].isdigit():
        return False
    if len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper() and language.code != "de":
        return not {words[0].lower()} & _MONTH_WORDS
    dull = {words[0].lower()} if len(words) > 1 else ends
    return not dull & language.dull and not _is_verbal(words, language)


def _is_verbal(words: list[str], language: Language) -> bool:
    """Whether small words inside or an English ending show more than a name."""
    if any(word.lower() in language.function_words and word.lower() not in INSIDE for word in words):
        return True
    if "the" in words and " of the " not in f" {' '.join(words)} ":
        return True
    ending = r"(?:ly|ed)$" if len(words) > 1 else r"(?:ly|ing|ed)$"
    return language.code == "en" and words[-1][0].islower() and re.search(ending, words[-1]) is not None


def is_name(phrase: str) -> bool:
    """Whether the first and the last word have capitals."""
    words = phrase.split()
    return words[0][0].isupper() and words[-1][0].isupper()


def _in_longer_name(text: str, start: int, end: int) -> bool:
    """Whether it is a piece of "Paul von Hindenburg", or two names of which nobody knows the border."""
    words = text[start:end].split()
    border = len(words) >= 3 and text[:start].endswith(("the ", "The ")) and not INSIDE & set(words)
    return border or bool(
        _NAME_BEFORE.search(text[max(0, start - 30) : start]) or _NAME_AFTER.match(text[end:])
    )


def stands_alone(text: str, start: int, end: int, language: Language) -> bool:
    """Whether text[start:end] is a whole noun phrase there: introduced before, and not going on after."""
    if _in_longer_name(text, start, end):
        return False
    left, right = _LEFT.search(text[max(0, start - 40) : start]), _RIGHT.match(text[end : end + 40])
    before, after = left[1] if left else "", right[1] if right else ""
    phrase = text[start:end]
    if language.code == "de":
        return _german_noun(phrase, text[:start], after, language)
    if is_name(phrase) and (start > 0 or " " in phrase):
        return not (_capital(before, language) or _capital(after, language))
    # After "and" a verb may stand as well as a noun.
    introduced = not before or before.lower() in language.introducers - _AND
    return introduced and _ends_there(phrase, text[end : end + 60], after.lower(), language)


def _ends_there(phrase: str, rest: str, after: str, language: Language) -> bool:
    """Whether a phrase in small letters ends where `rest` begins (its first word is `after`)."""
    if _VERB_NEXT.match(rest):
        return True
    # "Memory shows that": before "that" a word with an s may be a verb.
    doubtful = after == "that" and phrase.endswith("s")
    if " " in phrase and after and (after not in _PHRASE_ENDS or doubtful):
        return False
    return (not after or after in language.function_words) and after not in _VERB_SIGNS


def _capital(word: str, language: Language) -> bool:
    return word[:1].isupper() and word.lower() not in language.function_words


def _german_noun(phrase: str, before: str, after: str, language: Language) -> bool:
    """Whether a German phrase is one noun or one name: not "Blut Sauerstoff" in "das Blut Sauerstoff"."""
    words = phrase.split()
    capitals = [word for word in words if word[0].isupper()]
    if not words[-1][0].isupper() or len(capitals) > 2 or _capital(after, language):
        return False
    if any(word[0].islower() and word not in INSIDE for word in words[1:]):
        return False
    article = re.search(r"\b(?:[dD](?:er|ie|as|en|em|es)|[eE]ine?[nmrs]?) $", before) is not None
    if len(capitals) == 2 and len(words) == 2 and article:
        return words[0].endswith(("er", "sche", "schen", "scher", "sches"))
    beside = re.search(r"(\w+) (\w+) $", before)
    # A noun may follow another that has its own article or adjective: "der Farbstoff Chlorophyll".
    return beside is None or not _capital(beside[2], language) or beside[1][0].islower()
