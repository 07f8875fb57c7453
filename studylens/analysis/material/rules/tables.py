"""Cells of a table, asked by their row and column."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import TABLE, Block, cells_of, runs
from studylens.analysis.material.reading.sentences import BOILERPLATE, CODE, EMOJI
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.wording.lexicon import ATTRIBUTES, PARALLEL
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.judging.languages import SMALL_WORDS
from studylens.judging.text import EASTERN, content, words

_OPTION = re.compile(r"\(?[a-hA-H][.)]\s")
_LANGUAGES = re.compile(
    r"(?i)\b(?:english|german|french|spanish|italian|latin|englisch|deutsch|französisch|spanisch|latein\w*"
    r"|inglés|alemán|francés|español|latín"
    r"|anglais|allemand|français|espagnol|inglês|alemão|francês|espanhol|português|inglese|tedesco"
    r"|francese|italiano|latino|engels|duits|frans"
    r"|nederlands|latijn)\b|中文|英文|英语|日本語|英語"
)
"""Headers of a vocabulary's columns."""
_DEFINES = re.compile(
    r"(?i)\b(?:definiti\w+|défini\w+|defini\w+|meaning|bedeutung|significado|significato|signification"
    r"|betekenis|description)\b|定义|含义|意味|定義"
)
_NOTHING = {"-", "–", "—", "✓", "✔", "x", "X", "✗", "✅", "❌", "/", "n/a", "?", "..."}
_ALL_SMALL = frozenset().union(*SMALL_WORDS.values())
_WORKED = re.compile(r"\s[=+×÷·*/−]\s|[√∑∫^=]")
"""Signs of a formula: read from a photo, its fractions and powers lie flat in one line, which is wrong."""
_CAPTION = re.compile(
    r"(?i)(?:fig(?:ure|ura)?s?|abb(?:ildung)?|afb(?:eelding)?|bild|schema|图|圖|図)[.\s]{0,3}\d"
)
_LEAST_WHOLE = 0.75
"""Share of a table's rows that have as many cells as most; a drawing's labels just stand side by side."""
_MOST_ROWS = 12
_ALONE = 5
"""Words of a term that stands alone in its row, at most."""
_NUMBER = re.compile(r"[\d.,%€$£–-]+")
_LONGEST_CELL, _LONGEST_NAME = 140, 50
Row = tuple[Block, list[str]]


def find_cells(blocks: Sequence[Block], language: str) -> Iterator[Found]:
    """Yield a fact for each cell whose row and column say what it is."""
    for start, end in _tables(blocks):
        rows = [(block, cells_of(block.text)) for block in blocks[start:end] if block.kind == TABLE]
        _fill_corner(rows)
        width = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
        whole = [row for row in rows if len(row[1]) == width and row[0].trusted]
        if (
            width >= 2
            and len(whole) >= 3
            and not _is_figure(blocks, start, end, len(whole))
            and not _is_drill(whole)
            and _asks_well(whole)
        ):
            yield from _cells(whole, language)


def _tables(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return where each table begins and ends; a glossary goes on over terms without a meaning beside."""
    found: list[tuple[int, int]] = []
    for start, end in runs(blocks, TABLE):
        first, last = found[-1] if found else (start, start)
        alone = all(block.kind != TABLE and len(block.text.split()) <= _ALONE for block in blocks[last:start])
        if found and alone and _is_glossary(blocks[first]):
            found[-1] = (first, end)
        else:
            found.append((start, end))
    return found


def _is_glossary(heading: Block) -> bool:
    cells = cells_of(heading.text)
    return len(cells) == 2 and _DEFINES.search(cells[1]) is not None


def _fill_corner(rows: Sequence[Row]) -> None:
    """Give a heading row the empty corner that was lost: all others have one cell more."""
    widths = {len(cells) for _, cells in rows[1:]}
    if widths == {len(rows[0][1]) + 1}:
        rows[0][1].insert(0, "")


def _is_figure(blocks: Sequence[Block], start: int, end: int, whole: int) -> bool:
    """Say whether photographed rows are labels of a drawing: ragged, or with a figure's caption beside."""
    if not blocks[start].boxes:
        return False
    beside = [blocks[place].text for place in (start - 1, end) if 0 <= place < len(blocks)]
    return whole < _LEAST_WHOLE * (end - start) or any(_CAPTION.match(text) for text in beside)


def _is_drill(rows: Sequence[Row]) -> bool:
    """Say whether columns are only numbered, or named as the rows are: how two of them meet is no fact."""
    header = rows[0][1][1:]
    numbered = sum(_NUMBER.fullmatch(cell) is not None for cell in header)
    return numbered >= 0.5 * len(header) or bool(set(header) & {cells[0] for _, cells in rows[1:]})


def _asks_well(rows: Sequence[Row]) -> bool:
    """Say whether the first column names things and the others say something about them."""
    header, body = rows[0][1], [cells for _, cells in rows[1:]]
    names = [cells[0] for cells in body]
    glossary = len(header) == 2 and _DEFINES.search(header[1]) is not None
    capital = sum(
        name[:1].isupper() or not name[:1].isalpha() or EASTERN.match(name) is not None for name in names
    )
    foreign = _LANGUAGES.search(header[-1]) is not None
    if (capital < 0.7 * len(names) and not foreign and not glossary) or any(
        "?" in cell or CODE.search(cell) for cell in header
    ):
        return False
    if not all(header[1:]) or any(len(cell) >= 40 for cell in header) or len(set(names)) < len(names):
        return False
    if sum(_OPTION.match(cells[1]) is not None for cells in body) >= 0.6 * len(body):  # a matching exercise
        return False
    if any(
        words(one) and set(words(one)) & set(words(other))
        for i, one in enumerate(header)
        for other in header[i + 1 :]
    ):
        return len(header) > 2 and _named(header, names)
    return _named(header, names)


def _named(header: Sequence[str], names: Sequence[str]) -> bool:
    short = all(1 <= len(name.split()) <= 6 and len(name) <= _LONGEST_NAME for name in names if name)
    plain = not any(re.search(r"[:?_]|\w\.\w{2,}\b", name) for name in names)
    if PARALLEL.match(header[0]) or not short or not plain:
        return False
    if len(header) == 2:
        single = (
            words(header[1])[:1]
            and words(header[1])[0] not in _ALL_SMALL
            and len(header[1].split()) <= 3
            and not re.search(r"\d", header[1])
            and header[1][-1:] not in "sni"
            and not PARALLEL.match(header[1])
            and all(len(name.split()) <= 4 for name in names)
        )
        return (
            ATTRIBUTES.search(header[1]) is not None
            or _LANGUAGES.search(header[1]) is not None
            or bool(single)
        )
    return True


def _cells(rows: Sequence[Row], language: str) -> Iterator[Found]:
    header, body = rows[0][1], rows[1:]
    for block, cells in body[:_MOST_ROWS]:
        for column in range(1, len(header)):
            values = [other[column] for _, other in body]
            if (
                not PARALLEL.match(header[column])
                and not _sentences(values)
                and _is_fact(cells[0], cells[column])
                and not (block.boxes and _WORKED.search(cells[column]))
                and values.count(cells[column]) == 1
            ):
                what = f"{cells[0]} – {header[column]}"
                front = PHRASES[language].ask.format(what=what)
                defines = len(header) == 2 and _DEFINES.search(header[1]) is not None
                term, text = (cells[0], cells[1]) if defines else ("", "")
                group = f"column:{column}:{rows[0][0].n}"
                yield Found(front, cells[column], "short_answer", block.n, "cell", 0.75, term, text, group)


def _sentences(values: Sequence[str]) -> bool:
    """Say whether a column holds whole sentences: examples or workings, not facts about the row."""
    return sum(value.endswith((".", "!", "?")) and len(value.split()) >= 4 for value in values) >= 0.6 * len(
        values
    )


def _is_fact(name: str, cell: str) -> bool:
    if not name or not cell or cell in _NOTHING or len(cell) > _LONGEST_CELL:
        return False
    if cell.endswith((":", "?")) or cell[0] in "←→↑↓":
        return False
    text = f"{name} {cell}"
    if CODE.search(text) or BOILERPLATE.search(text) or EMOJI.search(text) or "___" in cell or ".." in cell:
        return False
    readable = re.search(r"[^\W\d_]{2}|\d", cell) and re.search(r"[^\W\d_]{2}", name)
    return (
        bool(readable)
        and bool(content(cell) or re.search(r"\d", cell) or re.search(r"[\u3040-\u9fff]", cell))
        and name.lower() != cell.lower()
    )
