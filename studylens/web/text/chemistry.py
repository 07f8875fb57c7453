r"""Chemistry as `\ce{...}` (mhchem) writes it, in LaTeX that every converter knows.

What a sign means depends on its place: a number is a factor before a formula and an index in it, a minus is
a charge, a bond or a minus. What is not sure raises NotShown: a wrong formula is worse than its source.
"""

import re
from collections.abc import Iterator

from studylens.web.text.braces import NotShown, grouped

_ARROWS = {
    "<=>>": r"\rightleftharpoons", "<<=>": r"\rightleftharpoons", "<=>": r"\rightleftharpoons",
    "<->": r"\leftrightarrow", "<-->": r"\rightleftarrows", "->": r"\rightarrow", "<-": r"\leftarrow",
    "=>": r"\Rightarrow", "→": r"\rightarrow", "⇌": r"\rightleftharpoons",
}  # fmt: skip
_ARROW = re.compile("|".join(map(re.escape, sorted(_ARROWS, key=len, reverse=True))))
_ABOVE = re.compile(r"\[(?P<above>[^\[\]]*)\](?:\[(?P<below>[^\[\]]*)\])?")
_FACTOR = re.compile(r"(?P<top>\d+)/(?P<bottom>\d+)|\d+(?:[.,]\d+)?|[a-z](?=[A-Z(\[])")
_STATE = re.compile(r"\((?:aq|s|l|g|cr|am)\)")
_LETTERS = re.compile(r"[A-Z][a-z]?|[a-z]+")
_INDEX = re.compile(r"0[.,]\d+|\d+")
"""After a whole number a point is that of a hydrate: `CuSO4.5H2O`."""
_SIMPLE = re.compile(r"[\w+\-.,*•·⋅() ]{1,20}")
_CHARGE = re.compile(r"[.•]?\d*[+-]+(?=[)\]]|\((?:aq|s|l|g)\)|(?![\w(\[{]))|\d+|[.•]")
_BONDS = {"-": "-", "=": "=", "#": r"\equiv "}
_GAS, _SOLID = r"\uparrow ", r"\downarrow "
_GREEK = re.compile(
    r"\\(?:alpha|beta|gamma|delta|Delta|epsilon|eta|kappa|lambda|mu|nu|pi|sigma|omega|circ|cdot|bullet|pm)"
    r"(?![A-Za-z])"
)
_TEXT = re.compile(r"\\text\{[A-Za-z0-9 ,.°%+-]+\}")
MOST_CHARS = 400
"""Of one formula; the longest reaction in a textbook takes about 150."""


def to_latex(source: str) -> str:
    r"""Return what stands between the braces of `\ce` as LaTeX. Raises NotShown."""
    if len(source) > MOST_CHARS or not source.strip():
        raise NotShown
    return "".join(_parts(source))


def _parts(source: str) -> Iterator[str]:
    """Yield arrows, plus signs and terms, which blanks part."""
    at = 0
    while at < len(source):
        if source[at].isspace():
            at += 1
        elif arrow := _ARROW.match(source, at):
            at = arrow.end()
            above = _ABOVE.match(source, at)
            yield _arrow(_ARROWS[arrow[0]], above)
            at = above.end() if above else at
        elif source[at] in "+-" and _stands_alone(source, at):
            yield f" {source[at]} "
            at += 1
        elif source[at] in ".*·•" and _stands_alone(source, at):
            yield r" \cdot "
            at += 1
        elif source[at] in "^v↑↓" and _stands_alone(source, at):
            yield _GAS if source[at] in "^↑" else _SOLID
            at += 1
        else:
            term = _Term(source, at)
            yield term.latex
            at = term.at


def _stands_alone(source: str, at: int) -> bool:
    before, after = source[at - 1 : at], source[at + 1 : at + 2]
    return (not before or before.isspace()) and (not after or after.isspace() or source[at] in "+-")


def _arrow(sign: str, above: re.Match[str] | None) -> str:
    if above is None:
        return f" {sign} "
    over, under = _words(above["above"]), _words(above["below"] or "")
    shown = rf"\overset{{{over}}}{{{sign}}}" if over else sign
    return rf" \underset{{{under}}}{{{shown}}} " if under else f" {shown} "


def _words(text: str) -> str:
    """Return what stands over an arrow: a formula, words, or a Greek letter."""
    plain = text.strip().strip("$")
    if not plain or _GREEK.fullmatch(plain) or _TEXT.fullmatch(plain):
        return plain
    if re.fullmatch(r"[A-Za-z0-9 ,.%°+\-]+", plain):
        return rf"\text{{{plain}}}" if re.search(r"[a-z]{2}|°|%| ", plain) else to_latex(plain)
    raise NotShown


class _Term:
    """One formula with its factor, from `at` on; `latex` is what it is, `at` where it ends."""

    def __init__(self, source: str, at: int) -> None:
        self._source, self.at = source, at
        self._depth = 0
        factor = self._factor()
        self._begun = self.at
        self.latex = factor + "".join(self._pieces())
        if self._depth:
            raise NotShown

    def _pieces(self) -> Iterator[str]:
        while self.at < len(self._source):
            begin = self.at
            if self._source[begin].isspace() or _ARROW.match(self._source, begin):
                return
            yield self._piece()
            if self.at == begin:
                raise NotShown

    def _piece(self) -> str:
        sign = self._source[self.at]
        if sign in "^_":
            return self._script()
        if state := _STATE.match(self._source, self.at):
            self.at = state.end()
            return rf"\text{{{state[0]}}}"
        if letters := _LETTERS.match(self._source, self.at):
            self.at = letters.end()
            return rf"\text{{{letters[0]}}}" + self._index()
        if sign in "([":
            self._depth += 1
            return self._take()
        if sign in ")]":
            self._depth -= 1
            return self._take() + self._index()
        return self._other(sign)

    def _other(self, sign: str) -> str:
        if sign in "+-" and self._is_charge():
            if self.at == self._begun:
                raise NotShown  # `SO4 2-`: a charge of nothing.
            return f"^{{{self._take()}}}"
        if sign in _BONDS and self._source[self.at + 1 : self.at + 2].strip():
            self.at += 1
            return _BONDS[sign]
        if sign in ".*·•" and self._source[self.at + 1 : self.at + 2].strip():
            self.at += 1
            return rf"\cdot {self._factor()}"
        if greek := _GREEK.match(self._source, self.at):
            self.at = greek.end()
            return greek[0] + " "
        raise NotShown

    def _is_charge(self) -> bool:
        """Say whether a sign ends its formula: before a letter it is a bond."""
        after = self._source[self.at + 1 : self.at + 2]
        return not after or after.isspace() or after in ")]" or bool(_STATE.match(self._source, self.at + 1))

    def _factor(self) -> str:
        found = _FACTOR.match(self._source, self.at)
        if found is None:
            return ""
        self.at = found.end()
        while self._source[self.at : self.at + 1] == " " and found[0][0].isdigit():
            self.at += 1
        if found["top"]:
            return rf"\tfrac{{{found['top']}}}{{{found['bottom']}}}"
        return rf"{found[0]}\,"

    def _index(self) -> str:
        found = _INDEX.match(self._source, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return f"_{{{found[0]}}}"

    def _script(self) -> str:
        """Read `^2-`, `_{n}`: before a formula without a base, as isotopes have them."""
        # Without a base of its own a script would hang on the arrow or sign before it.
        base = "{}" if self.at == self._begun else ""
        sign = self._take()
        if self._source[self.at : self.at + 1] == "{":
            inside, self.at = grouped(self._source, self.at)
        elif charge := _CHARGE.match(self._source, self.at) if sign == "^" else None:
            inside, self.at = charge[0], charge.end()
        elif index := re.compile(r"\d+|[a-z]").match(self._source, self.at):
            inside, self.at = index[0], index.end()
        else:
            raise NotShown
        if not _SIMPLE.fullmatch(inside):
            raise NotShown
        return f"{base}{sign}{{{inside}}}"

    def _take(self) -> str:
        self.at += 1
        return self._source[self.at - 1]
