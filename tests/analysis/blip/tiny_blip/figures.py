"""Synthetic study figures with captions that are true because the drawing is made from the same facts."""

import random
from collections.abc import Callable

from PIL import Image

from tests.analysis.blip.tiny_blip import charts, diagrams, texts
from tests.analysis.blip.tiny_blip.sheet import Sheet, new_sheet, photographed

# Training draws the seeds below this one, tests the seeds from it on: no drawing is in both.
HELD_OUT = 1_000_000

# Shapes come three times: they are three kinds.
_DRAWERS: tuple[Callable[[Sheet], str], ...] = (
    charts.bar_chart,
    charts.line_chart,
    charts.pie_chart,
    charts.scatter_plot,
    charts.table,
    charts.graph,
    diagrams.flow_chart,
    diagrams.venn_diagram,
    diagrams.circuit,
    diagrams.cell,
    diagrams.plant,
    diagrams.shape,
    diagrams.shape,
    diagrams.shape,
    diagrams.land_map,
    texts.printed_page,
    texts.blackboard,
    texts.timeline,
)

# What a caption can call a figure; each caption holds exactly one of these as whole words.
KINDS = (
    "bar chart",
    "line chart",
    "pie chart",
    "scatter plot",
    "table",
    "graph",
    "flow chart",
    "venn diagram",
    "circuit",
    "cell",
    "plant",
    "triangle",
    "circle",
    "square",
    "map",
    "printed page",
    "blackboard",
    "timeline",
)


def draw(seed: int) -> tuple[Image.Image, str, str]:
    """Draw the figure of a seed: an RGB picture of 300 to 400 px, its caption and its kind."""
    luck = random.Random(seed)
    drawer = luck.choice(_DRAWERS)
    sheet = new_sheet(luck, dark=drawer is texts.blackboard)
    caption = drawer(sheet)
    return photographed(sheet), caption, kind_of(caption)


def kind_of(caption: str) -> str:
    """Give the one kind that the caption names, or nothing if it names none or several."""
    named = [kind for kind in KINDS if f" {kind} " in f" {caption} "]
    return named[0] if len(named) == 1 else ""
