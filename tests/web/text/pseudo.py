"""Languages that nobody speaks: every message in brackets, so that a page shows what was never asked for.

They take the whole way of a real language: found in the code, translated, compiled, chosen by the browser.
"""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from tools import catalogues, messages

OPEN, CLOSE = "⟦", "⟧"
LEFT_TO_RIGHT, RIGHT_TO_LEFT = TAGS = "eo", "he"
_HEAD = r"""msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
"""
READ_ALOUD = {
    "aria-label", "aria-valuetext", "alt", "title", "placeholder", "label", "data-announce", "content",
}  # fmt: skip
"""Attributes whose words reach people."""
GREEK = re.compile("[\u0370-\u03ff]")
VOID = {"meta", "link", "input", "img", "br", "hr", "rect", "path", "circle", "line", "image"}
UNSEEN = {"script", "style", "code", "kbd", "math"}
_WORD = re.compile(r"[A-Za-z]{2,}")


def write_languages(folder: Path) -> None:
    """Write and compile both languages into a folder of catalogues."""
    text = _HEAD + "".join(_entry(message, context) for message, context in said())
    for tag in (LEFT_TO_RIGHT, RIGHT_TO_LEFT):
        file = folder / tag / "LC_MESSAGES" / "studylens.po"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    assert catalogues.compile_all(folder) == [LEFT_TO_RIGHT, RIGHT_TO_LEFT]


@cache
def said() -> list[tuple[messages.Message, str]]:
    """Return every message of the code once, with its context."""
    return sorted({(message, context) for _, message, context in messages.found()}, key=str)


def _entry(message: messages.Message, context: str) -> str:
    forms = (message,) if isinstance(message, str) else message
    head = f"\nmsgctxt {_quoted(context)}" * bool(context) + f"\nmsgid {_quoted(forms[0])}"
    if len(forms) == 1:
        return f"{head}\nmsgstr {_quoted(_marked(forms[0]))}\n"
    told = "".join(f"\nmsgstr[{n}] {_quoted(_marked(form))}" for n, form in enumerate(forms))
    return f"{head}\nmsgid_plural {_quoted(forms[1])}{told}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _marked(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


def unsaid(html: str, known: frozenset[str]) -> list[str]:
    """Return what a page says that no message brought: texts, titles, labels, placeholders."""
    page = _Page()
    page.feed(html)
    pieces = [piece for text in ("".join(page.texts), *page.attributes) for piece in _outside(text)]
    return [piece for piece in pieces if set(_WORD.findall(piece)) - known]


class _Page(HTMLParser):
    """What a page says, in its order, without what is code, one-time codes, or the list of time zones."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        is_data = found.get("id") == "time_zone" or found.get("class") == "digits"
        if tag in UNSEEN or is_data or (self._inside and tag == self._inside[-1]):
            self._inside.append(tag)
        if not self._inside and (tag != "meta" or found.get("name") == "description"):
            self.attributes += [value for name, value in found.items() if name in READ_ALOUD]
        self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)


def mixed_in(html: str) -> list[str]:
    """Return the student's words (Greek) that could turn the sentence around them: nothing isolates them."""
    page = _Isolation()
    page.feed(html)
    return page.found


class _Isolation(HTMLParser):
    """Which Greek text stands in no element that has a direction of its own, or finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            has_direction = tag in {"bdi", "title", "script"} or (tag != "html" and "dir" in dict(attrs))
            self._open.append((tag, has_direction))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if GREEK.search(data) and not any(has_direction for _, has_direction in self._open):
            self.found.append(" ".join(data.split()))


def _outside(text: str) -> list[str]:
    """Return what stands in no brackets, which may stand in one another. Fails when one stays open."""
    depth, left = 0, []
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        assert depth >= 0, text[:200]
        left.append("\0" if char in {OPEN, CLOSE} else char if depth == 0 else "")
    assert depth == 0, text[:200]
    return [" ".join(piece.split()) for piece in "".join(left).split("\0")]
