"""Lists that are asked as one: the number that is stated fits, or the heading names what is listed."""

import re
from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEADING, Block, runs
from studylens.analysis.material.reading.sentences import (
    CODE,
    ELSEWHERE,
    points_elsewhere,
    split,
    stands_alone,
)
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.rules.heads import Heads
from studylens.analysis.material.wording.lexicon import COUNTS, DULL, EMPTY_HEADS, LIST_KINDS
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS, IMPERATIVES
from studylens.judging.languages import EAST, SMALL_WORDS
from studylens.judging.text import content, words

_LABELLED = re.compile(r"[^:]{2,40}:\s")
_NAME_END = re.compile(r"\s?[:–(]\s?")


def find_lists(blocks: Sequence[Block], language: str) -> Iterator[Found]:
    """Yield each list of three to eight short members that ends on the page."""
    if language in EAST:
        return
    heads = Heads(blocks, language)
    for start, end in runs(blocks, BULLET):
        run = blocks[start:end]
        for lead, members in _groups(blocks[start - 1] if start else None, run):
            # A list that runs to the end of a page may go on over the leaf.
            closed = end < len(blocks) or _has_end(run, members[-1])
            found = _list(lead, members, heads, language) if closed and 3 <= len(members) <= 8 else None
            if found:
                yield found


def _groups(above: Block | None, run: Sequence[Block]) -> Iterator[tuple[Block, list[Block]]]:
    """Yield each list within a run of bullets: what stands above it, and the bullets of one depth."""
    for lead in [above, *run]:
        members = [block for block in run if block.parent is (None if lead is above else lead)]
        if lead is not None and members:
            yield lead, members


def _has_end(run: Sequence[Block], last: Block) -> bool:
    """Say whether a bullet that is not below `last` follows it."""
    after = run[next(place for place, block in enumerate(run) if block is last) + 1 :]
    return any(not _is_below(block, last) for block in after)


def _is_below(block: Block, upper: Block) -> bool:
    while block.parent is not None:
        block = block.parent
        if block is upper:
            return True
    return False


def _list(lead: Block, bullets: Sequence[Block], heads: Heads, language: str) -> Found | None:
    members = _members(bullets)
    if not members or not all(block.trusted for block in [lead, *bullets]):
        return None
    asked = _asked(lead, heads.of(bullets[0]) if lead.kind == HEADING else "", language)
    stated = {number for word, number in COUNTS.items() if re.search(rf"(?i)\b{word}\b", asked)} | {
        int(digit) for digit in re.findall(r"\b([2-8])\b", asked)
    }
    if not asked or (stated and len(members) not in stated) or words(members[0])[0] in IMPERATIVES:
        return None
    sentence = lead.kind != HEADING
    if sentence and not stated:
        return None
    front = PHRASES[language].name_all.format(what=asked, count=len(members))
    return Found(
        front,
        "; ".join(members),
        "short_answer",
        bullets[0].n,
        "list",
        0.8 if stated else 0.7,
        group=f"list:{lead.n}",
    )


def _members(bullets: Sequence[Block]) -> list[str]:
    """Return what a list lists; nothing when a member is long, open, code, or comes twice."""
    texts = [block.text.rstrip(" .;,") for block in bullets]
    if all(_LABELLED.match(text) for text in texts):
        texts = [_NAME_END.split(text)[0] for text in texts]
    short = all(2 < len(text) <= 60 and len(text.split()) <= 7 for text in texts)
    plain = not any(CODE.search(text) or text.endswith(("?", ":")) or not words(text) for text in texts)
    return texts if short and plain and len(set(texts)) == len(texts) else []


def _asked(lead: Block, head: str, language: str) -> str:
    """Return what the list is a list of, or nothing."""
    text = lead.text.strip()
    if (
        not text
        or EXERCISE_HEADS.match(text)
        or EMPTY_HEADS.match(text)
        or ELSEWHERE.search(text)
        or CODE.search(text)
    ):
        return ""
    last = split(text, language)[-1].rstrip(": .")
    if not words(last) or re.search(r"[:\[\]?]", last) or last.count(",") >= 2 or len(last) > 110:
        return ""
    counted = words(last)[0] in COUNTS and last[:1].isupper()
    if lead.kind == HEADING and not counted:
        last = head if head.endswith(last) else last
        telling = [word for word in content(last, language) if word not in DULL]
        return last if LIST_KINDS.search(last) and telling and len(content(last, language)) >= 2 else ""
    ends = counted or (text.endswith(":") and last[:1].isupper() and len(words(last)) >= 4)
    closed = words(last)[-1] not in SMALL_WORDS[language] or words(last)[-1] in {
        "are",
        "sind",
        "son",
        "sont",
        "são",
        "sono",
        "zijn",
    }
    if counted and len(words(last)) >= 2 and (lead.kind == HEADING or text.endswith(":")):
        return last if closed and not points_elsewhere(last, language) else ""
    return last if ends and closed and stands_alone(last + ".", language, 4) else ""
