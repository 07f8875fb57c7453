"""What sheets may cost and hold: pages made of a pack, for paper, a phone's screen and the wall."""

MAX_SHEETS = 10
"""Templates of one request: each is made alone, one after another."""
MAX_PAGES = 20
"""Pages of one template: 80 cards on ten sheets with two sides."""
MAX_OWN_TEMPLATES = 10
"""Templates that a guest may keep: a menu longer than this is not read."""
MAX_TEMPLATE_BYTES = 16 * 1024
"""A template's JSON: four corners, a name and a colour take 200."""
TEMPLATE_NAME_CHARS = 60
"""One line of the page."""
LEAST_SIDE_PX, MOST_SIDE_PX = 200, 2_560
"""Of a template: the longest side is that of the largest phone; A4 at 200 dpi has 2,339."""
MOST_ART_PX = 2_048
"""Longest side of the picture that is set into a template."""
LEAST_CORNERS_SHARE = 0.02
"""Of the template's area that its corners must enclose: on less nothing can be read."""
SHEETS_SECONDS = 86_400
"""How long made sheets are kept: to print them tomorrow morning."""
MAX_BATCHES = 10
"""Made sheets that a guest may have at once; the oldest go."""
MAX_SHEET_CARDS = 1_000
"""Cards of a pack that are looked at: more than ten templates hold."""
SHEET_TEXT_CHARS = 4_000
"""Of one side of a card or a definition: at the smallest letters a page holds about as much."""
MAX_TEX_CHARS = 500
"""A longer formula stands as its source: it would not fit on any sheet, and the renderer recurses."""
MAX_FORMULAS = 300
"""Drawn formulas that are remembered while a batch runs: a page tries many sizes of letters."""
NEED_SHEETS_MB = 60
"""Free memory below which no sheet is begun. The whole process was at 67.5 MB anonymous at its highest
(benchmarks/RESULTS.md, sheets), a part of it before the first sheet."""
ROOM_SHEETS_MB = 250
"""What a sheet may map more than before, see budget/stages.py. Chosen with room to spare, not measured."""
