"""Checks of what is asked and answered, by the item alone: it stands alone, is one fact, and is whole."""

import re

from studylens.judging.item import CHOICE, CLOZE, DEFINITION, Item, Page
from studylens.judging.languages import POINTERS, PRONOUNS, SMALL_WORDS, detect
from studylens.judging.text import (
    EASTERN,
    GAP,
    NUMBER,
    STEM_CHARS,
    contains,
    content,
    count_words,
    folded,
    normalised,
    words,
)

ANSWER_WORDS = 14
"""Words an answer may have: about 12 are recalled as one; two more let a closed phrase end."""
DEFINITION_WORDS = 40
"""A definition or a reason is one thought and may be longer."""
LIST_MEMBERS = 8
"""Members a list may have that is asked as one."""
UNASKED_MEMBERS = 3
"""Members that an answer may name without being asked for a list."""
_BEFORE_GAP_WORDS = 1
"""A gap that opens a sentence needs so many telling words after it."""
_ELSEWHERE = re.compile(
    r"(?i)\b(?:in|on|from|by|to|of|does|do|is|are)\s(?:the\s|this\s)(?:above|text|passage|page|diagram"
    r"|figure|image|picture"
    r"|photo|graph|table|lecture|slide|author|paragraph|chapter|example)\b|\baccording to (?:the|this)\b"
    r"|\b(?:shown|mentioned|described|discussed|listed|given|stated) (?:above|below|here|earlier|in the)\b"
    r"|\b(?:fig(?:ure)?|abb(?:ildung)?|tab(?:le|elle)?)\.?\s\d"
    r"|\b(?:siehe|laut (?:dem )?text|im text|in der abbildung|según el texto|en el texto|en la figura"
    r"|d['’]après le texte"
    r"|dans le texte|segundo o texto|no texto|secondo il testo|nel testo|volgens de tekst|in de tekst)\b"
)
_YES_NO = frozenset(
    "yes no true false ja nein wahr falsch sí verdadero falso oui non vrai faux sim não vero nee waar onwaar "  # noqa: SIM905
    "是 否 はい いいえ 对 错 真 假".split()
)
"""Answers that half of all guesses hit."""
_OPENED = re.compile(r"[({\[„«]")
_PAIRS = ("()", "[]", "{}", "«»")
_BOILERPLATE = re.compile(
    r"(?i)\bpublic domain\b|\b(?:image|photo) by\b|\breproduced\b|with permission|\bcredit:|©|\bcopyright\b"
    r"|\blicen[cs]ed? under\b|creative commons|\bCC[ -]BY|\bdoi\b|\bisbn\b|https?:|www\.|all rights|alle "
    r"rechte"
    r"|todos los derechos|tous droits|\bet al\.|\bpp\.\s?\d|retrieved from|university press|\w@\w+\.\w"
)
_SEPARATOR = re.compile(r"\s*[;•\n]\s*|\s*、\s*")
_COUNT_WORDS = {
    2: "two zwei dos deux due dois duas twee 两 二つ",
    3: "three drei tres trois tre três drie 三 三つ",
    4: "four vier cuatro quatre quattro quatro 四 四つ",
    5: "five fünf cinco cinq cinque vijf 五 五つ",
    6: "six sechs seis sei zes 六 六つ",
    7: "seven sieben siete sept sette sete zeven 七 七つ",
}
_COUNTS = {word: number for number, names in _COUNT_WORDS.items() for word in names.split()}
_LISTING = re.compile(
    r"(?i)\b(?:name|list|which are|what are|nenne\w*|zähle|welche|nombra|enumera|cuáles|cite|énumère|quels"
    r"|quelles|indica|quais"
    r"|elenca|quali|noem|welke)\b|列出|挙げ|哪些"
)
_STATED = re.compile(
    r"\((\d)\)\W*$|(\d)(?:項|项|つ)|(?i:name the|nenne die|nombra los|cite les|indica os|elenca i|noem "
    r"de)\s(\d)\b"
)
_LONG_KINDS = {DEFINITION}


def empty(item: Item, _page: Page | None) -> str:
    """Both sides must say something."""
    same = folded(item.asks) == folded(item.answer)
    return "empty" if not item.asks.strip() or not item.answer.strip() or same else ""


def pointer(item: Item, _page: Page | None) -> str:
    """What is asked must be understood alone: no pronoun without its noun, no "in the figure"."""
    if _ELSEWHERE.search(item.asks):
        return "pointer"
    language = detect(item.asks) or "en"
    asked = words(GAP.sub(" ", item.asks))
    if not asked or EASTERN.search(item.asks):
        return ""
    first = _first_telling(asked, language)
    if (
        item.kind == CLOZE
        and asked[0] in POINTERS.get(language, ())
        and asked[0] in PRONOUNS.get(language, ())
    ):
        return "pointer" if not item.asks.startswith("___") else ""
    unresolved = PRONOUNS.get(language, frozenset()) & set(asked[:first])
    relative = language in {"de", "nl", "es", "it"} and item.kind != CLOZE
    if unresolved - ({"die", "dies", "esta", "este", "questo", "questa"} if relative else frozenset()):
        return "pointer"
    return (
        "pointer"
        if re.search(r"(?i)\b(?:this|these) [a-z]+\b", item.asks) and "." not in item.asks[:-1]
        else ""
    )


def _first_telling(asked: list[str], language: str) -> int:
    """Return the place of the first word that names something (a verb such as "happen" does not)."""
    weak = {"happen", "happens", "mean", "means", "cause", "causes", "called", "many", "much", "long", "old"}
    small = SMALL_WORDS.get(language, frozenset())
    return next((i for i, word in enumerate(asked) if word not in small and word not in weak), len(asked))


def answer_in_question(item: Item, _page: Page | None) -> str:
    """The answer must not stand in what is asked, whole or (of a gap) by the beginning of its words."""
    asked = GAP.sub(" ", item.asks)
    if contains(asked, item.answer) and item.kind != DEFINITION:
        return "answer_in_question"
    telling = [word for word in content(item.answer) if len(word) > 4]
    if item.kind == CLOZE:
        left = {word[: STEM_CHARS - 1] for word in content(asked)}
        told = [word for word in telling if word[: STEM_CHARS - 1] in left]
        return "answer_in_question" if telling and len(told) > len(telling) / 2 else ""
    known = set(content(asked))
    if item.kind != DEFINITION and telling and all(word in known for word in content(item.answer)):
        return "answer_in_question"
    return ""


def gaps(item: Item, _page: Page | None) -> str:
    """A cloze has one gap, and something that tells what is asked."""
    found = len(GAP.findall(item.asks))
    if item.kind == CLOZE and not found:
        return "gap_missing"
    if found > 1:
        return "gap_count"
    if found and len(content(GAP.sub(" ", item.asks))) < 2 and not EASTERN.search(item.asks):
        return "vague"
    return ""


def length(item: Item, _page: Page | None) -> str:
    """An answer is short, or a list that is asked as one."""
    if item.kind == CHOICE or item.rule in {"cause", "asked"}:
        most = DEFINITION_WORDS
    else:
        most = DEFINITION_WORDS if item.kind in _LONG_KINDS or item.rule == "cell" else ANSWER_WORDS
    members = [part for part in _SEPARATOR.split(item.answer) if part.strip()]
    if len(members) > 1 and asks_for_list(item.asks):
        return "answer_long" if len(members) > LIST_MEMBERS else ""
    return "answer_long" if count_words(item.answer) > most else ""


def enumeration(item: Item, _page: Page | None) -> str:
    """A list is only an answer where a list is asked for, and then of as many members as are asked for."""
    members = members_of(item.answer)
    if item.kind in {CHOICE, CLOZE}:
        return ""
    asked = asked_count(item.asks)
    if asked and len(members) > 1 and len(members) != asked:
        return "count_differs"
    if len(members) > UNASKED_MEMBERS and not asks_for_list(item.asks) and item.kind != DEFINITION:
        return "enumeration" if item.rule not in {"cell", "asked"} else ""
    return ""


def members_of(answer: str) -> list[str]:
    """Return the members of a list: apart by semicolons, bullets or lines, else by commas in short pieces."""
    parts = [part for part in _SEPARATOR.split(answer) if part.strip()]
    if len(parts) > 1:
        return parts
    pieces = re.split(r",\s+(?:and\s|und\s|y\s|et\s|e\s|en\s)?|\s(?:and|und|y|et|e|en)\s", answer)
    short = all(0 < len(piece.split()) <= 3 for piece in pieces)
    return pieces if short and len(pieces) > 2 else [answer]


def asks_for_list(asks: str) -> bool:
    """Say whether a list is asked for."""
    return asked_count(asks) > 1 or _LISTING.search(asks) is not None


def asked_count(asks: str) -> int:
    """Return how many things are asked for, or 0; only a number at the end or right after the verb counts."""
    last = _STATED.search(asks)
    if last:
        return int(next(filter(None, last.groups())))
    asked = re.match(
        r"(?i)(?:name|list|what are|which are|nenne\w*|welche(?: sind)?|nombra|cuáles son|cite|quels sont"
        r"|indica|quais são"
        r"|elenca|quali sono|noem)\s(?:the|die|der|los|las|les|os|as|i|gli|le|de)?\s?(\w+)",
        asks.strip("¿ "),
    )
    word = asked[1].lower() if asked else ""
    return int(word) if word.isdigit() and len(word) == 1 else _COUNTS.get(word, 0)


def whole(item: Item, _page: Page | None) -> str:
    """An answer ends where its thought ends: no loose bracket, no small word at its end."""
    if (
        any(item.answer.count(pair[0]) != item.answer.count(pair[1]) for pair in _PAIRS)
        and "$" not in item.answer
    ):
        return "answer_open"
    last = words(item.answer)[-1:]
    loose = {"the", "of", "and", "or", "und", "der", "des", "oder", "du", "het"}
    ended = item.answer.rstrip().endswith((",", ":", "-")) or (
        last and last[0] in loose and item.answer[-1:].isalpha()
    )
    return "answer_open" if ended and len(words(item.answer)) > 1 else ""


def vague(item: Item, _page: Page | None) -> str:
    """A question names what it asks about; yes or no is guessed."""
    if normalised(item.answer) in _YES_NO and item.kind != CHOICE:
        return "trivial"
    telling = content(GAP.sub(" ", item.asks)) or NUMBER.findall(item.asks)
    short = not re.search(r"[^\W\d_]{2,}", item.asks)
    return (
        "vague" if not EASTERN.search(item.asks) and ((not telling and short) or not words(item.asks)) else ""
    )


def boilerplate(item: Item, _page: Page | None) -> str:
    """Rights, addresses and sources are no subject."""
    return "boilerplate" if _BOILERPLATE.search(f"{item.asks} {item.answer}") else ""
