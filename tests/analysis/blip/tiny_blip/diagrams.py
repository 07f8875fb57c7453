"""Drawn things: flow charts, sets, circuits, labelled living things, shapes and maps, with their captions."""

import math

from tests.analysis.blip.tiny_blip.sheet import COLOURS, NUMBERS, Point, Sheet, named_colour, tint, word


def flow_chart(sheet: Sheet) -> str:
    """Draw two to four boxes, one below or beside the other, joined by arrows."""
    luck, count = sheet.luck, sheet.luck.randint(2, 4)
    left, top, right, bottom = sheet.box
    down = luck.random() < 0.5
    room = ((bottom - top) if down else (right - left)) / count
    thick = room * 0.58
    shade = luck.choice([(170, 200, 240), (245, 215, 150), (180, 225, 180)])
    x, y, width = (left + right) / 2, (top + bottom) / 2, luck.randint(2, 4)
    reach = luck.uniform(55, 85) if down else luck.uniform(35, 60)
    for index in range(count):
        at = (top if down else left) + room * index
        box = (x - reach, at, x + reach, at + thick) if down else (at, y - reach, at + thick, y + reach)
        sheet.pen.rectangle(box, fill=shade, outline=sheet.ink, width=width)
        sheet.write(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), word(luck), 13)
        if index < count - 1:
            start, end = at + thick, at + room - 1
            sheet.arrow((x, start) if down else (start, y), (x, end) if down else (end, y))
    return f"a flow chart with {NUMBERS[count]} boxes"


def venn_diagram(sheet: Sheet) -> str:
    """Draw two or three sets as rings that overlap."""
    luck, count = sheet.luck, sheet.luck.randint(2, 3)
    left, top, right, bottom = sheet.box
    x, y = (left + right) / 2, (top + bottom) / 2
    radius = min(right - left, bottom - top) * (0.33 if count == 2 else 0.29)
    start = math.radians(luck.choice((0, 180)) if count == 2 else luck.choice((90, 270)))
    for index in range(count):
        way = start + 2 * math.pi * index / count
        across, up = x + radius * 0.62 * math.cos(way), y + radius * 0.62 * math.sin(way)
        ring = (across - radius, up - radius, across + radius, up + radius)
        sheet.pen.ellipse(
            ring, outline=tint(luck, luck.choice(list(COLOURS.values())[:3])), width=luck.randint(4, 5)
        )
        sheet.write(
            (across + radius * 0.5 * math.cos(way), up + radius * 0.5 * math.sin(way)), word(luck), 12
        )
    return f"a venn diagram with {NUMBERS[count]} sets"


def circuit(sheet: Sheet) -> str:
    """Draw a loop of wire with a battery and one or two lamps that shine."""
    luck, count = sheet.luck, sheet.luck.randint(1, 2)
    left, top, right, bottom = (side + shift for side, shift in zip(sheet.box, (8, 24, -8, -24), strict=True))
    width = luck.randint(3, 4)
    sheet.pen.rectangle((left, top, right, bottom), outline=sheet.ink, width=width)
    x = (left + right) / 2
    sheet.pen.rectangle((x - 8, bottom - 10, x + 8, bottom + 10), fill=sheet.paper)
    sheet.pen.line([(x - 9, bottom - 28), (x - 9, bottom + 28)], fill=sheet.ink, width=4)
    sheet.pen.line([(x + 9, bottom - 14), (x + 9, bottom + 14)], fill=sheet.ink, width=8)
    for index in range(count):
        _lamp(sheet, (left + (right - left) * (index + 1) / (count + 1), top), luck.randint(26, 30))
    sheet.write((x, (top + bottom) / 2), f"{luck.randint(1, 24)} V", 16)
    return f"a circuit with {NUMBERS[count]} lamp{'s' if count > 1 else ''}"


def _lamp(sheet: Sheet, at: Point, radius: int) -> None:
    (x, y), part = at, radius * 0.7
    ring = (x - radius, y - radius, x + radius, y + radius)
    sheet.pen.ellipse(ring, fill=COLOURS["yellow"], outline=sheet.ink, width=3)
    sheet.pen.line([(x - part, y - part), (x + part, y + part)], fill=sheet.ink, width=3)
    sheet.pen.line([(x - part, y + part), (x + part, y - part)], fill=sheet.ink, width=3)


def _label(sheet: Sheet, at: Point, x: float) -> None:
    y = at[1] + sheet.luck.randint(-8, 8)
    sheet.pen.line([at, (x, y)], fill=sheet.ink, width=2)
    sheet.write((x + (22 if x > at[0] else -22), y), word(sheet.luck), 13)


def cell(sheet: Sheet) -> str:
    """Draw a cell with its wall, its core and small parts, and lines to their names."""
    luck = sheet.luck
    left, top, right, bottom = sheet.box
    x, y, wide, high = (left + right) / 2, (top + bottom) / 2, (right - left) * 0.32, (bottom - top) * 0.42
    body, core = luck.choice([(205, 235, 200), (250, 220, 215), (245, 240, 200)]), tint(luck, (150, 90, 160))
    sheet.pen.ellipse(
        (x - wide, y - high, x + wide, y + high), fill=tint(luck, body, 8), outline=sheet.ink, width=4
    )
    for _ in range(luck.randint(5, 8)):
        way, far = luck.uniform(0, 6.28), luck.uniform(0.6, 0.8)
        across, up = x + wide * far * math.cos(way), y + high * far * math.sin(way)
        sheet.pen.ellipse((across - 9, up - 5, across + 9, up + 5), fill=tint(luck, (225, 140, 60)))
    nucleus = (x + luck.randint(-20, 20), y + luck.randint(-15, 15))
    size = luck.randint(26, 34)
    sheet.pen.ellipse((nucleus[0] - size, nucleus[1] - size, nucleus[0] + size, nucleus[1] + size), fill=core)
    _label(sheet, nucleus, right - 15)
    _label(sheet, (x + wide * 0.7, y + high * 0.6), right - 15)
    _label(sheet, (x - wide * 0.8, y - high * 0.5), left + 15)
    return "a labelled diagram of a cell"


def plant(sheet: Sheet) -> str:
    """Draw a flower with stem, leaves and roots, and lines to their names."""
    luck = sheet.luck
    left, top, right, bottom = sheet.box
    x, ground, head = (left + right) / 2 + luck.randint(-20, 20), bottom - (bottom - top) * 0.22, top + 38
    green, (name, petal) = tint(luck, (50, 150, 60)), named_colour(luck, ("red", "blue", "yellow"))
    sheet.pen.line([(x, head), (x, ground)], fill=green, width=7)
    for side, at in ((-1, 0.45), (1, 0.65)):
        y = head + (ground - head) * at
        sheet.pen.polygon(
            [(x, y), (x + side * 30, y - 30), (x + side * 62, y - 22), (x + side * 34, y - 2)], fill=green
        )
    for turn in range(6):
        across, up = x + 22 * math.cos(turn * 1.047), head + 22 * math.sin(turn * 1.047)
        sheet.pen.ellipse((across - 14, up - 14, across + 14, up + 14), fill=petal)
    sheet.pen.ellipse((x - 12, head - 12, x + 12, head + 12), fill=(110, 70, 30))
    for side in (-2, -1, 0, 1, 2):
        sheet.pen.line([(x, ground), (x + side * 22, bottom - abs(side) * 8)], fill=(120, 80, 40), width=4)
    sheet.pen.line([(left, ground), (right, ground)], fill=(120, 80, 40), width=3)
    _label(sheet, (x + 25, head), right - 15)
    _label(sheet, (x - 10, ground + 16), left + 15)
    return f"a labelled diagram of a plant with a {name} flower"


def shape(sheet: Sheet) -> str:
    """Draw one large triangle, circle or square, filled with a colour or only outlined in it."""
    luck, name = sheet.luck, sheet.luck.choice(("triangle", "circle", "square"))
    width, height = sheet.image.size
    colour_name, colour = named_colour(luck)
    size = min(width, height) * luck.uniform(0.3, 0.42)
    x, y = width / 2 + luck.randint(-25, 25), height / 2 + luck.randint(-12, 12)
    # The processor stretches a sheet to a square, and the square on it: still four straight sides.
    corners = {"triangle": 3, "square": 4, "circle": 72}[name]
    start = {"triangle": -90 + luck.choice((0, 180)), "square": 45, "circle": 0}[name]
    ways = [math.radians(start + 360 * corner / corners) for corner in range(corners)]
    points = [(x + size * math.cos(way), y + size * math.sin(way)) for way in ways]
    if luck.random() < 0.6:
        sheet.pen.polygon(points, fill=colour)
    else:
        sheet.pen.line(
            [*points, points[0], points[1]], fill=colour, width=luck.randint(10, 13), joint="curve"
        )
    return f"a {colour_name} {name}"


def land_map(sheet: Sheet) -> str:
    """Draw a country with its borders and a river or a lake."""
    luck, name = sheet.luck, sheet.luck.choice(("river", "lake"))
    left, top, right, bottom = sheet.box
    x, y, wide, high = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    ways = [index * math.pi / 8 for index in range(16)]
    coast = [(luck.uniform(0.8, 1.05), way) for way in ways]
    edge = [(x + wide * far * math.cos(way), y + high * far * math.sin(way)) for far, way in coast]
    sheet.pen.polygon(edge, fill=tint(luck, (200, 190, 140), 12), outline=sheet.ink, width=3)
    water = tint(luck, (50, 120, 220), 12)
    if name == "river":
        bends = [(x + wide * (step / 3 - 1) * 0.85, y + luck.uniform(-0.3, 0.3) * high) for step in range(7)]
        sheet.pen.line(bends, fill=water, width=luck.randint(6, 9), joint="curve")
    else:
        across, up = x + luck.uniform(-0.3, 0.3) * wide, y + luck.uniform(-0.3, 0.3) * high
        sheet.pen.ellipse(
            (across - wide * 0.35, up - high * 0.3, across + wide * 0.35, up + high * 0.3), fill=water
        )
    for _ in range(4):
        town = (x + luck.uniform(-0.6, 0.6) * wide, y + luck.choice((-0.55, 0.55)) * high)
        sheet.pen.ellipse((town[0] - 4, town[1] - 4, town[0] + 4, town[1] + 4), fill=sheet.ink)
        sheet.write((town[0], town[1] + 12), word(luck), 12)
    return f"a map with a {name}"
