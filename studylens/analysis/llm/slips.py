r"""Formulas that lost a backslash on their way through JSON: `\frac` written with one backslash, not two.

JSON reads `\f`, `\b`, `\t`, `\n` and `\r` as control characters, and refuses every other letter (`\alpha`),
with which the whole answer would be lost. Models that write LaTeX into JSON slip this way now and then.
"""

import json
import re

from studylens.judging.formulas import dollared

_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_FORMULA = re.compile(r"(\$\$?)[^$]+\1|\\\((?:(?!\\[()])[^$])+\\\)|\\\[(?:(?!\\[\[\]])[^$])+\\\]")
_ANYWHERE = ((re.compile(r"\x0c(?=[A-Za-z])"), r"\\f"), (re.compile(r"\x08(?=[A-Za-z])"), r"\\b"))
"""Form feed and backspace: no text has them, so a letter behind one was a command's."""
_COMMANDS = {
    "\t": """
        tan tanh tau tbinom text textbf textit textnormal textrm textsf textstyle texttt textup tfrac
        therefore theta thickapprox thicksim tilde times to top triangle triangledown triangleleft
        trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow twoheadrightarrow tag
    """,
    "\r": """
        rVert rangle rbrace rbrack rceil rfloor rgroup rho rhd right rightarrow rightarrowtail
        rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow
        risingdotseq rm root rtimes rvert
    """,
    "\n": """
        nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash nabla natural ncong nearrow neg neq nexists ngeq
        ngeqq ngeqslant ngtr nleftarrow nleftrightarrow nleq nleqq nleqslant nless nmid nolimits nonumber not
        notag notin nparallel nprec npreceq nrightarrow nshortmid nsim nsubset nsubseteq nsucc nsucceq nsupset
        nsupseteq ntriangleleft ntriangleright nvDash nvdash nwarrow
    """,
}
"""Commands whose first letter, with its backslash, JSON reads as tab, return or line break."""
_SHORT = ("nu", "ne", "ni")
"""The same, but a line of a formula may begin with u, e or i: mended where no line may begin."""


def _slips(sign: str, names: str) -> re.Pattern[str]:
    rest = "|".join(sorted({name[1:] for name in names.split()}, key=len, reverse=True))
    return re.compile(rf"{sign}(?=(?:{rest})(?![A-Za-z]))")


_IN_FORMULAS = tuple(
    (_slips(sign, names), rf"\\{letter}")
    for (sign, names), letter in zip(_COMMANDS.items(), "trn", strict=True)
)
"""Characters that texts do have, so they are mended between dollar signs only, before what they belong to."""
_SHORT_SLIP = _slips("\n", " ".join(_SHORT))
_UNEQUAL = re.compile(r"\n(?=e[ ]*(?![A-Za-z])[\w\\{]|e[ ]+[\w\\{])")
r"""`\ne` also in a formula set in lines: before a value, which no line that begins with e goes on with."""


def escaped(text: str) -> str:
    r"""Return JSON text in which each backslash that escapes nothing is doubled: `\alpha` -> `\\alpha`."""
    return _ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)


def mended(text: str) -> str:
    """Return a text of an answer with the commands that JSON took for control characters."""
    for slip, command in _ANYWHERE:
        text = slip.sub(command, text)
    return dollared(_FORMULA.sub(_mend_formula, text))


def _mend_formula(found: re.Match[str]) -> str:
    formula = found[0]
    for slip, command in _IN_FORMULAS:
        formula = slip.sub(command, formula)
    # A formula set in lines begins and ends with a line break; in any other a break was a command's.
    in_lines = formula.startswith(("$$\n", "\\[\n")) or formula.endswith(("\n$$", "\n\\]"))
    return (_UNEQUAL if in_lines else _SHORT_SLIP).sub(r"\\n", formula)


def whole_paragraphs(raw: str) -> str:
    """Return the whole paragraphs of a text that broke off."""
    whole, _, _ = raw.replace("\n", r"\n").rpartition(r"\n\n")
    return decoded(whole)


def decoded(raw: str) -> str:
    """Return what stands between the quotes of a JSON text, read with its slips."""
    text: str = json.loads(f'"{escaped(raw)}"', strict=False)
    return text
