"""Questions that a page asks and answers itself, one below the other."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEADING, PROSE, Block
from studylens.analysis.material.reading.sentences import (
    BOILERPLATE,
    CODE,
    ELSEWHERE,
    points_elsewhere,
    split,
)
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.rules.labels import LABEL
from studylens.analysis.material.wording.tasks import IMPERATIVES
from studylens.judging.languages import EAST
from studylens.judging.text import content, stems, words

_INLINE = re.compile(r"(?P<asks>[^?？]{8,110}\?)\s+(?P<text>[A-ZÀ-Þ\d][^?？]{3,220})$")
_ASKS = re.compile(
    r"(?i)¿?(?:what|who|when|where|which|why|how|was|wer|wann|wo|warum|wie|welche\w?|wodurch|qué|quién\w*"
    r"|cuál\w*|cómo|dónde|cuándo|por qué|qu['’]\w+|que|quel\w*|qui|comment|pourquoi|où|quand|che|cosa|cos['’]"
    r"|chi|quando|dove|perché|come|wat|waar|waarom|welke?|hoe|o que|quem|qual)\b"
)
_IT_IS = re.compile(
    r"(?i)(?:it is|es ist|es|son|c[’']est|è|sono|é|são|het is|because|weil|porque|parce que|perché|omdat)\b"
)
_OPTION = re.compile(r"\W*(?:[a-eA-E1-5][).]\s)")
_NUMBERED_ASK = re.compile(r"^(?:\d{1,2}|[a-zA-Z])[.)]\s?")
_ASKED_OF_READER = re.compile(
    r"(?i)\b(?:you|your|this|figure|picture|table|following|du|dein\w*|Sie|tu|tus|vous|votre|você|jij|je"
    r"|jouw|abbildung|figura|下图|右图|上图)\b"
)


def find_answered(blocks: Sequence[Block], place: int, language: str) -> Found | None:
    """Return the question that block number `place` asks when the block below answers it, or None."""
    asks = _NUMBERED_ASK.sub("", blocks[place].text.strip())
    if not _is_asked(blocks[place], asks, language) or place + 1 >= len(blocks):
        return None
    below = blocks[place + 1]
    after = blocks[place + 2] if place + 2 < len(blocks) else None
    one = below.kind == PROSE and below.trusted and not below.open and (after is None or after.kind != PROSE)
    text = below.text.rstrip("。") if language in EAST else split(below.text, language)[0].rstrip(" .。")
    about = stems(asks) & stems(text) or _IT_IS.match(text) or language in EAST
    if not one or not about or not _is_answer(text, language):
        return None
    return Found(asks, text, "short_answer", below.n, "asked", 0.8)


def find_inline(blocks: Sequence[Block], language: str) -> list[Found]:
    """Return the questions answered on their own line, when a page has two or more: it is its way."""
    found = [] if language in EAST else [_inline(block, language) for block in blocks]
    asked = [fact for fact in found if fact]
    return asked if len(asked) > 1 else []


def _inline(block: Block, language: str) -> Found | None:
    found = _INLINE.match(_NUMBERED_ASK.sub("", block.text.strip()))
    if not found or not block.trusted or block.open or not _ASKS.match(found["asks"]):
        return None
    parts = split(found["text"], language)
    text = parts[0].rstrip(" .")
    if len(parts) > 2 or not _is_asked(block, found["asks"], language) or not _is_answer(text, language):
        return None
    return Found(found["asks"], text, "short_answer", block.n, "asked", 0.8)


def _is_asked(block: Block, asks: str, language: str) -> bool:
    """Say whether a block asks one question that needs nothing beside it."""
    if block.kind not in {HEADING, PROSE, BULLET} or not asks.endswith(("?", "？")) or len(asks) > 120:
        return False
    if len(re.findall(r"[?？]", asks)) > 1 or _ASKED_OF_READER.search(asks) or CODE.search(asks):
        return False
    if points_elsewhere(asks, language):
        return False
    western = len(words(asks)) >= 3 and content(asks, language) and words(asks)[0] not in IMPERATIVES
    return language in EAST or bool(western)


def _is_answer(text: str, language: str) -> bool:
    """Say whether a text answers a question, and is no option, question or label itself."""
    if re.search(r"[?？]", text) or _OPTION.match(text) or CODE.search(text) or BOILERPLATE.search(text):
        return False
    if language in EAST:
        return len(text) <= 120
    fit = 2 <= len(words(text)) <= 32 and text[-1:] not in ":;," and not LABEL.match(text)
    return fit and not ELSEWHERE.search(text) and not points_elsewhere(text, language)
