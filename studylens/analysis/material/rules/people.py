"""Who made, found or named something, and which thing is the largest of its kind."""

import re

from studylens.analysis.material.reading.sentences import Sentence, stands_alone
from studylens.analysis.material.rules.found import Found, is_term, leaks, tells
from studylens.analysis.material.wording.phrases import GAP
from studylens.judging.languages import SMALL_WORDS
from studylens.judging.text import words

_NAME = (
    r"(?P<name>[A-ZÀ-Þ][\w.’'-]+"
    r"(?:\s(?:de|von|van|der|di|du|del|da|of|la|ibn|al)?\s?[A-ZÀ-Þ][\w.’'-]*[\w’'-]){1,3})"
)
_ROLE = (
    r"(?:(?:the|a|an|der|die|dem|den|el|la|le|l['’]|o|a|il|lo|de|het|een|ein|un|una|une)?"
    r"\s?(?:[a-zà-ÿ-]+\s){0,4})"
)
_DONE = {
    "en": r"(?:\b(?:developed|invented|discovered|founded|proposed|introduced|coined|written|composed"
    r"|painted|designed|built|established"
    r"|formulated|first described|isolated|directed|commissioned|led|devised|pioneered|conceived)\sby\s"
    r"|\bnamed after\s)",
    "es": r"\b(?:desarrollad[oa]s?|inventad[oa]s?|descubiert[oa]s?|fundad[oa]s?|propuest[oa]s?"
    r"|escrit[oa]s?|compuest[oa]s?|pintad[oa]s?"
    r"|diseñad[oa]s?|construid[oa]s?|formulad[oa]s?|acuñad[oa]s?|dirigid[oa]s?)\spor\s",
    "fr": r"\b(?:développée?s?|inventée?s?|découvert[e]?s?|fondée?s?|proposée?s?|écrit[e]?s?|composée?s?"
    r"|peint[e]?s?|conçue?s?|construit[e]?s?"
    r"|formulée?s?|dirigée?s?|réalisée?s?)\spar\s",
    "pt": r"\b(?:desenvolvid[oa]s?|inventad[oa]s?|descobert[oa]s?|fundad[oa]s?|propost[oa]s?|escrit[oa]s?"
    r"|compost[oa]s?|pintad[oa]s?"
    r"|desenhad[oa]s?|construíd[oa]s?|formulad[oa]s?|cunhad[oa]s?)\s(?:por|pelo|pela)\s",
    "it": r"\b(?:sviluppat[oaie]|inventat[oaie]|scopert[oaie]|fondat[oaie]|propost[oaie]|scritt[oaie]"
    r"|compost[oaie]|dipint[oaie]|progettat[oaie]"
    r"|costruit[oaie]|formulat[oaie]|coniat[oaie]|dirett[oaie])\s(?:da|dal|dallo|dalla)\s",
}
_TURNED = {
    "de": r"\bvon\s"
    + _ROLE
    + _NAME
    + r"\s(?:entwickelt|erfunden|entdeckt|gegründet|vorgeschlagen|eingeführt|geprägt|geschrieben|komponiert"
    r"|gemalt|entworfen|erbaut|gebaut|formuliert|verfasst|veröffentlicht)\b",
    "nl": r"\bdoor\s"
    + _ROLE
    + _NAME
    + r"\s(?:ontwikkeld|uitgevonden|ontdekt|gesticht|opgericht|voorgesteld|ingevoerd|geschreven|gecomponeerd"
    r"|geschilderd|ontworpen|gebouwd|geformuleerd)\b",
}
_MAKERS = {code: re.compile(verb + _ROLE + _NAME + r"(?=[\s.,;])") for code, verb in _DONE.items()} | {
    code: re.compile(pattern) for code, pattern in _TURNED.items()
}
_SEVERAL = re.compile(r"\s\((?:1|2)\d{3}|\s(?:und|and|y|et|e|en|&)\s(?:[A-ZÀ-Þ]|his|her|the)|['’]s\b")
_LARGEST = {
    "en": r"\s(?:is|are|was|were)\s(?:the\s(?:world['’]s\s)?(?:\w+-)?(?:\w{2,}est|most\s\w+"
    r"|first)\s[\w-]+(?:\s[\w-]+)*?\s(?:of|in|on|to|from)\s.{3,120})\.?$",
    "de": r"\s(?:ist|sind|war|waren)\s(?:(?:der|die|das)\s(?:\w+)?(?:\w{3,}ste)\s[\w-]+.{3,120})\.?$",
}
_LARGEST_OF = {
    code: re.compile(
        r"^(?:The\s|Der\s|Die\s|Das\s)?(?P<name>[A-ZÀ-Þ][\w’'-]+(?:\s[A-ZÀ-Þ][\w’'-]+){0,3})" + rest
    )
    for code, rest in _LARGEST.items()
}


def find_person(sentence: Sentence, language: str) -> Found | None:
    """Return who made, found or named the sentence's thing."""
    pattern = _MAKERS.get(language)
    found = pattern.search(sentence.text) if pattern else None
    if (
        not found
        or not stands_alone(sentence, language, 7)
        or _SEVERAL.match(sentence.text, found.end("name"))
    ):
        return None
    name = found["name"].rstrip(".,;'’")
    before = sentence.text[: found.start("name")]
    front = before + GAP + sentence.text[found.start("name") + len(name) :]
    if leaks(name, front) or not tells(before, language, 2) or words(name)[0] in SMALL_WORDS[language]:
        return None
    return Found(front, name, "cloze", sentence.line_of(found.start("name")), "person", 0.74, group="person")


def find_largest(sentence: Sentence, language: str) -> Found | None:
    """Return which named thing is the largest, the first, ... of its kind."""
    pattern = _LARGEST_OF.get(language)
    found = pattern.match(sentence.text) if pattern else None
    if not found or not stands_alone(sentence, language, 7, 26) or not is_term(found["name"], language):
        return None
    name = found["name"]
    front = sentence.text[: found.start("name")] + GAP + sentence.text[found.end("name") :]
    if leaks(name, front) or not tells(front.replace(GAP, ""), language, 3):
        return None
    return Found(front, name, "cloze", sentence.line_of(found.start("name")), "superlative", 0.7, name)
