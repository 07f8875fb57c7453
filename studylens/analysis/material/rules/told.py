"""What the sentence behind a label says of it: "Permutation – A permutation is an arrangement of objects"."""

import re

_ARTICLE = (
    r"(?:(?:an?|the|eine?|der|die|das|une?|l[ae]|les|el|los|las|una?|il|lo|uma?|os?|as?|een|het|de)\s|l['’])?"
)
_OF_ANY = r"(?:\s(?:of an?|einer|eines|d['’]une?|de una?|di un[ao]?|de uma?|van een)(?:\s[\w-]+){1,3}?)?"
"""Whose it is, where any will do: "the variance of a random variable"; of one alone it would be a fact."""
_SYMBOL = r"(?:\s\w{1,2}|\s\([^()]{1,30}\)|,[^,.]{2,40},)?"
"""Between a term and its verb: a letter that stands for it, or an aside such as `, often noted X,`."""
_IS = r"(?:is|are|ist|sind|est|sont|es|son|è|sono|é|são|zijn)"
_CALLED = (
    r"(?:(?:is|are) (?:called|known as|termed|referred to as)|heißt|nennt man|est appelée?|s['’]appelle"
    r"|se llama|se conoce como|si chiama|é chamad[oa]|chama-se|heet|noemt men)"
)
_KIND = (
    r"(?:(?:an?|the|any|ein\w{0,2}|der|die|das|une?|l[ae]|el|los|las|una?|il|lo|uma?|os?|as?|een|het|de)\s|l['’])"
    r"(?!most\b|best\b|only\b|main\b|key\b|basis\b|wichtigste|más\b|mais\b|plus\b|più\b|meest)"
)
"""How the naming of a kind begins; "is important" and "is the most common" say no meaning."""
_LEAST_CHARS = 8


def told_of(term: str, sentence: str) -> str:
    """Return what a sentence says of the term that it is about, or nothing when it is not so built."""
    name = re.escape(term)
    found = re.match(
        rf"(?i){_ARTICLE}{name}{_OF_ANY}{_SYMBOL}\s{_IS}\s(?P<said>{_KIND}\S.*)", sentence
    ) or re.match(rf"(?i)(?P<said>[^,;:]{{{_LEAST_CHARS},160}}?)\s{_CALLED}\s{_ARTICLE}{name}\b", sentence)
    said = found["said"].rstrip(" .;,:") if found else ""
    return said if len(said) >= _LEAST_CHARS else ""
