"""Charts that carry numbers: bars, lines, slices, points, curves and tables, each with its caption."""

import math

from tests.analysis.blip.tiny_blip.sheet import (
    COLOURS,
    NUMBERS,
    SLICE_COLOURS,
    Point,
    Sheet,
    named_colour,
    tint,
    word,
)


def _axes(sheet: Sheet) -> tuple[int, int, int, int]:
    left, top, right, bottom = sheet.box
    top, left = top + 14, left + 14
    if sheet.luck.random() < 0.4:
        sheet.write(((left + right) / 2, top - 20), f"{word(sheet.luck)} {word(sheet.luck)}", 14)
    for step in range(1, 5):
        y = bottom - (bottom - top) * step / 5
        sheet.pen.line([(left - 5, y), (left, y)], fill=sheet.ink, width=2)
        sheet.write((left - 16, y), str(step * sheet.luck.choice((1, 5, 10))), 10)
    sheet.pen.line([(left, top), (left, bottom), (right, bottom)], fill=sheet.ink, width=3)
    return left, top, right, bottom


def bar_chart(sheet: Sheet) -> str:
    """Draw two to four bars of one colour on axes."""
    left, top, right, bottom = _axes(sheet)
    luck, count = sheet.luck, sheet.luck.randint(2, 4)
    name, colour = named_colour(luck)
    room, fill = (right - left) / count, luck.uniform(0.5, 0.7)
    for index in range(count):
        x, height = left + room * (index + 0.5), (bottom - top) * luck.uniform(0.35, 1)
        sheet.pen.rectangle(
            (x - room * fill / 2, bottom - height, x + room * fill / 2, bottom - 2), fill=colour
        )
        sheet.write((x, bottom + 10), word(luck)[:4], 11)
    return f"a bar chart with {NUMBERS[count]} {name} bars"


def line_chart(sheet: Sheet) -> str:
    """Draw one to three lines, each in a colour and a band of its own, on axes."""
    left, top, right, bottom = _axes(sheet)
    luck, count = sheet.luck, sheet.luck.randint(1, 3)
    colours = luck.sample([COLOURS["red"], COLOURS["blue"], COLOURS["green"]], count)
    band, steps, width = (bottom - top) / count, luck.randint(4, 7), luck.randint(3, 5)
    for index, colour in enumerate(colours):
        middle = top + band * (index + 0.5)
        points = [
            (left + (right - left) * step / steps, middle + luck.uniform(-0.35, 0.35) * min(band, 110))
            for step in range(steps + 1)
        ]
        sheet.pen.line(points, fill=tint(luck, colour), width=width, joint="curve")
    return f"a line chart with {NUMBERS[count]} line{'s' if count > 1 else ''}"


def pie_chart(sheet: Sheet) -> str:
    """Draw a disc cut into two to four slices of different colours."""
    luck, count = sheet.luck, sheet.luck.randint(2, 4)
    left, top, right, bottom = sheet.box
    radius = min(right - left, bottom - top) * luck.uniform(0.42, 0.5)
    x, y = (left + right) / 2 + luck.randint(-15, 15), (top + bottom) / 2 + luck.randint(-6, 6)
    shares = [luck.uniform(1, 1.5) for _ in range(count)]
    angle = luck.uniform(0, 360)
    for share, colour in zip(shares, luck.sample(SLICE_COLOURS, count), strict=True):
        turn = 360 * share / sum(shares)
        disc = (x - radius, y - radius, x + radius, y + radius)
        sheet.pen.pieslice(disc, angle, angle + turn, fill=tint(luck, colour), outline=sheet.paper, width=2)
        way = math.radians(angle + turn / 2)
        sheet.write(
            (x + radius * 0.65 * math.cos(way), y + radius * 0.65 * math.sin(way)), f"{turn / 3.6:.0f}%", 13
        )
        angle += turn
    return f"a pie chart with {NUMBERS[count]} slices"


def scatter_plot(sheet: Sheet) -> str:
    """Draw a cloud of points of one colour on axes."""
    left, top, right, bottom = _axes(sheet)
    luck, radius = sheet.luck, sheet.luck.randint(4, 6)
    name, colour = named_colour(luck)
    slope = luck.choice((-0.7, 0, 0.7))
    for _ in range(luck.randint(30, 55)):
        across = luck.uniform(0.04, 0.96)
        up = min(0.95, max(0.05, 0.5 + slope * (across - 0.5) + luck.uniform(-0.3, 0.3)))
        x, y = left + (right - left) * across, bottom - (bottom - top) * up
        sheet.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return f"a scatter plot with {name} points"


def table(sheet: Sheet) -> str:
    """Draw a ruled table of two to four columns with a shaded head."""
    luck, columns, rows = sheet.luck, sheet.luck.randint(2, 4), sheet.luck.randint(4, 7)
    left, top, right, bottom = sheet.box
    wide, high = (right - left) / columns, (bottom - top) / rows
    shade = luck.choice([(190, 190, 195), (170, 195, 230), (240, 215, 160)])
    sheet.pen.rectangle((left, top, right, top + high), fill=shade)
    for row in range(rows):
        for column in range(columns):
            text = word(luck) if row == 0 or column == 0 else str(luck.randint(1, 999))
            sheet.write((left + wide * (column + 0.5), top + high * (row + 0.5)), text, 14)
    for column in range(columns + 1):
        x = left + wide * column
        sheet.pen.line([(x, top), (x, bottom)], fill=sheet.ink, width=3)
    for row in range(rows + 1):
        y = top + high * row
        sheet.pen.line([(left, y), (right, y)], fill=sheet.ink, width=2)
    return f"a table with {NUMBERS[columns]} columns"


def graph(sheet: Sheet) -> str:
    """Draw squared paper with crossing axes and the curve of a function."""
    luck = sheet.luck
    left, top, right, bottom = sheet.box
    x, y = (left + right) / 2, (top + bottom) / 2
    for step in range(9):
        across, down = left + (right - left) * step / 8, top + (bottom - top) * step / 8
        sheet.pen.line([(across, top), (across, bottom)], fill=(190, 205, 215))
        sheet.pen.line([(left, down), (right, down)], fill=(190, 205, 215))
    sheet.pen.line([(x, top), (x, bottom)], fill=sheet.ink, width=3)
    sheet.pen.line([(left, y), (right, y)], fill=sheet.ink, width=3)
    name = luck.choice(("parabola", "wave"))
    colour = tint(luck, luck.choice((COLOURS["red"], COLOURS["blue"])))
    sheet.pen.line(_curve(sheet, name, (x, y)), fill=colour, width=luck.randint(4, 5), joint="curve")
    return f"a graph of a {name}"


def _curve(sheet: Sheet, name: str, middle: Point) -> list[Point]:
    left, top, right, bottom = sheet.box
    luck, half, rise = sheet.luck, (right - left) / 2, (bottom - top) / 2
    side, turns = luck.choice((-1, 1)), luck.uniform(1.6, 2.2)
    height, shift = rise * luck.uniform(0.6, 0.8), rise * luck.uniform(0.2, 0.4)
    points = []
    for step in range(-30, 31):
        at = step / 30
        drop = side * (2 * height * at**2 - height - shift + 10) if name == "parabola" else None
        if drop is None:
            drop = side * height * math.sin(turns * math.pi * at)
        points.append((middle[0] + half * at * 0.9, middle[1] + max(-rise, min(rise, drop))))
    return points
