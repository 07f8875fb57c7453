"""What is known of nine languages: their small words, their pointing words, and how to tell them apart."""

import re
from collections import Counter

EAST = ("zh", "ja")
"""Languages without spaces between words."""
_LEAST_HITS = 3
"""Small words a text must hold before its language is believed."""
_SURE_SHARE, _LEAST_SHARE = 0.12, 0.06
"""Share of small words among all words: enough alone, and the least with which a language is named at all."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL_WORDS = {
    "en": _set(
        "a an the of in on at to for from with by and or but as is are was were be been being that which who "
        "whom whose this these those it its they them he him she his her their our your my we you i not "
        "no nor "
        "than then into onto over under between during after before about against through within without can "
        "could may might must shall should will would do does did has have had if when where while "
        "because so "
        "such also only very more most less least other others another any some all both each every many "
        "much "
        "few several same own too just there here how what why per via up down out off away back again once "
        "until unless since upon across along around"
    ),
    "de": _set(
        "der die das den dem des ein eine einen einem einer eines und oder aber von vom im in ins am an "
        "auf aus "
        "mit bei beim zu zum zur für ist sind war waren wird werden wurde wurden sein seine seinen seiner "
        "seinem "
        "ihr ihre ihren ihrer ihrem nicht kein keine auch nur noch schon als wie wenn dass weil ob sich "
        "es er "
        "sie wir man diese dieser dieses diesen diesem jede jeder jedes alle alles viele mehr sehr so um "
        "über "
        "unter nach vor durch gegen ohne zwischen hat haben hatte kann können muss müssen soll sollen da "
        "dort "
        "hier bis seit während wegen trotz deshalb daher also denn doch sondern dann damit dabei dazu welche "
        "welcher welches was wer wo sowie bzw etwa"
    ),
    "es": _set(
        "el la los las un una unos unas de del al a y e o u en con por para sin sobre entre hasta desde "
        "contra "
        "según que quien quienes cual cuales donde cuando como es son era eran fue fueron ser está están "
        "había "
        "hay ha han se su sus lo le les me te nos no ni sí más menos muy mucho mucha muchos muchas "
        "también ya "
        "pero sino porque pues si este esta estos estas ese esa esos esas esto eso aquel aquella todo "
        "toda todos "
        "todas cada otro otra otros otras así entonces luego aunque mientras qué cuál"
    ),
    "fr": _set(
        "le la les l un une des du de d et ou mais en dans sur sous par pour avec sans est sont était "
        "étaient "
        "qui que qu dont où il elle ils elles ce cette ces cet son sa ses leur leurs ne n pas plus au aux "
        "se s "
        "on nous vous être a ont été comme si y très aussi donc ainsi car lorsque entre vers chez afin "
        "tout tous "
        "toute toutes même c j quel quelle"
    ),
    "pt": _set(
        "o a os as um uma uns umas de do da dos das e ou mas em no na nos nas por pelo pela para com sem "
        "é são "
        "era eram foi foram que quem não mais se seu sua seus suas ao à aos às este esta isto esse essa isso "
        "como também já muito muitos muita muitas entre até desde sobre quando onde qual quais ser está "
        "estão há "
        "tem têm todo toda todos todas cada outro outra outros outras assim portanto"
    ),
    "it": _set(
        "il lo la i gli le l un uno una di del dello della dei degli delle d e ed o ma in nel nella nei "
        "nelle su "
        "sul sulla per con da dal dalla dai è sono era erano che chi cui non più si suo sua suoi loro questo "
        "questa questi queste al alla ai alle come anche se quando dove ogni tutto tutti tutte molto "
        "essere ha "
        "hanno viene vengono io sono quindi allora perché tra fra ci quale"
    ),
    "nl": _set(
        "de het een en of maar van in op aan uit met bij te tot voor naar door over onder tegen zonder "
        "tussen is "
        "zijn was waren wordt worden werd werden die dat deze dit wie wat waar wanneer als dan er niet "
        "geen ook "
        "nog al zich hij zij ze we wij men hun haar je kan kunnen moet moeten heeft hebben had om omdat "
        "want dus "
        "zo zeer meer meest veel elke alle ander andere per via na sinds tijdens"
    ),
}
"""Words that carry no fact of their own, by language code."""

TURNING = _set(
    "no not nor never none neither without more most less least few fewer all any some only before after "
    "under over above below up down out off until since against "
    "nicht kein keine keinen keiner nie ohne mehr weniger alle nur vor nach unter über gegen "
    "ni nunca sin más menos todo toda todos todas antes después sólo contra "
    "ne pas non jamais sans plus moins tout tous avant après "
    "não nem nunca sem mais menos depois né mai senza più meno tutto tutti prima dopo "
    "niet geen nooit zonder meer minder alle voor na"
)
"""Small words that turn an answer round, or change how much it says."""

POINTERS = {
    "en": _set(
        "it its this that these those they them he him she his her their such here there then thus therefore "
        "hence however also instead otherwise so but and or both another because we you i our your my indeed "
        "moreover furthermore similarly likewise additionally unfortunately today now finally later next "
        "nevertheless nonetheless still yet again meanwhile consequently accordingly "
        "one if although though while since recently currently"
    ),
    "de": _set(
        "dies diese dieser dieses diesen diesem er sie es ihr ihre ihren sein seine dort hier dann damit "
        "dabei "
        "dadurch deshalb daher also jedoch aber und oder sondern dazu beide wir du ich darum hierbei hierzu "
        "somit auch dafür außerdem zudem heute später danach daraufhin allerdings dennoch trotzdem "
        "zunächst schließlich anschließend letztere ersteres erstere dieselbe"
    ),
    "es": _set(
        "este esta estos estas ese esa esos esas esto eso él ella ellos ellas así entonces luego también "
        "pero y "
        "o aquel aquella además allí aquí ambos ambas nosotros su sus más lo sin por pues después "
        "finalmente hoy ahora si"
    ),
    "fr": _set(
        "il elle ils elles ce cet cette ces cela ceci ainsi donc mais et ou aussi alors puis enfin son sa "
        "ses "
        "leur leurs nous vous on c ici là celle celui ceux celles cependant toutefois aujourd si or"
    ),
    "pt": _set(
        "este esta estes estas isto esse essa esses essas isso ele ela eles elas assim então também mas e ou "
        "portanto além seu sua seus suas nós aqui ali ora hoje depois contudo porém todavia entretanto se"
    ),
    "it": _set(
        "quest quell questo questa questi queste quello quella esso essa essi esse lui lei loro così "
        "quindi allora anche ma e o inoltre suo sua suoi sue noi qui ci oggi poi attualmente dunque tuttavia "
        "però infatti successivamente infine se"
    ),
    "nl": _set(
        "dit dat deze die hij zij ze dus dan daarom daardoor hierdoor hier daar ook maar en of zijn haar hun "
        "beide we wij er hierbij zo nu later vervolgens verder echter toch daarnaast bovendien als"
    ),
}
"""Words at the head of a sentence that point outside of it."""

PRONOUNS = {
    "en": _set("it they them he him she this these those"),
    "de": _set("es er sie dies diese dieser dieses diesen diesem"),
    "es": _set("él ella ellos ellas este esta estos estas esto ese esa esos esas eso"),
    "fr": _set("il elle ils elles ce cet cette ces cela ceci"),
    "pt": _set("ele ela eles elas este esta estes estas isto esse essa esses essas isso"),
    "it": _set("esso essa essi esse lui lei questo questa questi queste quello quella"),
    "nl": _set("hij zij ze dit deze die"),
}
"""Words that stand for something named before, wherever they stand."""

EAST_POINTERS = re.compile(
    r"(?:这|那|它|他|她|该|此|其|本|我|你|如果|因为|虽然|但|而|これ|それ|この|その|あれ|彼|また)"
)
"""The same in Chinese and Japanese, at the head of a sentence."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0620-\u06ff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u03ac-\u03ce]{3}")),
    ("hi", re.compile(r"[\u0904-\u0939]")),
    ("th", re.compile(r"[\u0e01-\u0e30]")),
)
"""Scripts and the language that most texts in them are in; a Greek letter alone is a sign of mathematics."""
_HEARD_CHARS = 1_000
"""Characters that tell a language; more tell no more."""


def small_words(text: str) -> dict[str, int]:
    """Return how many small words of each language a text holds."""
    counts = Counter(word.lower() for word in _WORD.findall(text))
    # By the words of the text: of a card they are fewer than those of a language.
    return {
        code: sum(many for word, many in counts.items() if word in small)
        for code, small in SMALL_WORDS.items()
    }


def detect(text: str) -> str:
    """Return the code of the language that `text` is written in, or nothing when it cannot be told."""
    eastern = len(_EASTERN.findall(text))
    words = [word.lower() for word in _WORD.findall(text)]
    letters = sum(map(len, words)) or 1
    if eastern / letters > 0.4:
        return "ja" if len(_KANA.findall(text)) / eastern > 0.2 else "zh"
    hits = small_words(text)
    best = max(hits, key=lambda code: hits[code])
    if hits[best] >= max(_LEAST_HITS, _SURE_SHARE * len(words)):
        return best
    return best if hits[best] >= max(2, _LEAST_SHARE * len(words)) else ""


def spoken(*texts: str) -> str:
    """Return the code of the language in which texts are read aloud, by their script or their small words.

    The first text decides if it can; where two languages share its small words, the next are asked as well.
    """
    heard = ""
    for text in texts:
        if found := next((code for code, script in _SCRIPTS if script.search(text)), ""):
            return found
        heard = f"{heard} {text[:_HEARD_CHARS]}"
        hits = small_words(heard)
        most = max(hits.values())
        if list(hits.values()).count(most) == 1 and (found := detect(heard)):
            return found
    return ""
