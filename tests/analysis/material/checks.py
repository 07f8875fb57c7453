"""The pages in pages/ and the checks of single items that docs/material-scoring.md lists."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studylens.analysis.protocol.result import Card, KeyTerm, Line, Question

PAGES = Path(__file__).parent / "pages"
BLANK = "_____"
MIN_SCORE = 0.8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = _words(
    """
    a an the of in on at to for from with by and or but as is are was were be been that which who
    this these those it its they he she his her their our your not no than then into der die das den
    dem des ein eine einen einem einer eines und oder von im in am an auf aus mit bei zu zum zur ist
    sind war el la los las un una unos unas de del al y o en con por para que es son se su sus
    """
)
POINTERS = _words(
    """
    it this that these those he she they his her their such dies diese dieser dieses er sie es ihr
    ihre esto este esta estos estas ellos ellas
    """
)


def normalise(text: str) -> str:
    """Return `text` as it is compared: small letters, joined hyphenation, no marks, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\w)-\s*\n\s*(?=[^\W\d])", "", text)
    text = re.sub(r"[^\w+=→·/%°_.,:-]|(?<!\w)[-*]+(?!\w)|[.,:](?!\d)", " ", text)
    return " " + " ".join(text.split()) + " "


@dataclass(frozen=True)
class PageCase:
    """One page: its lines and what is expected of it."""

    name: str
    lines: tuple[Line, ...]
    expected: dict[str, Any]

    @property
    def whole(self) -> str:
        """The trusted text, normalised."""
        return normalise("\n".join(line.text for line in self.lines if (line.score or 1) >= MIN_SCORE))

    def near(self, n: int | None, after: int = 3) -> str:
        """Line `n` and the few lines after it, on which its sentence may go on, normalised."""
        return normalise("\n".join(line.text for line in self.lines if n and n <= line.n <= n + after))


def load(name: str) -> PageCase:
    """Read one page and its expectations."""
    expected = tomllib.loads((PAGES / f"{name}.toml").read_text(encoding="utf-8"))
    scores = expected.get("scores", {})
    texts = (PAGES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    lines = tuple(Line(n, text, scores.get(str(n))) for n, text in enumerate(texts, 1))
    return PageCase(name, lines, expected)


def names() -> list[str]:
    """Return the names of all pages, sorted."""
    return sorted(path.stem for path in PAGES.glob("*.txt"))


def term_faults(page: PageCase, term: KeyTerm) -> Iterator[str]:
    plain, words = normalise(term.term), normalise(term.term).split()
    if plain not in page.whole:
        yield "not on the page"
    if not 1 <= len(words) <= 6 or not re.search(r"[^\W\d]", plain):
        yield "not a term"
    if words and (words[0] in FUNCTION_WORDS or words[-1] in FUNCTION_WORDS):
        yield "function word at an end"
    if not _starts_at(page, term.source_line, term.term):
        yield "source line does not hold it"
    if term.definition is not None and normalise(term.definition) not in page.whole:
        yield "definition not on the page"


def card_faults(page: PageCase, card: Card) -> Iterator[str]:
    parts = card.back.split("; ")
    if not all(normalise(part) in page.whole and normalise(part).strip() for part in parts):
        yield "back not on the page"
    if normalise(card.back) in normalise(card.front):
        yield "front contains the back"
    if not any(_starts_at(page, card.source_line, text) for text in (parts[0], _asked(card.front))):
        yield "source line does not hold it"
    yield from _fragment_faults(card, single=len(parts) == 1)
    if card.kind == "cloze":
        yield from _cloze_faults(page, card.front, card.back)


def _asked(front: str) -> str:
    """Return what a front asks about: the quoted text, else what follows "What is"."""
    quoted = re.search(r"[\"“„«](.*)[\"“”»]", front)
    return (
        quoted[1]
        if quoted
        else re.sub(r"^(What (is|are)|Was (ist|sind)|¿Qué (es|son)) ", "", front).strip(" ?:")
    )


def _fragment_faults(card: Card, *, single: bool) -> Iterator[str]:
    formula = re.search(r"[=→]", card.back)  # Its letters are no words.
    words = [""] if formula else normalise(card.back).split() or [""]
    if single and card.kind != "definition" and words[0] in FUNCTION_WORDS:
        yield "function word at the start"
    if single and words[-1] in FUNCTION_WORDS:
        yield "function word at the end"
    if not _balanced(card.back) or not _balanced(card.front):
        yield "unbalanced brackets"
    if not re.search(r"[.?!:…_)\"”“»]\s*$", card.front) or max(len(card.front), len(card.back)) > 300:
        yield "front without an end, or too long"


def _cloze_faults(page: PageCase, front: str, back: str) -> Iterator[str]:
    if BLANK not in front:
        yield "no blank"
    if not _stands_filled(page, front, back):
        yield "filled-in sentence not on the page"
    words = normalise(front.replace(BLANK, " ")).split()
    if len(words) < 5:
        yield "too short"
    if words and words[0] in POINTERS:
        yield "points outside of itself"


def question_faults(page: PageCase, question: Question) -> Iterator[str]:
    options = [normalise(option) for option in question.options]
    if len(options) < 3 or len(set(options)) != len(options):
        yield "options too few or not distinct"
    if not all(option in page.whole and option.strip() for option in options):
        yield "option not on the page"
    if any(option in normalise(question.question) for option in options):
        yield "an option stands in the question"
    if len({_kind(option) for option in question.options}) != 1:
        yield "options of different kinds"
    answer = question.options[question.answer_index]
    if not any(_starts_at(page, question.source_line, text) for text in (answer, _asked(question.question))):
        yield "source line does not hold it"
    yield from _right_option_faults(page, question)


def _right_option_faults(page: PageCase, question: Question) -> Iterator[str]:
    right = normalise(question.options[question.answer_index])
    for i, option in enumerate(question.options):
        wrong = i != question.answer_index
        if wrong and (normalise(option) in right or right in normalise(option)):
            yield "a wrong option is part of the right one"
        if BLANK in question.question and _stands_filled(page, question.question, option) == wrong:
            yield "filled-in sentence: a wrong one on the page, or the right one not"


def _stands_filled(page: PageCase, front: str, answer: str) -> bool:
    """Whether the cloze filled with `answer` is a text of the page, with "a" or "an" for "a(n)"."""
    filled = [
        re.sub(r"\ba\(n\)", article, front, flags=re.I).replace(BLANK, answer) for article in ("a", "an")
    ]
    return any(normalise(text) in page.whole for text in filled)


def _starts_at(page: PageCase, n: int | None, text: str) -> bool:
    """Whether the first words of `text` stand on line `n` (the last of them may be on the next)."""
    words = normalise(text).split()[:4]
    line = page.near(n, 0).rstrip()
    first = words[0] if words else ""
    hyphenated = bool(first) and line.endswith("-") and first.startswith(line.split()[-1].rstrip("-"))
    held = bool(first) and (f" {first} " in line + " " or hyphenated)
    return held and " " + " ".join(words) in page.near(n, 1)


def _balanced(text: str) -> bool:
    text = text.replace("“", "”").replace("„", "”")  # What opens in English closes in German.
    if text.count("”") % 2:
        return False
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "«»")) and text.count('"') % 2 == 0


def _kind(option: str) -> str:
    plain = option.strip()
    if re.fullmatch(r"(?:1[0-9]|20)\d\d", plain):
        return "year"
    if re.fullmatch(r"[\d.,/ ]+[^\W\d]*\W*", plain):
        return "number"
    return "formula" if re.search(r"[=→]", plain) else "words"
