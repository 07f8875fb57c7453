"""Limits of pages that a student's own device has read: they come from a stranger, as pasted text does."""

BROWSER_FOLDER = "browser"
"""Below the folder of the quantised network: what a browser reads with."""
BROWSER_METHOD = "quick-1"
"""How set-up makes those files; another name makes all that were made before count as none."""
MAX_DEVICE_PAGE_BYTES = 128 * 1024
"""Of one page's JSON: a dense page of 160 boxes has 25 kB, all fields of a form together may have 256 kB."""
MAX_DEVICE_BOXES = 1_000
"""Boxes of a page: as many as this server's own detection gives."""
MAX_DEVICE_LINE_CHARS = 2_000
"""Of one line: a line as wide as the page in the smallest print has 300."""
MAX_DEVICE_SIDE_PX = 4_000
"""Longest side of the picture that was read; our own reader works on 1600."""
MAX_DEVICE_GRIDS = 20
"""Ruled tables of a page, as many as this server's own reader looks for."""
MAX_DEVICE_RULES = 200
"""Rules of a table in one direction; more is squared paper."""
MIDDLE_POINTS = 16
"""Heights that describe the middle line of a bent line of text: as many as the page's bend is fitted to."""
FAR_OUTSIDE = 1.0
"""A box may reach so many sides past the picture and is cut there; one further out is broken."""
FIRST_LINES_SECONDS = 6.0
"""What such a page is reckoned to take here until one was timed: a fresh process, the order of its lines and
their cards took 0.54 s of processor, and the smallest machine gives a tenth of one."""
