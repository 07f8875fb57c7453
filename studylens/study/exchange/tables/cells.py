"""Cells of a table that a spreadsheet must show and never run.

A spreadsheet set to another language cuts our commas' table at semicolons or tabs, and at line ends within
quotation marks: so what begins a cell there is guarded too.
"""

import re

_FORMULA = r"""[' "]*[=+\-@\t\r]"""
"""A text that a spreadsheet may run: marks and blanks in front of it may be lost on the way."""
_STARTS = r"(?:^|(?<=[;|\t\r\n]))"
_BEGIN = re.compile(rf"{_STARTS}(?={_FORMULA})")
_GUARD = re.compile(rf"{_STARTS}'(?={_FORMULA})")


def guarded(cell: str) -> str:
    """Return the text with an apostrophe wherever a spreadsheet would take what follows for a formula."""
    return _BEGIN.sub("'", cell)


def unguarded(cell: str) -> str:
    """Return the text that `guarded` was given."""
    return _GUARD.sub("", cell)
