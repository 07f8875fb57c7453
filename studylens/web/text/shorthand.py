r"""Commands of packages (`\ce`, `\SI`, `\abs`...) written out in LaTeX that the converter knows."""

import re
from collections.abc import Callable

from studylens.web.text import chemistry, units
from studylens.web.text.braces import NotShown, grouped

Written = Callable[..., str]
_ONE: dict[str, Written] = {
    "ce": chemistry.to_latex,
    "num": units.number,
    "unit": units.unit,
    "si": units.unit,
    "ang": lambda text: f"{units.number(text)}^\\circ ",
    "abs": lambda text: rf"\left| {text} \right|",
    "norm": lambda text: rf"\left\| {text} \right\|",
    "label": lambda _: "",
    "mathds": lambda text: rf"\mathbb{{{text}}}",
    "vb": lambda text: rf"\mathbf{{{text}}}",
    "order": lambda text: rf"\mathcal{{O}}\left({text}\right)",
}
_TWO: dict[str, Written] = {
    "SI": units.quantity,
    "qty": units.quantity,
    "dv": lambda top, bottom: rf"\frac{{\mathrm{{d}} {top}}}{{\mathrm{{d}} {bottom}}}",
    "pdv": lambda top, bottom: rf"\frac{{\partial {top}}}{{\partial {bottom}}}",
}
_WORDS = {
    "AA": "\\text{Å}", "ohm": "\\Omega ", "celsius": "\\text{°C}", "degreeCelsius": "\\text{°C}",
    "degree": "^\\circ ", "micro": "\\mu ", "nonumber": "", "notag": "",
    "dd": "\\mathrm{d}", "grad": "\\nabla ", "N": "\\mathbb{N}", "R": "\\mathbb{R}", "Z": "\\mathbb{Z}",
    "Q": "\\mathbb{Q}", "C": "\\mathbb{C}", "E": "\\mathbb{E}",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)(\*?)")
_OPTION = re.compile(r"\s*\[[^\[\]]*\]")
_UNIT_NAMES = frozenset({"SI", "qty", "num", "unit", "si", "ang"})
_NEGATED = re.compile(
    r"\\not\s*(=|<|>|\\(?:equiv|approx|sim|subset|subseteq|supset|mid|parallel|leq|geq)(?![A-Za-z]))"
)
_NEGATIONS = {
    "=": "≠", "<": "≮", ">": "≯", "equiv": "≢", "approx": "≉", "sim": "≁", "subset": "⊄", "subseteq": "⊈",
    "supset": "⊅", "mid": "∤", "parallel": "∦", "leq": "≰", "geq": "≱",
}  # fmt: skip
_BIG = re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?\s*(?=\\[{}|])")
_OPERATOR = re.compile(r"\\operatorname\*?\s*\{((?:[A-Za-z ]|\\,|-)+)\}")
MOST_COMMANDS = 50
"""Of packages, in one formula."""


def written_out(tex: str) -> str:
    """Return a formula without commands of packages. Raises NotShown where one cannot be written out."""
    tex = _NEGATED.sub(lambda found: _NEGATIONS[found[1].lstrip("\\")], _BIG.sub("", tex))
    tex = _OPERATOR.sub(lambda found: rf"\operatorname{{{found[1].replace(chr(92) + ',', ' ')}}}", tex)
    done = 0
    for _ in range(MOST_COMMANDS):
        found = next((one for one in _COMMAND.finditer(tex, done) if _is_known(one[1])), None)
        if found is None:
            return tex
        written, end = _written(tex, found)
        # What is written out is not read again, except the inside of `\abs` and its like.
        done = found.start() + (len(written) if found[1] in {"ce", *_UNIT_NAMES} else 1 if written else 0)
        tex = tex[: found.start()] + written + tex[end:]
    raise NotShown


def _is_known(name: str) -> bool:
    return name in _ONE or name in _TWO or name in _WORDS


def _written(tex: str, found: re.Match[str]) -> tuple[str, int]:
    name, at = found[1], found.end()
    if name == "degree" and tex[: found.start()].rstrip(" {").endswith("^"):
        return r"\circ ", at
    if name in _WORDS:
        return _WORDS[name], at
    if name in _UNIT_NAMES and (option := _OPTION.match(tex, at)):
        at = option.end()
    parts = []
    for _ in range(2 if name in _TWO else 1):
        part, at = grouped(tex, at + len(tex[at:]) - len(tex[at:].lstrip()))
        parts.append(part)
    return (_TWO if name in _TWO else _ONE)[name](*parts), at
