"""HTML of a stranger's card as the text that a person sees, in time that grows with its length. Pure.

The standard library's parser takes 0.6 s for 10,000 characters of nothing but openings: it begins anew at
each. Here each character is looked at a bounded number of times; a test counts.
"""

import html
import re
from collections.abc import Callable

PICTURE = "\ue004"
"""Stands where a picture was, until the text is tidied: a character that no language has."""
LONGEST_NUMBER = 7
"""Digits of a character's number: the largest is 1,114,111; Python itself refuses thousands of digits."""
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9-]*+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>|<[!?/][^<>]*+>""")
"""A tag, or a declaration that nobody sees. No part reaches over the next `<`, so a false start is short;
none gives back what it has taken, so a name without an end is read once."""
_LOOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)([^<>]*+)>")
"""The same where a quotation mark is missing."""
_NUMBER = re.compile(rf"&#(?:\d{{{LONGEST_NUMBER + 1},}}|[xX][0-9a-fA-F]{{{LONGEST_NUMBER + 1},}});?")
_LINES = {
    "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "dl", "dt", "dd",
    "table", "pre", "blockquote", "section", "article", "header", "footer", "figure", "figcaption", "details",
    "summary",
}  # fmt: skip
"""Elements that begin a new line."""
_SILENT = {"script", "style", "head", "title", "rp", "template", "textarea"}
"""Elements whose text nobody sees."""
_BLOCK = re.compile(r"""\bblock\s*=\s*["']?true\b""")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
KEPT_BLANK = "\ue003"
"""Stands for a blank of `<pre>`, or one that does not break, until the text is tidied: a character that no
language has."""
SIGNS = {
    "\\(": "\ue010", "\\)": "\ue011", "\\[": "\ue012", "\\]": "\ue013", "[$]": "\ue014", "[/$]": "\ue015",
    "[$$]": "\ue016", "[/$$]": "\ue017", "[latex]": "\ue018", "[/latex]": "\ue019",
}  # fmt: skip
"""What begins and ends a formula, and what stands for it: never where a tag or an entity is between."""
_OURS = re.compile("[\ue000-\ue01f]")
_BRACKETS = re.compile(r"\[/?(?:latex|\$\$?)\]", re.IGNORECASE)
_SLASHED = re.compile(r"\\[()\[\]]")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ORDINALS = {"st", "nd", "rd", "th", "er", "re", "º", "ª", "ième", "ter", "te", "TM", "®", "™"}
"""What stands raised behind a number or a name and raises nothing."""
_COUNTED = re.compile("[0-9][aoe]|[IVXLC]e|[Nn]o")
"""One letter does so behind some signs alone: 2ª, XIXe, nº; x<sup>a</sup> is a power."""
_SMALL_RAISED = {"a": "ª", "o": "º"}


def raised(text: str, before: str = "") -> str:
    """Return what is raised so that it stays so: 10² for 10<sup>2</sup>, e^(x+y) without such letters.

    `before`: the character in front of it.
    """
    inside = text.strip()
    if not inside or inside in _ORDINALS:
        return text
    if _COUNTED.fullmatch(before + inside):
        return _SMALL_RAISED.get(inside, inside)
    return _shifted(inside, _RAISED, "^")


def lowered(text: str, _before: str = "") -> str:
    """The same for what is lowered: H₂O, x_max."""
    return _shifted(text.strip(), _LOWERED, "_") if text.strip() else text


def _shifted(text: str, letters: dict[int, int], sign: str) -> str:
    if all(ord(letter) in letters for letter in text):
        return text.translate(letters)
    return f"{sign}{text}" if text.isalnum() else f"{sign}({text})"


def seen_text(field: str) -> str:
    """Return what a person would see; pictures leave a sign, formulas stand in MathJax's brackets."""
    return "".join(_read(field).parts)


def picture_tags(field: str) -> list[str]:
    """Return the attributes of all pictures that a person would see, in their order."""
    return _read(field).pictures


def _read(field: str) -> "_Reader":
    reader = _Reader()
    done = 0
    field = _without_comments(_OURS.sub("", field))
    for found in _tags(field):
        reader.text(field[done : found.start()])
        done = found.end()
        if found[2]:
            reader.tag(found[2].lower(), found[3], is_end=bool(found[1]))
    reader.text(field[done:])
    return reader


def _tags(field: str) -> list[re.Match[str]]:
    """Return all tags and declarations in their order."""
    found = list(_TAG.finditer(field))
    ends = {match.start() for match in found}
    loose = [match for match in _LOOSE.finditer(field) if match.start() not in ends]
    return sorted([*found, *loose], key=lambda match: match.start()) if loose else found


def _without_comments(field: str) -> str:
    """Leave out comments; one without an end reaches to the end, as in a browser."""
    first, *rest = field.split("<!--")
    kept = [first]
    for part in rest:
        _, end, seen = part.partition("-->")
        kept += [seen] if end else []
    return "".join(kept)


class _Reader:
    """Collects text between tags."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pictures: list[str] = []
        self._silent = ""
        self._is_block = False
        self._kept = 0
        """How many `<pre>` we are in."""
        self._lists: list[int | None] = []
        """The number of the next item of each list that is open; None: it has none."""
        self._open: list[tuple[str, int]] = []
        """Elements whose text is changed at their end, and where it begins."""
        self._cells = 0

    def text(self, text: str) -> None:
        """Keep text that is seen."""
        if not text or self._silent:
            return
        marked = _BRACKETS.sub(lambda found: SIGNS[found[0].lower()], _NUMBER.sub("\ufffd", text))
        seen = _SLASHED.sub(lambda found: SIGNS[found[0]], html.unescape(marked)).replace("\xa0", KEPT_BLANK)
        self._say(seen.replace(" ", KEPT_BLANK) if self._kept else _BLANKS.sub(" ", seen))

    def _say(self, text: str) -> None:
        if text:
            self.parts.append(text)

    def tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        """Begin or end a line, a formula, or silence, in which only the end of its own element counts."""
        if self._silent:
            self._silent = "" if is_end and name == self._silent else self._silent
        elif name in _SILENT:
            self._silent = "" if is_end else name
        elif name == "img" and not is_end:
            self.parts.append(PICTURE)
            self.pictures.append(attributes)
        elif name == "anki-mathjax":
            self._is_block = bool(_BLOCK.search(attributes)) if not is_end else self._is_block
            self.parts.append(SIGNS[f"\\{')]'[self._is_block] if is_end else '(['[self._is_block]}"])
        elif name in _CHANGED:
            self._change(name, is_end=is_end)
        elif name in {"td", "th"}:
            self._cell(is_end=is_end)
        elif name in _LINES and not (is_end and name in {"br", "hr"}):
            self._line(name, is_end=is_end)

    def _line(self, name: str, *, is_end: bool) -> None:
        if name == "br" or (self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")
        if name in {"ul", "ol"} and not is_end:
            self._lists.append(1 if name == "ol" else None)
        elif name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif name == "li" and not is_end and self._lists:
            number = self._lists[-1]
            self.parts.append(f"{number}. " if number else "- ")
            self._lists[-1] = number + 1 if number else None
        elif name == "pre":
            self._kept = max(0, self._kept + (-1 if is_end else 1))
        elif name == "tr":
            self._cells = 0

    def _cell(self, *, is_end: bool) -> None:
        if is_end:
            return
        self._say(" | " if self._cells else "")
        self._cells += 1

    def _change(self, name: str, *, is_end: bool) -> None:
        """Note where an element begins; at its end say its text otherwise. What is open inside is let go."""
        if not is_end:
            self._open.append((name, len(self.parts)))
            return
        if not self._open or self._open[-1][0] != name:
            return
        _name, since = self._open.pop()
        inside = "".join(self.parts[since:])
        del self.parts[since:]
        self._say(_CHANGED[name](inside, self.parts[-1][-1] if self.parts else ""))


def _aside(text: str, _before: str) -> str:
    """Return how a word is read, behind it."""
    return f"({text.strip()})" if text.strip() else ""


_CHANGED: dict[str, Callable[[str, str], str]] = {"sup": raised, "sub": lowered, "rt": _aside}
