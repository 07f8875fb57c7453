"""What ends a sentence: where something is, what it is for, what causes it. A gap asks for it."""

import re

from studylens.analysis.material.reading.sentences import Sentence, stands_alone
from studylens.analysis.material.rules.found import Found, leaks, tells
from studylens.analysis.material.wording.lexicon import DULL, JUDGING
from studylens.analysis.material.wording.patterns import FINITE
from studylens.analysis.material.wording.phrases import GAP
from studylens.judging.languages import PRONOUNS
from studylens.judging.text import content, words

_PLACE = {
    "en": r"(?:takes?|took) place (?:in|at|on)|(?:is|are) (?:located|found|situated|produced|stored) (?:in"
    r"|on|at|by)",
    "de": r"liegt (?:in|im|an|am)|liegen (?:in|im|an|am)|befindet sich (?:in|im|an|am|auf)|befinden sich "
    r"(?:in|im|an|am|auf)",
    "es": r"tienen? lugar en|se encuentran? en|se realizan? en|ocurren? en|están? situad[oa]s? en|se "
    r"localizan? en",
    "fr": r"a lieu (?:dans|à|en)|ont lieu (?:dans|à|en)|se trouve(?:nt)? (?:dans|à|en|sur)|est située? "
    r"(?:dans|à|en|sur)",
    "pt": r"ocorrem? n[oa]s?|localiza(?:m)?-se n[oa]s?|encontra(?:m)?-se n[oa]s?|situa(?:m)?-se n[oa]s?",
    "it": r"avviene (?:in|nel\w*)|avvengono (?:in|nel\w*)|si trova(?:no)? (?:in|nel\w*|tra|sull\w*)",
    "nl": r"ligt in|liggen in|bevindt zich in|bevinden zich in|zit in|zitten in|vindt plaats in|vinden "
    r"plaats in",
}
_PURPOSE = {
    "en": r"(?:is|are) responsible for|(?:is|are) used (?:for|as|to (?!be\b))|serves? (?:as|to)",
    "de": r"dient (?:zur|zum|der|als|dazu)|dienen (?:zur|zum|der|als|dazu)|ist (?:verantwortlich"
    r"|zuständig) für"
    r"|sind (?:verantwortlich|zuständig) für",
    "es": r"sirven? para|se encargan? de|es responsable de|son responsables de|se utilizan? para|se usan? "
    r"para",
    "fr": r"sert à|servent à|permet de|permettent de|est responsable de|est utilisée? pour",
    "pt": r"servem? para|é responsável por|são responsáveis por|é usad[oa] para|são usad[oa]s para",
    "it": r"serve (?:a|per)|servono (?:a|per)|permette di|permettono di|è responsabile d\w+|è usat[oa] per",
    "nl": r"dient (?:om|voor|als)|dienen (?:om|voor|als)|zorgt voor|zorgen voor|is verantwoordelijk voor"
    r"|wordt gebruikt (?:om|voor)|worden gebruikt (?:om|voor)",
}
_SOURCE = {
    "en": r"(?:is|are|was|were) caused by|results? from|arises? from|(?:is|are) formed (?:by|from|when)",
    "de": r"entsteht durch|entstehen durch|wird verursacht durch|beruht auf|beruhen auf|basiert auf",
    "es": r"se deben? a|es causad[oa] por|son causad[oa]s por|se produce(?:n)? (?:por|cuando)",
    "fr": r"est due? à|sont due?s à|est causée? par|résulte d[eu]",
    "pt": r"deve(?:m)?-se a[os]?|é causad[oa] por|são causad[oa]s por|resulta(?:m)? d[eao]s?",
    "it": r"è dovut[oa] a\w*|sono dovut[ie] a\w*|è causat[oa] da\w*|deriva da\w*",
    "nl": r"wordt veroorzaakt door|worden veroorzaakt door|ontstaat door|ontstaan door",
}
_RULES = (("place", _PLACE, 8), ("purpose", _PURPOSE, 14), ("cause", _SOURCE, 14))
"""Name, patterns, and how many words the answer may have."""
_PATTERNS = [
    (
        rule,
        {code: re.compile(rf"\s(?:{pattern})\s(?P<tail>[^,;:()]+?)\.?$") for code, pattern in table.items()},
        most,
    )
    for rule, table, most in _RULES
]
_MOST_SUBJECT_WORDS = 9
"""Words before the verb: a longer subject hides a clause."""
_THEIRS = frozenset(
    """
    its their his her ihr ihre ihren ihrem ihrer sein seine seinem seinen su sus son sa ses leur leurs suo sua
    suoi loro seu seus zijn haar hun
    """.split()  # noqa: SIM905 - as a list it would be half a page long.
)
"""Words that need their owner named before."""
_HERE = frozenset({"here", "there", "hier", "dort", "aquí", "ici", "aqui"})
_AND = frozenset({"and", "und", "y", "et", "e", "en"})
_OFTEN = re.compile(
    r"(?i)\b(?:this|that|which|who|que|qui|che|die|dat|can|may|might|some|many|most|often|sometimes)\b"
)


def find_tail(sentence: Sentence, language: str) -> Found | None:
    """Return the place, the purpose or the cause that ends a sentence."""
    if not stands_alone(sentence, language, 6, 30):
        return None
    for rule, patterns, most in _PATTERNS:
        found = patterns[language].search(sentence.text)
        if found and _asks(sentence.text[: found.start()], found["tail"], language, most=most):
            front = f"{sentence.text[: found.start('tail')]}{GAP}."
            n = sentence.line_of(found.start("tail"))
            return Found(front, found["tail"].rstrip(" ."), "cloze", n, rule, 0.68, group=rule)
    return None


def _asks(subject: str, tail: str, language: str, *, most: int) -> bool:
    """Say whether the subject names one thing and the end is a short answer that it does not give away."""
    said, asked = words(tail), words(subject)
    if not said or len(said) > most or len(asked) > _MOST_SUBJECT_WORDS or not tells(tail, language, 1):
        return False
    telling = [word for word in content(subject, language) if word not in DULL and word not in JUDGING]
    if not telling or _OFTEN.search(subject) or said[0] in PRONOUNS.get(language, ()) or said[0] in _THEIRS:
        return False
    second = set(said) & _AND and FINITE[language].search(tail)
    return not second and not set(said) & (_HERE | DULL) and not leaks(tail, subject)
