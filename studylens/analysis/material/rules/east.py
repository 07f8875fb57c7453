"""Chinese and Japanese: what a thing is, what it is called, and the year of an event."""

import re

from studylens.analysis.material.reading.blocks import HEAD_NUMBER, Block
from studylens.analysis.material.reading.sentences import CODE, Sentence
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.wording.phrases import GAP, PHRASES
from studylens.judging.languages import EAST_POINTERS

_EAST_LABEL = re.compile(
    r"(?P<term>[^：:，。、？（(]{2,14})(?:[（(][^（）()]{1,20}[)）])?[：:]\s*(?P<text>.{4,160})$"
)
_EAST_GENERIC = re.compile(
    r"内容|概念|定义|特点|特征|原因|结果|意义|作用|功能|实质|条件|场所|因素|方法|目的|过程|结论|应用|类型|分类|组成|优点|缺点|举例|表现|関係|特徴|目的|原因|結果|意味"
)
"""Labels that only say something below the heading of the thing they are about."""
_OPEN_LABEL = re.compile(r"[\d的了在是]")
_NO_LABEL = re.compile(r"注意|例如|注|例|原因|答案|提示|解析")
_NO_HEAD = re.compile(r"[？?，。：]|第.{1,3}[章节節]|篇|分")
_SAYS = re.compile(r"[的是在能有由]|する|である|こと")
"""A text with one of these is more than a row of names."""
_IS = {
    "zh": re.compile(
        r"(?P<term>[\u4e00-\u9fffA-Za-z·\-]{2,12}?)(?:[（(][^（）()]{1,60}[)）])?(?:，(?:又称|也称|简称|亦称|又叫"
        r"|原名)[^，]{2,14})?，?"
        r"(?P<verb>是指|指的是|是一[种个类项门座部]|是由|定义为|指)(?P<text>.{8,120})$"
    ),
    "ja": re.compile(
        r"(?P<term>[\u3040-\u30ff\u4e00-\u9fffA-Za-zー・]{2,18})(?:[（(][^（）()]{1,60}[)）])?とは、?(?!対照|異な|違|別"
        r"|いえ|言え|限ら|逆)"
        r"(?P<text>.{8,120}(?:です|である|のこと|います|ます|もの|をいう|を指す|された|する|いる))$"
    ),
}
_NAMED = {
    "zh": re.compile(
        r"(?:称为|叫做|称作|被称之为|简称|叫作)[“「]?(?P<term>[\u4e00-\u9fffA-Za-z]{2,10})[”」]?(?=$|[，,（(])"
    ),
    "ja": re.compile(
        r"(?:を|は)、?[「『]?(?P<term>[\u30a0-\u30ff\u4e00-\u9fffA-Za-zー]{2,14})[」』]?と(?:呼びます|呼ばれます|呼ばれる|呼ぶ"
        r"|いいます|言います|いう)(?=$|。)"
    ),
}
_NAME = re.compile(r"[\u4e00-\u9fff\u30a0-\u30ffA-Za-z]{2}")
_YEAR = re.compile(r"(?<!\d)(?:1\d{3}|20[0-3]\d)年")
_PRONOUN = re.compile(
    r"[他她它]|该|此|这|那|同年|これ|それ|この|その|彼|同|また|さらに|一方|しかし|そして|なお|后来|随后|然而|同时|其后|目前|现在"
)
_OPEN_TERM = re.compile(
    r"[的了在是不有和与或]|[只就也都则还均便即]$|^(?:什么|一般|通常|主要|因此|所以|由于|もの|こと|わけ|ため)"
)


def find_east(sentence: Sentence, language: str) -> Found | None:
    """Return the fact of a sentence, or None."""
    text = sentence.text.strip().rstrip("。．！")
    if CODE.search(text) or len(text) > 160 or text[:1] in "》”」』）)，、":
        return None
    return (
        _is_a(sentence, text, language) or _named(sentence, text, language) or _year(sentence, text, language)
    )


def _is_a(sentence: Sentence, text: str, language: str) -> Found | None:
    found = _IS[language].match(text)
    if (
        not found
        or EAST_POINTERS.match(found["term"])
        or (language == "zh" and _OPEN_TERM.search(found["term"]))
    ):
        return None
    said = found["text"]
    if language == "zh" and found["verb"] in {
        "是一种",
        "是一个",
        "是一类",
        "是一项",
        "是一门",
        "是一座",
        "是一部",
        "是由",
    }:
        said = text[found.start("verb") + 1 :]
    if said.count("（") != said.count("）") or EAST_POINTERS.match(said):
        return None
    front = PHRASES[language].meaning.format(term=found["term"])
    return Found(front, said, "definition", sentence.line_of(0), "definition", 0.85, found["term"], said)


def _named(sentence: Sentence, text: str, language: str) -> Found | None:
    found = _NAMED[language].search(text)
    if not found or _PRONOUN.match(text) or EAST_POINTERS.match(text) or len(text) < 14:
        return None
    left = text[: found.start("term")] + text[found.end("term") :]
    if found["term"] in left or found.start("term") < 6 or _OPEN_TERM.search(found["term"]):
        return None
    front = f"{text[: found.start('term')]}{GAP}{text[found.end('term') :]}。"
    return Found(
        front, found["term"], "cloze", sentence.line_of(found.start("term")), "named", 0.8, found["term"]
    )


def _year(sentence: Sentence, text: str, language: str) -> Found | None:
    """A year is asked only of a sentence that names its subject before it."""
    years = list(_YEAR.finditer(text))
    if (
        len(years) != 1
        or not 14 <= len(text) <= 110
        or _PRONOUN.search(text[:20])
        or EAST_POINTERS.match(text)
    ):
        return None
    year = years[0]
    subject = text[: year.start()]
    told = len(subject) >= 3 and not subject.endswith("，") and _NAME.search(subject) is not None
    if language == "ja":
        topic = re.search(r"は|が", subject) and not re.match(r"[^はが、]{1,12}(?:では|には)", subject)
        told = told and bool(topic)
    if not told or subject[-1:] in "(（" or subject.startswith(("在", "于", "到", "从", "自")):
        return None
    front = f"{subject}{GAP}年{text[year.end() :]}。"
    return Found(front, year[0][:-1], "cloze", sentence.line_of(year.start()), "year", 0.7)


def find_east_label(block: Block, language: str) -> Found | None:
    """Return the label that a block is, with its heading in front where that names something."""
    found = _EAST_LABEL.match(block.text)
    if not found or _OPEN_LABEL.search(found["term"]) or _NO_LABEL.fullmatch(found["term"]):
        return None
    text, term = found["text"].rstrip("。；;，"), found["term"].strip("（）() ")
    head = HEAD_NUMBER.sub("", block.head).rstrip("：: ")
    fit = 2 <= len(head) <= 16 and not _NO_HEAD.search(head) and head != term
    if CODE.search(text) or text.endswith(("？", "?", "：")) or len(text) < (4 if fit else 8):
        return None
    generic = _EAST_GENERIC.search(term) is not None
    if not fit and (generic or ("、" in text and not _SAYS.search(text))):
        return None
    phrases = PHRASES[language]
    front = phrases.ask.format(what=f"{head} – {term}") if fit else phrases.meaning.format(term=term)
    named, group = "" if generic else term, f"label:{block.head}"
    return Found(front, text, "definition", block.n, "label", 0.75, named, text, group)
