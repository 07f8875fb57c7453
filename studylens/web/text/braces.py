"""Groups in LaTeX: what stands between braces, and whether all of them close."""

import re


class NotShown(ValueError):
    """A formula that cannot be shown for certain: its source is shown instead."""


def grouped(source: str, at: int) -> tuple[str, int]:
    """Return what stands between the braces that open at `at`, and the place behind them. Raises NotShown."""
    if source[at : at + 1] != "{":
        raise NotShown
    depth = 0
    for place in range(at, len(source)):
        sign = source[place]
        if sign in "{}" and source[place - 1 : place] != "\\":
            depth += 1 if sign == "{" else -1
            if not depth:
                return source[at + 1 : place], place + 1
    raise NotShown


def require_closed(source: str) -> None:
    """Raise NotShown where braces, environments or `left` and `right` do not come in pairs."""
    depth = 0
    for sign in re.sub(r"\\\\|\\[{}]", "", source):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            raise NotShown
    pairs = ((r"\\begin\{", r"\\end\{"), (r"\\left(?![A-Za-z])", r"\\right(?![A-Za-z])"))
    if depth or any(len(re.findall(a, source)) != len(re.findall(b, source)) for a, b in pairs):
        raise NotShown
