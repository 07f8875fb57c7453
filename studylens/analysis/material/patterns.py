"""How English, German and Spanish sentences define: patterns with groups term, text, verb and article."""

import re

_TERM = r"[\"“„«]?(?P<term>[^\s,;:.()\"“”„«»]+(?:\s[^\s,;:.()\"“”„«»]+){0,4}?)[\"”“»]?(?:\s\([^()]{1,40}\))?"
_TEXT = r"(?P<text>.+)"


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern + "$") for pattern in patterns)


_EN = r"[\"“]?(?:(?P<article>[Aa]n?|[Tt]he)\s)?" + _TERM
_DE = r"(?:(?P<article>[Dd]er|[Dd]ie|[Dd]as|[Ee]ine?)\s)?" + _TERM
_ES = r"(?:(?P<article>[Ee]l|[Ll]as?|[Ll]os|[Uu]nas?|[Uu]n|[Uu]nos)\s)?" + _TERM
_EIN = r"(?:[Dd]en|[Dd]ie|[Dd]as|[Dd]er|[Ee]inen?|[Ee]ine?)"

PATTERNS = {
    "en": _all(
        r"(?P<text>[A-Z].*?)\s(?:is|are)\s(?:also\s)?(?:called|known\sas|termed|referred\sto\sas)\s(?:an?\s|the\s|its\s|their\s)?"
        + _TERM
        + r"(?:,.*)?",
        _EN + r"\s(?:means|refers\sto|denotes|stands\sfor|(?:is|are)\sdefined\sas)\s" + _TEXT,
        _EN + r"\s(?P<verb>is|was)\s(?P<text>(?:an?|the|any|one\sof|when|what)\s.+"
        r"|(?:\w+\s){1,3}?(?:that|which|who|where)\s.+)",
        _EN + r"\s(?P<verb>are|were)\s(?P<text>(?:an?|the|any|those)\s.+"
        r"|(?:\w+\s){1,4}?(?:that|which|who|where|of|in\swhich)\s.+"
        r"|(?:very\s\w+|\w+)\s\w+,\s(?:that|which|who|where)\s.+)",
    ),
    "de": _all(
        r"(?:Als|Mit)\s" + _TERM + r"\sbezeichnet\sman\s" + _TEXT,
        r"Unter\s(?:(?:dem|der|den|einem|einer)\s)?" + _TERM + r"\sversteht\sman\s" + _TEXT,
        r"(?P<text>.+?)\s(?:nennt|bezeichnet)\sman\s(?:als\s|auch\s)?" + _TERM,
        r"(?P<text>(?:[A-ZÄÖÜ]).+?)\s(?:heißt|heißen)\s(?:auch\s)?" + _TERM,
        r"(?P<text>[A-ZÄÖÜ].+?)\s(?:wird|werden)\s(?:als\s)?(?:auch\s)?"
        + _TERM
        + r"\s(?:genannt|bezeichnet)",
        _DE + r"\s(?:bezeichnet|bedeutet)\s(?P<text>" + _EIN + r"\s.+)",
        _DE + r"\s(?P<verb>ist|war)\s(?P<text>(?:der|die|das|eine?)\s.+)",
        _DE + r"\s(?P<verb>sind|waren)\s(?P<text>(?:der|die|das|alle)\s.+"
        r"|[\w\s]+,\s(?:\w+\s)?(?:die|denen|deren)\s.+)",
    ),
    "es": _all(
        r"(?P<text>[A-ZÁÉÍÓÚ].+?)\sse\s(?:llaman?|denominan?|conocen?\scomo)\s" + _TERM,
        r"Se\s(?:denominan?|llaman?|conocen?\scomo)\s" + _TERM + r"\sa(?:l)?\s(?:la\s|los\s|las\s)?" + _TEXT,
        _ES + r"\s(?:se\sdefinen?\scomo|significan?|consisten?\sen)\s" + _TEXT,
        _ES + r"\s(?P<verb>es|era|fue)\s(?P<text>(?:una?|el|la|cualquier)\s.+)",
        _ES + r"\s(?P<verb>son|eran|fueron)\s(?P<text>(?:los|las|unos|unas|el|la)\s.+|\w+\s(?:que|de)\s.+)",
    ),
}
NAMED = {
    "en": re.compile(
        r"\b(?:called|known as|termed|named|calls?\s(?:this|it))\s(?:the\s|an?\s|its\s)?"
        r"(?P<term>[\w-]+(?:\s[\w-]+)?)(?=[,.;)]|$)"
    ),
    "de": re.compile(r"\b(?:heißt|heißen|nennt man)\s(?:auch\s)?(?P<term>[A-ZÄÖÜ][\w-]+)(?=[,.;)]|$)"),
    "es": re.compile(r"\b(?:llam(?:ad[oa]s?|an?)|denomina(?:d[oa]s?|n)?)\s(?P<term>[\w-]+)(?=[,.;)]|$)"),
}
"""Where a sentence names something, even in its middle: the term is one to know."""
WHICH = re.compile(
    r"\b(?:an?|the|has|have|contains?|by|from|into|with|and|of|called)\s(?P<term>[^\W\d_]+(?:\s[^\W\d_]+)?),\s"
    r"which\s(?P<verb>is|are)\s(?P<text>(?:an?|the)\s[^,;]+)"
)
"""English "the X, which is the ..."."""
