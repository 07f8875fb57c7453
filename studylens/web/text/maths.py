"""TeX to MathML on the server, so that no page needs a script or a font for its formulas."""

import html
import logging
import re

import nh3

from studylens.web.text.braces import NotShown, require_closed
from studylens.web.text.shorthand import written_out

log = logging.getLogger("studylens.maths")

MAX_TEX_CHARS = 2_000
"""A longer formula is not one; latex2mathml recurses without bound."""
_TAGS = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd",
    "mstyle", "mphantom", "mpadded", "menclose",
}  # fmt: skip
_ATTRIBUTES = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "fence", "form", "separator", "largeop", "movablelimits", "minsize", "maxsize"},
    "mfrac": {"linethickness"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mspace": {"width"},
    "mtable": {"columnalign", "columnlines", "rowlines"},
    "mtd": {"columnalign"},
    "menclose": {"notation"},
    "mover": {"accent"},
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags={"script", "style"}, link_rel=None
)
_CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3,
}  # fmt: skip
"""How many parts an element has; with fewer the formula was half written."""
_BACKSLASH = "\\"
"""Of a command that the converter does not know: it would stand in the formula as it was written."""
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|gathered|split)\}")
"""Environments that latex2mathml does not lay out; `align` looks the same inside a formula."""


def to_mathml(tex: str, *, block: bool) -> str:
    """Return safe MathML of a formula, or its escaped source when it cannot be converted."""
    try:
        return _convert(tex, "block" if block else "inline")
    except Exception as error:  # noqa: BLE001 - The converter raises anything, and a page must not fail for it.
        log.debug("no MathML for a formula: %s", type(error).__name__)
        source = html.escape(tex.encode("utf-8", "replace").decode())
        return f"<code>{source}</code>"


def _convert(tex: str, display: str) -> str:
    # Late: the converter brings a table of a thousand symbols that most visits never need.
    from latex2mathml.converter import convert  # noqa: PLC0415

    if len(tex) > MAX_TEX_CHARS:
        raise NotShown
    require_closed(tex)
    mathml: str = convert(_ALIGNED.sub(r"\\\1{align*}", written_out(tex)), display=display)
    _require_whole(mathml)
    return _CLEANER.clean(mathml)


def _require_whole(mathml: str) -> None:
    """Raise NotShown for a formula of which a part is missing, or stands there as its command."""
    # Late, with the converter, which brings it along.
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - the module's own short name.

    root = ET.fromstring(mathml)  # noqa: S314 - the converter's own output, which has no doctype.
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if len(element) != _CHILDREN.get(name, len(element)) or _BACKSLASH in (element.text or ""):
            raise NotShown
