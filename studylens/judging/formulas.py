"""Whether the LaTeX of an item can be shown: dollars in pairs, braces closed, no sign of a broken reading."""

import re

from studylens.judging.item import Item, Page

_MATHS = re.compile(r"\$([^$]*)\$")
_UNSURE = re.compile(
    r"\ufffd|\[\?\]|\(\?\)|\?\?\?|\bunreadable\b|\billegible\b|\bunleserlich\b|\bilegible\b|\billisible\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"`[^`]*`|\\\((?P<inline>(?:(?!\\[()])[^$`])+)\\\)|\\\[(?P<block>(?:(?!\\[\[\]])[^$`])+)\\\]"
)
"""A formula between LaTeX's signs, or code, in which they stay; none runs past the next sign."""
_MATHS_SIGN = re.compile(r"\\[A-Za-z]|[=^_+<>/-]|^\s*\w{1,2}\s*$")
r"""What a formula has, and a pattern of characters such as `\(one\|two\)` has not."""
_BLOCK_SIGN = re.compile(r"\\[A-Za-z]|[=^_]")
r"""The same between brackets: in Markdown `\[x\]` is a bracket that begins no link."""
_NEEDS_TWO = re.compile(r"\\d?frac(?!\s*(?:\{|\w))")


def dollared(text: str) -> str:
    r"""Return a text whose formulas all stand between dollars: `\(x\)` and `\[x\]` are LaTeX's own signs."""
    return _SIGNED.sub(_between_dollars, text)


def _between_dollars(found: re.Match[str]) -> str:
    inline, block = found["inline"], found["block"]
    inside = inline if inline is not None else block
    if inside is None or not (_MATHS_SIGN if inline is not None else _BLOCK_SIGN).search(inside):
        return found[0]
    return f"$${inside.strip()}$$" if inline is None else f"${' '.join(inside.split())}$"


def formula(item: Item, _page: Page | None) -> str:
    """Dollars come in pairs, what stands between them has its braces in pairs."""
    for text in (item.asks, item.answer, *item.options):
        escaped = text.replace(r"\$", "")
        prices = len(re.findall(r"\$\s?\d", escaped)) == escaped.count("$")
        if escaped.count("$") % 2 and not prices:
            return "formula_broken"
        if any(_broken(maths) for maths in _MATHS.findall(escaped)):
            return "formula_broken"
    return ""


def _broken(maths: str) -> bool:
    bare = re.sub(r"\\[{}]", "", maths)
    depth = 0
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return True
    unpaired = bare.count(r"\left") != bare.count(r"\right")
    return (
        depth != 0
        or unpaired
        or not maths.strip()
        or _NEEDS_TWO.search(bare) is not None
        or bare.endswith(("^", "_", "\\"))
    )


def readable(item: Item, _page: Page | None) -> str:
    """What a reader marked as not readable is asked of nobody."""
    return "unreadable" if _UNSURE.search(f"{item.asks}\n{item.answer}") else ""
