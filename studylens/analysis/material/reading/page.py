"""A page that has been read: its language and blocks, and whether it is of a kind that gives no cards."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studylens.analysis.material.reading.blocks import BULLET, HEADING, PROSE, Block
from studylens.analysis.material.reading.rows import read_blocks
from studylens.analysis.material.reading.sentences import BOILERPLATE, CITATION, split
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS, IMPERATIVES
from studylens.analysis.protocol.result import Line
from studylens.judging.languages import EAST, detect
from studylens.judging.text import words

_SOURCE = re.compile(r"\(?(?:19|20)\d\d[a-z]?\)?\W{0,3}$|, (?:19|20)\d\d\b.*[,.]$")
_REFERENCE = re.compile(
    r"[^\W\d_][\w’'-]+,? (?:[A-ZÀ-Þ][\w.’'-]*,? ?){1,6}.{0,80}\b\(?(?:1[5-9]|20)\d\d\b|.*\b(?:Press|Verlag"
    r"|Éditions|Publishers?|Journal|Retrieved)\b"
)
_LEGAL = re.compile(
    r"(?i)\b(?:licens\w+|licenc\w+|copyright|warrant\w+|permission|liab\w+|derivative|redistribut\w+"
    r"|trademark|hereby|lizenz\w*|licencia|urheber\w*)\b"
)
_LEADERS = re.compile(r".*(?:\.{4,}|…|\s{3,}|(?:\. ){3,})\s*\d{1,4}$")
_LOREM = re.compile(r"(?i)\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipiscing\b")
_TASK = re.compile(
    r"(?i)^(?:document|consigne|exercice|exercise|aufgabe|übung|ejercicio|exercício|esercizio|oefening|opdracht|task|activit|critères|compétences|step"
    r"|schritt|paso|étape|passo|stap"
    r"|learning (?:objectives|outcomes)|q\d|question|frage|pregunta|pergunta|vraag)\b|_{3,}|\.{6,}|□|☐"
)
_KEY = re.compile(
    r"(?im)^(?:correct )?(?:answer|antwort|lösung|respuesta|réponse|resposta|risposta|antwoord)s?:?\s+"
    r"\(?[A-E]\)?\.?$"
)
"""The right option's letter, below each question of a quiz."""
_FR_INFINITIVE = re.compile(r"^[A-ZÀ-Þ][\w-]+(?:er|ir|re)\b")
_ASKS = re.compile(r"(?i)_{3,}|\b(?:an?|the|is|are|called) \.$|\bwhich of the following\b|\btrue or false\b")
"""A task whose bullets are its options, the wrong ones among them."""
_LESSON_PLAN = re.compile(
    r"(?i)\b(?:élèves?|séances?|compétences?|remédiation|maternelle|lesson plan|learning outcomes?"
    r"|lernziele?"
    r"|unterrichts\w*|SuS|alumnado"
    r"|docentes?|alunos|leerlingen|studenti|alunni)\b|\bcycle [1-4]\b|\b(?:CP|CE1|CE2|CM1|CM2)\b"
)
"""Words of those who plan lessons, not of those who learn."""
_PLAN_WORDS = 5
_OUTCOMES = re.compile(r"(?i)^(?:learning|objectifs?|lernziele|objetivos|obiettivi|leerdoelen|compétences)")
_PROSE_CHARS = 160
"""A paragraph this long after a list of aims is the text itself."""
_OPTION = re.compile(r"[\s(]*[a-eA-E1-5][).]\s*\S")


@dataclass(frozen=True)
class Page:
    """What is known of a page before anything is made of it; `refused` is why it gives no cards, or empty."""

    language: str
    blocks: tuple[Block, ...]
    refused: str

    @property
    def telling(self) -> tuple[Block, ...]:
        """Blocks that may hold facts: none below a heading of exercises, sources or links."""
        kept: list[Block] = []
        inside = kept_back = False
        for block in self.blocks:
            if block.kind == HEADING:
                inside = EXERCISE_HEADS.match(block.text) is not None
            elif (
                inside
                and _OUTCOMES.match(block.head)
                and block.kind == PROSE
                and len(block.text) > _PROSE_CHARS
            ):
                inside = False
            asked = block.text.rstrip().endswith(("?", "？")) or _ASKS.search(block.text) is not None
            options = block.kind == BULLET and block.counted and kept_back and not asked
            kept_back = asked or options
            if options:
                continue
            if not inside and not EXERCISE_HEADS.match(block.text):
                kept.append(block)
        return tuple(kept)


def read_page(lines: Sequence[Line]) -> Page:
    """Read the lines of a transcript."""
    language = detect("\n".join(line.text for line in lines))
    blocks = tuple(read_blocks(lines, language))
    return Page(language, blocks, refusal(blocks, language))


def refusal(blocks: Sequence[Block], language: str) -> str:
    """Return why a page gives no cards (a code of judging.reasons.PAGES), or nothing."""
    whole = "\n".join(block.text for block in blocks)
    tests: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("no_text", lambda: not whole.strip()),
        ("not_trusted", lambda: sum(len(b.text) for b in blocks if b.trusted) < 0.5 * len(whole)),
        ("filler_text", lambda: _LOREM.search(whole) is not None),
        ("language_unknown", lambda: not language),
        *(() if language in EAST else _western(blocks)),
        ("asks_only", lambda: _asks_only(_texts(blocks), language)),
    )
    return next((code for code, is_so in tests if is_so()), "")


def _western(blocks: Sequence[Block]) -> tuple[tuple[str, Callable[[], bool]], ...]:
    """Return the tests that look at words apart by spaces."""
    return (
        ("mostly_signs", lambda: _mostly_signs(_texts(blocks))),
        ("boilerplate", lambda: _legal(blocks)),
        ("references", lambda: _references(blocks)),
        ("contents", lambda: _contents(blocks)),
        ("tasks", lambda: _tasks(blocks)),
        ("asks_only", lambda: len(_KEY.findall("\n".join(block.text for block in blocks))) >= 2),
    )


def _texts(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks if block.kind in {PROSE, BULLET}]


def _mostly_signs(texts: Sequence[str]) -> bool:
    signs = sum(c.isalpha() or c.isspace() for text in texts for c in text)
    return signs < 0.72 * sum(map(len, texts))


def _legal(blocks: Sequence[Block]) -> bool:
    whole = " ".join(block.text for block in blocks)
    return len(_LEGAL.findall(whole)) >= max(4, len(whole.split()) / 40)


def _references(blocks: Sequence[Block]) -> bool:
    texts = _texts(blocks)
    listed = sum(_REFERENCE.match(text) is not None and len(text) < 400 for text in texts)
    if listed >= 3 and listed >= 0.4 * len(texts):
        return True
    parts = [CITATION.sub("", part) for text in texts for part in split(text, "en")]
    named = sum(
        len(part)
        for part in parts
        if BOILERPLATE.search(part) or (_SOURCE.search(part) and len(words(part)) < 40)
    )
    return named > 0.5 * sum(map(len, texts)) > 0


def _contents(blocks: Sequence[Block]) -> bool:
    return len(blocks) >= 4 and sum(_LEADERS.match(block.text) is not None for block in blocks) >= 0.4 * len(
        blocks
    )


def _tasks(blocks: Sequence[Block]) -> bool:
    """Say whether most lines tell the reader what to do."""
    lines = [block for block in blocks if block.kind in {PROSE, BULLET, HEADING}]
    whole = "\n".join(block.text for block in blocks)
    if len(_LESSON_PLAN.findall(whole)) >= _PLAN_WORDS:
        return True
    marked = sum(_TASK.match(block.text) is not None for block in lines)
    bullets = [block for block in lines if block.kind in {BULLET, PROSE}]
    told = sum(_is_task(block.text) for block in bullets)
    return (marked >= 3 and marked >= 0.2 * len(lines)) or (told >= 4 and told >= 0.4 * len(bullets))


def _is_task(text: str) -> bool:
    first = words(text)[:1]
    return (
        bool(first)
        and (first[0] in IMPERATIVES or _FR_INFINITIVE.match(text) is not None)
        and ":" not in text[:30]
    )


def _asks_only(texts: Sequence[str], language: str) -> bool:
    """Say whether a page asks more than it tells."""
    if language in EAST:
        asked = sum(text.rstrip().endswith(("？", "?", "（）", "( )")) for text in texts)
        return asked >= 4 and asked >= 0.6 * len(texts)
    asked = sum(text.rstrip().endswith("?") or "____" in text for text in texts)
    options = sum(_OPTION.match(text) is not None and len(text.split()) <= 8 for text in texts)
    return (asked >= 3 and asked >= 0.3 * len(texts)) or (asked >= 2 and asked + options >= 0.6 * len(texts))
