"""A page read again by a model, after it was read on this server: which pages, and whose lines are whose."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import Pack, PackPage, TranscriptLine
from studylens.study.packs.pictures import PagePicture, pictures_of
from studylens.study.packs.privacy import is_private

OWN_READERS = ("ocr", "tesseract")
"""What text engines of this server are called, before their version."""
LEAST_LIKENESS = 0.5
"""Share of words, of both lines together, that two readings of one line have in common at least."""


def pages_read_here(session: Session, pack: Pack) -> list[PagePicture]:
    """Return the photos whose text this server read and that a model may see; none of a private pack."""
    if is_private(session, pack):
        return []
    named = select(PackPage.n, PackPage.text_engine).where(PackPage.pack_id == pack.id)
    engines = {row.n: row.text_engine for row in session.execute(named)} or {1: pack.text_engine}
    return [photo for photo in pictures_of(session, pack) if _is_ours(engines.get(photo.page, ""))]


def lines_of(pack: Pack, page: int) -> list[TranscriptLine]:
    """Return the lines of one page that hold something."""
    return [line for line in pack.transcript if line.page == page and line.text.strip()]


def places(read: Sequence[str], there: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return the number of the line that each new line is, by its place from 1; others are new."""
    known = {number: Counter(_words(text)) for number, text in there}
    holding: dict[str, list[int]] = defaultdict(list)
    for number, words in known.items():
        for word in words:
            holding[word].append(number)
    found = {}
    for place, text in enumerate(read, start=1):
        words = Counter(_words(text))
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for number in holding.get(word, ()):
                shared[number] += min(times, known[number][word])
        likeness = {
            number: 2 * count / (words.total() + known[number].total()) for number, count in shared.items()
        }
        best = max(likeness, key=lambda number: (likeness[number], -number), default=0)
        if best and likeness[best] >= LEAST_LIKENESS:
            found[place] = best
    return found


def _is_ours(engine: str) -> bool:
    return engine.partition(":")[0] in OWN_READERS


def _words(text: str) -> Iterator[str]:
    """Yield words in small letters without accents; where no spaces are written, pairs of letters."""
    plain = (one for one in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(one))
    for word in "".join(letter if letter.isalnum() else " " for letter in plain).split():
        if word.isascii() or len(word) < 5:
            yield word
        else:
            yield from (word[place : place + 2] for place in range(len(word) - 1))
