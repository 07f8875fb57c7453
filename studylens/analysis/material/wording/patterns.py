"""How seven languages define, name and give reasons: patterns over whole sentences, by language code."""

import re

_TERM = (
    r"[\"“„«‘']?(?P<term>[^\s,;:.()\"“”„«»?!|]+(?:\s[^\s,;:.()\"“”„«»?!|]+){0,4}?)[\"”“»’']?"
    r"(?P<aside>\s\([^()]{1,130}\))?"
)


def _flat(**patterns: str) -> dict[str, re.Pattern[str]]:
    return {code: re.compile(pattern) for code, pattern in patterns.items()}


_ARTICLE = {
    "en": r"(?:(?P<article>[Aa]n?|[Tt]he)\s)?",
    "de": r"(?:(?P<article>[Dd]er|[Dd]ie|[Dd]as|[Ee]ine?)\s)?",
    "es": r"(?:(?P<article>[Ee]l|[Ll]as?|[Ll]os|[Uu]na?)\s)?",
    "fr": r"(?:(?P<article>[Ll]e\s|[Ll]a\s|[Ll]es\s|[Ll]['’]|[Uu]ne?\s))?",
    "pt": r"(?:(?P<article>[OoAa]s?|[Uu]ma?)\s)?",
    "it": r"(?:(?P<article>[Ii]l\s|[Ll]o\s|[Ll]a\s|[Gg]li\s|[Ii]\s|[Ll]e\s|[Ll]['’]|[Uu]n[oa]?\s"
    r"|[Uu]n['’]))?",
    "nl": r"(?:(?P<article>[Dd]e|[Hh]et|[Ee]en)\s)?",
}
_IS = {
    "en": r"(?:is|are|was|were)",
    "de": r"(?:ist|sind|war|waren)",
    "es": r"(?:es|son|era|fue|eran)",
    "fr": r"(?:est|sont|était)",
    "pt": r"(?:é|são|era|foi)",
    "it": r"(?:è|sono|era)",
    "nl": r"(?:is|zijn|was|waren)",
}
_PLAINLY = {
    "en": "essentially|basically|simply|in essence",
    "de": "im Wesentlichen|im Grunde|einfach",
    "es": "esencialmente|básicamente|simplemente",
    "fr": "essentiellement|simplement",
    "pt": "essencialmente|basicamente|simplesmente",
    "it": "essenzialmente|semplicemente",
    "nl": "in wezen|eigenlijk|gewoon",
}
"""Adverbs between copula and definiens that take nothing away from it; "usually" does."""
_A = {
    "en": r"(?:an?|any|one of(?: the)?)\s",
    "de": r"(?:eine?|jede[rs]?)\s",
    "es": r"(?:una?|cualquier|unos|unas)\s",
    "fr": r"(?:une?|des|tout|toute)\s",
    "pt": r"(?:uma?|qualquer)\s",
    "it": r"(?:un[oa]?\s|un['’]|dei\s|delle\s)",
    "nl": r"(?:een|elke?)\s",
}
_THE = {
    "en": r"the\s",
    "de": r"(?:der|die|das)\s",
    "es": r"(?:el|la|los|las)\s",
    "fr": r"(?:le\s|la\s|les\s|l['’])",
    "pt": r"(?:o|a|os|as)\s",
    "it": r"(?:il\s|lo\s|la\s|i\s|gli\s|le\s|l['’])",
    "nl": r"(?:de|het)\s",
}
_WHICH = {
    "en": r"(?:that|which|who)\s",
    "de": r",\s(?:die|der|das|deren|welche)\s",
    "es": r"que\s",
    "fr": r"(?:qui|que|dont)\s",
    "pt": r"que\s",
    "it": r"che\s",
    "nl": r"(?:die|dat|waarbij)\s",
}
_APPOSED = (
    r"(?:,\s(?:also|or|aussi|ou|appelée?s?|oder|auch|o|también|llamad[oa]s?|ovvero|chiamat[oaie]|detto|dett[aie]"
    r"|também|chamad[oa]s?|ook|of)\s[^,.;:]{2,60},)?"
)
"""Another name between a term and its verb."""
IS_A = {
    code: re.compile(
        _ARTICLE[code]
        + _TERM
        + _APPOSED
        + r"\s"
        + _IS[code]
        + rf"\s(?:(?:{_PLAINLY[code]})\s)?(?P<text>(?P<a>"
        + _A[code]
        + r")?(?P<the>"
        + _THE[code]
        + r")?.+)$"
    )
    for code in _IS
}
"""article, term, copula, definiens; `a` or `the` when it begins with an article."""
NARROWED = {code: re.compile(r"(?P<kind>[\w-]+(?:\s[\w-]+){0,2})\s?" + _WHICH[code]) for code in _IS}
"""A bare noun that a relative clause narrows: "organelles that make energy"."""

_MEANS = {
    "en": r"(?:means|refers to|denotes|stands for|(?:is|are)(?: usually| often)? defined as|is when"
    r"|(?:occurs?|happens?|takes? place|arises?) when"
    r")",
    "de": r"(?:bezeichnet|bedeutet|(?:ist|sind) definiert als)",
    "es": r"(?:se definen? como|significan?|consisten? en|(?:es|está) definid[oa] como|se refieren? a)",
    "fr": r"(?:désigne(?:nt)?|signifie(?:nt)?|consiste(?:nt)? (?:à|en)|(?:est|sont) définie?s? (?:comme"
    r"|par)|se définit comme)",
    "pt": r"(?:define-se como|significa|consistem? em|(?:é|são) definid[oa]s? como|refere-se a)",
    "it": r"(?:significa|consist(?:e|ono) (?:in|nel|nella|di)|(?:è|viene) definit[oa] come|indica)",
    "nl": r"(?:betekent|(?:wordt|worden) gedefinieerd als|verwijst naar|staat voor)",
}
MEANS = {
    code: re.compile(_ARTICLE[code] + _TERM + _APPOSED + r"\s" + verb + r"\s(?P<text>.+)$")
    for code, verb in _MEANS.items()
}
"""Term, a verb that defines, definiens."""

TURNED = {
    "de": [
        re.compile(r"Unter\s(?:(?:dem|der|den|einem|einer)\s)?" + _TERM + r"\sversteht\sman\s(?P<text>.+)$"),
        re.compile(r"(?:Als|Mit)\s" + _TERM + r"\sbezeichnet\sman\s(?P<text>.+)$"),
    ],
    "fr": [
        re.compile(
            r"On appelle\s(?:l['’]|la\s|le\s|les\s|une?\s)?"
            + _TERM
            + r"\s(?P<text>(?:une?|le|la|les|l['’]|tout|des).+)$"
        )
    ],
    "es": [
        re.compile(
            r"Se (?:llama|denomina|entiende por)\s(?:el\s|la\s|un\s|una\s)?"
            + _TERM
            + r"\s(?:a|al)\s(?P<text>.+)$"
        )
    ],
    "nl": [re.compile(r"Onder\s(?:de\s|het\s|een\s)?" + _TERM + r"\sverstaat\smen\s(?P<text>.+)$")],
    "it": [
        re.compile(
            r"(?:Si definisce|Si chiama|Per (?=.{3,40}\ssi intende\s))\s?(?:il\s|la\s|l['’])?"
            + _TERM
            + r"\s(?:si intende\s)?(?P<text>(?:un[oa]?\s|il\s|la\s|l['’]|un['’]).+)$"
        )
    ],
    "pt": [
        re.compile(
            r"(?:Chama-se|Designa-se por|Entende-se por)\s(?:o\s|a\s|um\s|uma\s)?"
            + _TERM
            + r"\s(?:a\s|ao\s|à\s)?(?P<text>(?:um|uma|o|a)\s.+)$"
        )
    ],
}
"""The verb first: "Unter X versteht man ...", "On appelle X ..."."""

_END = r"(?=\s?(?:[,.;)(]|$)|\s(?:"
NAMED = _flat(
    en=r"\b(?:called|known as|termed|referred to as)\s(?:an?\s"
    r"|the\s)?[\"“]?(?P<term>[\w’'-]+(?:\s[\w’'-]+){0,2}?)[\"”]?"
    r"(?=[,.;)(]|$|\s\(|\s(?:and|that|which|because|when|if)\b)",
    de=r"(?:\b(?:nennt man|heißt|heißen|bezeichnet man als|genannt)\s(?:auch\s|die\s|der\s|das\s)?[„\"]?"
    r"(?P<term>[A-ZÄÖÜ][\w-]+(?:\s[A-ZÄÖÜ][\w-]+)?)[“\"]?" + _END + r"und\b)))"
    r"|(?:\b(?:als|auch)\s[„\"]?(?P<term2>[A-ZÄÖÜ][\w-]+)[“\"]?\s(?:genannt|bezeichnet)\b)",
    es=r"\b(?:llamad[oa]s?|se llaman?|denominad[oa]s?|se denominan?|conocid[oa]s? como|se conocen? como)\s"
    r"(?:el\s|la\s|los\s|las\s)?[\"«“]?(?P<term>[\w-]+(?:\sde\s[\w-]+|\s[\w-]+)?)[\"»”]?"
    + _END
    + r"y\b|que\b))",
    fr=r"\b(?:on appelle|appelée?s?|s['’]appellent?|nommée?s?|dénommée?s?|on parle (?:alors )?d[e'’])\s?"
    r"(?:le\s|la\s|les\s|une?\s|l['’])?[\"«“]?\s?(?P<term>[\w-]+(?:\s(?:de|du|des)\s[\w-]+"
    r"|\s[\w-]+)?)\s?[\"»”]?" + _END + r"et\b|qui\b))",
    pt=r"\b(?:chamad[oa]s?(?: de)?|chama-se|chamam-se|denominad[oa]s?|conhecid[oa]s? (?:como|por)|dá-se o "
    r"nome de)\s"
    r"(?:o\s|a\s|os\s|as\s)?[\"«“]?(?P<term>[\w-]+(?:\sde\s[\w-]+|\s[\w-]+){0,2}?)[\"»”]?"
    + _END
    + r"e\b|que\b))",
    it=r"\b(?:chiamat[oaie]|si chiamano?|dett[oaie](?:\sanche)?|si dic(?:e|ono)|denominat[oaie]|prend(?:e"
    r"|ono) il "
    r"nome di)\s"
    r"(?:il\s|la\s|lo\s|gli\s|l['’])?[\"«“]?(?P<term>[\w-]+(?:\sdi\s[\w-]+|\s[\w-]+)?)[\"»”]?"
    + _END
    + r"e\b|che\b))",
    nl=r"(?:\b(?:heet|heten|noemt men|noemen we|genaamd)\s(?:de\s|het\s|een\s)?(?P<term>[\w-]+(?:\s[\w-]+)?)"
    + _END
    + r"en\b)))"
    r"|(?:\b(?P<term2>(?!eerder|zo\b|hier|boven|ook\b|laatst|vaak|meestal)[\w-]+)\sgenoemd\b)",
)
"""A sentence that gives a thing its name."""

CAUSE = _flat(
    en=r",?\s(?:because|because of|due to)\s(?!of\b)",
    de=r",\s(?:weil|da)\s",
    es=r",?\s(?:porque|debido a)\s",
    fr=r",?\s(?:parce qu(?:e\s|['’])|car\s|en raison d(?:e\s|u\s|['’]))",
    pt=r",?\s(?:porque|devido (?:a|ao|à|aos|às))\s",
    it=r",?\s(?:perché|poiché|a causa d\w+)\s",
    nl=r",?\s(?:omdat|doordat|wegens)\s",
)
"""Where a reason begins."""

MEMBERS = _flat(
    en=r"\b(?:consists? of|(?:is|are) composed of|(?:is|are) made up of|(?:is|are) divided into|comprises?"
    r"|(?:three|four|five|six|two)\s(?:main\s|major\s|different\s|basic\s)?\w+(?:\s\w+)?\s?(?:are"
    r"|:))\s(?P<list>[^;:()]+)",
    de=r"\b(?:besteht aus|bestehen aus|gliedert sich in|unterteilt in|setzt sich zusammen aus|umfasst"
    r"|unterscheidet man)\s"
    r"(?P<list>[^;:()]+)",
    es=r"\b(?:se compone de|se componen de|está compuest[oa] por|consta de|se dividen? en|está formad[oa] "
    r"por)\s(?P<list>[^;:()]+)",
    fr=r"\b(?:est composée? de|se compose de|comprend|est constituée? de|se divise en)\s(?P<list>[^;:()]+)",
    pt=r"\b(?:é compost[oa] por|compõe-se de|divide-se em|é constituíd[oa] por|dividem-se "
    r"em)\s(?P<list>[^;:()]+)",
    it=r"\b(?:è compost[oa] da|si compone di|si divide in|è costituit[oa] da|comprende)\s(?P<list>[^;:()]+)",
    nl=r"\b(?:bestaat uit|bestaan uit|is opgebouwd uit|wordt verdeeld in|omvat)\s(?P<list>[^;:()]+)",
)
"""A whole and its parts, named in one sentence."""

AND = re.compile(r",\s(?:and\s|und\s|y\s|et\s|e\s|en\s)?|\s(?:and|und|y|et|e|en|ed|sowie)\s")
"""Between the members of a list."""

BEFORE_YEAR = _flat(
    en=r"(?:in|In|[Aa]round|[Aa]bout|circa|since|Since|until|by|of|On|on|\w+ber|January|February|March|April|May|June|July|August)\s$",
    de=r"(?:im Jahre?|Im Jahre?|[Ss]eit|[Nn]ach|[Aa]b|bis|[Uu]m|[A-ZÄÖÜ]\w+)\s$",
    es=r"(?:[Ee]n|\w+bre de|(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto) de|[Dd]esde|hasta|año)\s$",
    fr=r"(?:janvier|février|mars|avril|mai|juin|juillet|août|\w+bre|[Ee]n|[Dd]epuis|vers|[Dd]ès|année)\s$",
    pt=r"(?:[Ee]m|[Dd]esde|até|ano de|ano|(?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto"
    r"|\w+bro) de)\s$",
    it=r"(?:[Nn]el|[Dd]al|del|anno|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|\w+bre)\s$",
    nl=r"(?:[Ii]n|[Ss]inds|[Vv]anaf|tot|rond|januari|februari|maart|april|mei|juni|juli|augustus|\w+ber)\s$",
)
"""What stands before a year that dates the sentence."""

FINITE = _flat(
    en=r"\b(?:is|are|was|were|has|have|had|can|will|does|did|became|led|made|began|won|died|\w{3,}ed)\b",
    de=r"\b(?:ist|sind|war|waren|hat|haben|hatte|wird|werden|wurde|wurden|kann|können|\w{3,}te|\w{3,}ten)\b",
    es=r"\b(?:es|son|era|eran|fue|fueron|ha|han|está|están|tiene|\w{3,}(?:ó|aron|ieron|aba|ía))\b",
    fr=r"\b(?:est|sont|était|étaient|a|ont|fut|peut|\w{3,}(?:ait|aient|èrent))\b",
    pt=r"\b(?:é|são|era|eram|foi|foram|tem|têm|está|\w{3,}(?:ou|aram|eram|iram|ava))\b",
    it=r"\b(?:è|sono|era|erano|fu|furono|ha|hanno|viene|può|\w{3,}(?:ò|arono|irono|ava))\b",
    nl=r"\b(?:is|zijn|was|waren|heeft|hebben|had|wordt|worden|werd|werden|kan|kunnen|\w{3,}(?:de|te))\b",
)
"""A finite verb, most of the time: a bullet without a full stop is a sentence when it has one."""

SURE_VERBS = {
    "en": re.compile(r"\b(?:is|are|was|were|has|have|had|can|will)\b"),
    "de": re.compile(
        r"\b(?:ist|sind|war|waren|hat|haben|hatte|wird|werden|wurde|wurden|kann|können|muss|müssen)\b"
    ),
    "es": re.compile(r"\b(?:es|son|era|eran|fue|fueron|ha|han|está|están|tiene|tienen)\b"),
    "fr": re.compile(r"\b(?:est|sont|était|étaient|a|ont|fut|peut|peuvent|représentent)\b"),
    "pt": re.compile(r"\b(?:é|são|era|eram|foi|foram|tem|têm|está|estão)\b"),
    "it": re.compile(r"\b(?:è|sono|era|erano|fu|furono|ha|hanno|viene|può|vince|entra|conquistano)\b"),
    "nl": re.compile(r"\b(?:is|zijn|was|waren|heeft|hebben|had|wordt|worden|werd|kan|kunnen)\b"),
}
"""Verbs that are never anything else."""
