r"""Formulas that lost a backslash on their way through JSON: `\frac` written with one backslash, not two.

JSON reads `\f`, `\b`, `\t`, `\n` and `\r` as control characters, and refuses every other letter (`\alpha`),
with which the whole answer would be lost. Models that write LaTeX into JSON slip this way now and then.
"""

import re

_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_FORMULA = re.compile(r"(\$\$?)[^$]+\1")
_ANYWHERE = ((re.compile(r"\x0c(?=[A-Za-z])"), r"\\f"), (re.compile(r"\x08(?=[A-Za-z])"), r"\\b"))
"""Form feed and backspace: no text has them, so a letter behind one was a command's."""
_IN_FORMULAS = (
    (re.compile(r"\t(?=[A-Za-z])"), r"\\t"),
    (re.compile(r"\r(?=[A-Za-z])"), r"\\r"),
    (re.compile(r"\n(?=(?:abla|eq|eg|exists|otin|otag)(?![A-Za-z]))"), r"\\n"),
)
"""Characters that texts do have, so they are mended between dollar signs only; a line break only before what
is no beginning of a line. `\nu` and `\ne` stay broken: a line may begin with u or e."""


def escaped(text: str) -> str:
    r"""Return JSON text in which each backslash that escapes nothing is doubled: `\alpha` -> `\\alpha`."""
    return _ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)


def mended(text: str) -> str:
    """Return a text of an answer with the commands that JSON took for control characters."""
    for slip, command in _ANYWHERE:
        text = slip.sub(command, text)
    return _FORMULA.sub(_mend_formula, text)


def _mend_formula(found: re.Match[str]) -> str:
    formula = found[0]
    for slip, command in _IN_FORMULAS:
        formula = slip.sub(command, formula)
    return formula
