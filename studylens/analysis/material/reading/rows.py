"""Lines of a transcript put together to what an author wrote: headings, paragraphs, bullets and table rows.

A paragraph goes on while the next line's first word would not have fitted on the line: measured by the
boxes of a photo, by characters where there are none.
"""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, GLOSSARY, HEADING, PROSE, TABLE, Block
from studylens.analysis.material.reading.breaks import Breaks
from studylens.analysis.material.reading.nesting import heads_bullets, nest
from studylens.analysis.material.reading.noise import readable
from studylens.analysis.material.reading.wrapped import heading_goes_on
from studylens.analysis.material.wording.patterns import FINITE
from studylens.analysis.protocol.result import Line
from studylens.judging.languages import EAST, SMALL_WORDS
from studylens.limits import MATERIAL_MIN_SCORE

MARKER = re.compile(
    r"(?P<sign>[•●❒□■◆➢✓✔▪◦‣∙·*–—-]|\(?(?P<number>\d{1,2})[.)）]|[（(]\d{1,2}[)）]|\(?[a-zA-Z][.)]"
    r"|[→►])\s*(?=\S)"
)
_NUMBERED = re.compile(r"(?:\d{1,2}\.)+\d{1,2}\.?\s+(?=\S)")
_ENDED = tuple(".!?:。！？：．…")
_RELATION = re.compile(r"\s[=≈≤≥→⇌]\s")
"""A formula heads nothing."""
_LEAST_REST = 40
"""Characters of whole sentences that are kept of a paragraph which goes on over the leaf."""
_LABEL = re.compile(r"[A-ZÀ-Þ][^:.!?]{1,34}\s?:\s")
_DASHED = re.compile(r"[A-ZÀ-Þ][^:.!?–—]{1,34}\s[–—-]\s")
"""A term of a list of terms; a line of a sentence may begin so too, but not below one that began so."""


def read_blocks(lines: Sequence[Line], language: str) -> list[Block]:
    """Return the blocks of a page, of its first MAX_TEXT_CHARS characters."""
    return _Reader(readable(lines), language).read()


class _Reader:
    """Walks over the lines once; `cur` is the block that may go on, or None."""

    def __init__(self, lines: list[tuple[Line, str]], language: str) -> None:
        self.lines, self.language = lines, language
        self.breaks = Breaks([(line, text) for line, text in lines if text], east=language in EAST)
        self.blocks: list[Block] = []
        self.cur: Block | None = None
        self.head = ""

    def read(self) -> list[Block]:
        before: Line | None = None
        for place, (line, text) in enumerate(self.lines):
            after = next((t for _, t in self.lines[place + 1 :] if t), "")
            if not text:
                self.cur, before = None, None
                continue
            self._take(line, text if self._is_row(text) else " ".join(text.split()), before, after)
            before = line
        self._leave_open()
        nest(self.blocks)
        return self.blocks

    def _leave_open(self) -> None:
        """Trust nothing that may go on over the leaf: a last line that is full and has no mark at its end."""
        last = self.blocks[-1] if self.blocks else None
        if last is None or last.kind not in {PROSE, BULLET} or last.text[-1:] in _ENDED:
            return
        if self.breaks.short(*self.lines[-1]):
            return
        ends = [found.end() for found in re.finditer(r"[.!?。！？]", last.text)]
        if ends and ends[-1] > _LEAST_REST:
            last.text = last.text[: ends[-1]]
        else:
            last.open = True

    def _take(self, line: Line, text: str, before: Line | None, after: str) -> None:
        if self._is_row(text):
            self._add(TABLE, line, text)
            self.cur = None
            return
        marker = MARKER.match(text)
        if marker and self._marks(marker, text, before, line):
            self._bullet(line, text, marker, after)
        elif self.cur is not None and before is not None and self._goes_on(before, line, text, after):
            self._join(line, text)
        elif self._heads(line, text, after):
            doubtful = self._may_go_on(before, line, text)
            self._heading(line, _NUMBERED.sub("", text, count=1))
            self.head = "" if doubtful else self.head
        else:
            self.cur = self._add(PROSE, line, text)

    @staticmethod
    def _is_row(text: str) -> bool:
        return " | " in text or (text.count("|") >= 2) or "\t" in text

    def _marks(self, marker: re.Match[str], text: str, before: Line | None, line: Line) -> bool:
        """Say whether a sign at the head of a line begins a bullet, and is no number inside a sentence."""
        if marker["sign"] in "*–—-→" and text[1:2] not in (" ", "\u00a0"):
            return False
        spaced = text[marker.end() - 1] in " )）" or self.language in EAST
        if marker["sign"][0].isalnum() and marker.end() < len(text) and not spaced:
            return False
        open_sentence = self.cur is not None and self.cur.text[-1:] not in _ENDED
        inside = open_sentence and before is not None and self.breaks.full(before, line, text)
        same = self.cur is not None and self.cur.sign == marker["sign"] and text[2:3].isupper()
        return not (inside and (marker["sign"][0].isalpha() or (marker["sign"] in "–—-" and not same)))

    def _bullet(self, line: Line, text: str, marker: re.Match[str], after: str) -> None:
        bare = text[marker.end() :]
        second = MARKER.match(bare)
        if second and second["sign"][0] in "(（":
            bare = bare[second.end() :]
        leads = bare[-1:] in ":：" and (len(bare) <= 18 if self.language in EAST else len(bare.split()) <= 7)
        restarts = re.match(r"\(?(?:1[.)]|a[.)])\s", after) or heads_bullets(
            marker["number"], self.blocks, after
        )
        counted = marker["number"] is not None or _NUMBERED.match(text)
        short = len(bare.split()) <= 7 and bare[-1:] not in ".!?,;:" and bare[:1].isupper()
        if _NUMBERED.match(text) and len(text) < 90 and bare[-1:] not in ".,;":
            self._heading(line, _NUMBERED.sub("", text, count=1))
        elif counted and ((short and restarts) or leads):
            self._heading(line, bare, marker["sign"])
        else:
            self.cur = self._add(BULLET, line, bare)
            self.cur.sign, self.cur.counted = marker["sign"], any(c.isalnum() for c in marker["sign"])

    def _may_go_on(self, before: Line | None, line: Line, text: str) -> bool:
        """Say whether a heading may as well be the end of the bullet above: it is carried to nothing then."""
        bullet = self.cur is not None and self.cur.kind == BULLET and self.cur.text[-1:] not in _ENDED
        title = " " in text and "," not in text
        return bullet and not title and before is not None and self.breaks.full(before, line, text)

    def _goes_on(self, before: Line, line: Line, text: str, after: str) -> bool:
        """Say whether a line continues the block above it."""
        cur = self.cur
        if cur is None or self.breaks.apart(before, line) or self._parted(cur, text):
            return False
        if self.breaks.full(before, line, text):
            loose = self._loose(cur)
            return loose or not (self._begins(cur, text, after) or self._closed(cur, line, text))
        hyphen = re.search(r"[^\W\d_]-$", cur.text) is not None
        return text[:1].islower() and (hyphen or cur.text[-1:] not in _ENDED) and not GLOSSARY.match(text)

    def _parted(self, cur: Block, text: str) -> bool:
        """Say whether two lines are two pieces, however full the upper one is."""
        if GLOSSARY.match(text) and GLOSSARY.match(cur.text):
            return True
        short = len(text) <= 18 if self.language in EAST else len(text.split()) <= 7
        leads = text[-1:] in ":：" and short and (text[:1].isupper() or self.language in EAST)
        if leads and (cur.kind == BULLET or cur.text[-1:] in _ENDED):
            return not self._loose(cur)
        if cur.text[-1:] in _ENDED:
            # A label that is whole on its line is a row of its own.
            above = len(cur.spans) == 1 and _LABEL.match(cur.text) is not None
            return above or (text[-1:] in _ENDED and _LABEL.match(text) is not None)
        # No sentence goes on with "The": a line without a mark at its end was a note of its own.
        first = text.split(maxsplit=1)[0]
        small = first[:1].isupper() and first.lower() in SMALL_WORDS.get(self.language, ())
        return small and not self._loose(cur)

    def _closed(self, cur: Block, line: Line, text: str) -> bool:
        """Say whether a short line after an ended block is the next heading, and no rest of a sentence."""
        words = text.split()
        short = (
            self.breaks.short(line, text)
            and text[:1].isupper()
            and text[-1] not in ".!?,;:)"
            and len(words) <= 7
        )
        if not short:
            return False
        if cur.kind == BULLET and cur.text[-1:] not in ".!?":
            # The bullet may go on with a name: nothing is made of it, whichever it is.
            cur.open = cur.open or self.language != "de"
            return self.language != "de"
        return cur.text[-1:] in ".!?"

    def _loose(self, cur: Block) -> bool:
        """Say whether a block's last word cannot be its end."""
        last = cur.text.split()[-1].lower() if cur.text.split() else ""
        return last in SMALL_WORDS.get(self.language, ()) or cur.text[-1:] in ",;(&+-"

    def _begins(self, cur: Block, text: str, after: str) -> bool:
        labels = _LABEL.match(text) and re.match(r"[^:.!?]{2,48}\s?:\s", cur.text)
        labels = labels or (_DASHED.match(text) and _DASHED.match(cur.text))
        lists = (
            text[:1].isupper() and text[-1] not in ".!?,;:" and MARKER.match(after) and len(text.split()) <= 7
        )
        ended = cur.text[-1:] in ".!?" or (cur.kind == BULLET and self.language != "de")
        return bool(labels or (lists and ended))

    def _heads(self, line: Line, text: str, after: str) -> bool:
        if _RELATION.search(text):
            return False
        if _NUMBERED.match(text) and len(text) < 90 and text[-1] not in ".,;":
            return not re.match(r"[\d.]+\s(?:%|km|m|kg|Mio|million)\b", text)
        words = text.split()
        if text.endswith((":", "：")):
            verb = FINITE.get(self.language)
            names = len(words) <= 8 and MARKER.match(after) and not (verb and verb.search(text))
            return len(text) < 60 and (len(words) <= 4 or bool(names))
        if text[-1] in ".!?,;。！？，；．" or GLOSSARY.match(text):
            return text[-1] in "?？" and len(text) < 90 and text[:1].isupper()
        if (
            len(words) <= 12
            and len(text) <= 90
            and MARKER.match(after)
            and text[:1].isupper()
            and " " in text
        ):
            return True
        return self.breaks.tall(line) or (len(words) <= 9 and self.breaks.heading_like(line, text))

    def _heading(self, line: Line, text: str, sign: str = "") -> None:
        self.cur = self.blocks[-1] if self.blocks else None
        if not sign and heading_goes_on(self.cur, line, text, self.language):
            self._join(line, text)
        else:
            self._add(HEADING, line, text).sign = sign
        self.head, self.cur = self.blocks[-1].text.rstrip(": ："), None

    def _join(self, line: Line, text: str) -> None:
        cur = self.cur
        if cur is None:
            return
        if cur.kind == BULLET and text[:1].isupper() and not self._loose(cur):
            # The line may be the next heading as well, and not go on with a name or a noun.
            noun, name = " " not in text and text[-1] not in _ENDED, cur.text[-1:] not in _ENDED
            cur.open = cur.open or (noun if self.language == "de" else name and not text[:2].isupper())
        joined = cur.text[:-1] if re.search(r"[^\W\d_]-$", cur.text) and text[:1].islower() else cur.text
        space = "" if joined is not cur.text or self.language in EAST else " "
        cur.spans.append((len(joined) + len(space), line.n))
        cur.text = joined + space + text
        cur.trusted = cur.trusted and _trusted(line)
        if line.box:
            cur.boxes.append(line.box)

    def _add(self, kind: str, line: Line, text: str) -> Block:
        height = line.box[3] - line.box[1] if line.box else 0.0
        boxes = [line.box] if line.box else []
        block = Block(kind, text, [(0, line.n)], self.head, _trusted(line), height=height, boxes=boxes)
        self.blocks.append(block)
        return block


def _trusted(line: Line) -> bool:
    return line.score is None or line.score >= MATERIAL_MIN_SCORE
