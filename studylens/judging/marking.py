"""Cards from what a student marks in the transcript: a line with a colon, or words of a line."""

import re

from studylens.judging.text import count_words

GAP_SIGN = "_____"
_LABEL = re.compile(r"[\s•●▪◦‣·*–—-]*(?P<term>[^:：]{2,80}?)\s*(?::|：|\s[–—-])\s*(?P<text>\S.*)$")
MOST_GAP_WORDS = 12
"""Words a gap may take: more is not one answer."""


def label_card(line: str) -> tuple[str, str] | None:
    """Return front and back of a line such as "term: text", or None when it has no colon or dash."""
    found = _LABEL.match(" ".join(line.split()))
    return (found["term"], found["text"].rstrip(" ;,")) if found else None


def gap_card(line: str, start: int, end: int) -> tuple[str, str] | None:
    """Return front and back of a card that blanks the characters `start` to `end` of a line.

    Whole words are taken. None when nothing, everything or too much is marked.
    """
    if not 0 <= start < end:
        return None
    start, end = _whole_words(line, start, min(len(line), end))
    answer = line[start:end].strip(" .,;:")
    begin = line.find(answer, start) if answer else -1
    front = (line[:begin] + GAP_SIGN + line[begin + len(answer) :]).strip() if answer else ""
    if (
        not answer
        or not re.search(r"\w", front.replace(GAP_SIGN, ""))
        or count_words(answer) > MOST_GAP_WORDS
    ):
        return None
    return front, answer


def _whole_words(line: str, start: int, end: int) -> tuple[int, int]:
    spaced = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]")
    while start > 0 and start < len(line) and spaced.match(line[start - 1]) and spaced.match(line[start]):
        start -= 1
    while 0 < end < len(line) and spaced.match(line[end - 1]) and spaced.match(line[end]):
        end += 1
    return start, end
