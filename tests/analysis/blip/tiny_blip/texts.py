"""Things to read: printed pages, formulas on a blackboard and timelines, each with its caption."""

from tests.analysis.blip.tiny_blip.sheet import NUMBERS, Sheet, named_colour, word


def printed_page(sheet: Sheet) -> str:
    """Print small text in one or two columns under a heading."""
    luck, columns = sheet.luck, sheet.luck.randint(1, 2)
    left, top, right, bottom = sheet.box
    gap = 34 if columns == 2 else 0
    wide = (right - left - gap) / columns
    sheet.write(((left + right) / 2, top + 4), f"{word(luck)} and {word(luck)}", 18)
    size, lead = luck.randint(9, 11), luck.randint(13, 15)
    for column in range(columns):
        start = left + (wide + gap) * column
        for y in range(top + 26, bottom, lead):
            _line_of_print(sheet, (int(start), y), int(start + wide), size)
    return f"a printed page with {NUMBERS[columns]} column{'s' if columns > 1 else ''}"


def _line_of_print(sheet: Sheet, at: tuple[int, int], end: int, size: int) -> None:
    words: list[str] = []
    room = (end - at[0]) / (size * 0.52)
    while sum(len(part) + 1 for part in words) < room - 4:
        words.append(word(sheet.luck))
    sheet.pen.text(at, " ".join(words)[: int(room)], fill=sheet.ink, font_size=size)


def blackboard(sheet: Sheet) -> str:
    """Write one to three formulas in chalk on a dark board."""
    luck, count = sheet.luck, sheet.luck.randint(1, 3)
    left, top, right, bottom = sheet.box
    for index in range(count):
        y = top + (bottom - top) * (index + 0.5) / count
        a, b, c = (luck.choice("abcxyzmnpq") for _ in range(3))
        formula = luck.choice((
            f"{a} + {b} = {c}",
            f"{a} = {luck.randint(2, 9)}{b} - {c}",
            f"{a} = {b}{c} / {a}",
        ))
        sheet.write(((left + right) / 2 + luck.randint(-20, 20), y), formula, luck.randint(34, 42))
    return f"a blackboard with {NUMBERS[count]} formula{'s' if count > 1 else ''}"


def timeline(sheet: Sheet) -> str:
    """Draw a line with two to four dated events on it."""
    luck, count = sheet.luck, sheet.luck.randint(2, 4)
    left, _, right, _ = sheet.box
    y, year = sheet.image.height / 2 + luck.randint(-25, 25), luck.randint(900, 1900)
    _, colour = named_colour(luck, ("red", "blue", "green"))
    sheet.arrow((left, y), (right + 8, y))
    for index in range(count):
        x = left + (right - left) * (index + 0.5) / count
        sheet.pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill=colour)
        sheet.write((x, y - 32), str(year), 16)
        sheet.write((x, y + 30), word(luck), 12)
        year += luck.randint(5, 60)
    return f"a timeline with {NUMBERS[count]} events"
