"""Find everything that is said to people, and bring the catalogues up to date: `python -m tools.messages`.

Writes locale/studylens.pot, from which a new language begins, and merges it into each studylens.po. Beside a
message stands the file that says it, without the line, so that little changes.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tools.catalogues import LOCALE, SCRIPT

HOME = LOCALE.parent
PYTHON = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "mark_many": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
"""Functions of studylens/language.py; templates know the same, and `{% trans %}` becomes `gettext`."""
SCRIPTS = {"inWords": None, "toSay": None, "counted": (1, 2)}
"""Functions of static/words.js."""
_TEMPLATES = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
Message = str | tuple[str, ...]


def found(home: Path = HOME) -> Iterator[tuple[str, Message, str]]:
    """Yield each message, or its two forms, with its file and its context."""
    for path in sorted(home.glob("studylens/**/*.py")):
        for message, context in in_python(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(home)), message, context
    for path in sorted(home.glob("templates/**/*.html")):
        for message, context in _extract(path, "jinja2.ext:babel_extract", PYTHON, _TEMPLATES):
            yield str(path.relative_to(home)), message, context
    for path in sorted(home.glob("static/**/*.js")):
        if "vendor" not in path.parts:
            for message, _ in _extract(path, "javascript", SCRIPTS):
                yield str(path.relative_to(home)), message, SCRIPT


def in_python(text: str) -> Iterator[tuple[Message, str]]:
    """Yield the messages of a Python file with their contexts; the parser joins what stands in pieces."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and (name := _called(call)) in PYTHON:
            texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
            texts = [text for text in texts if isinstance(text, str)]
            if name == "pgettext" and texts:
                yield texts[1], texts[0]
            elif name in {"ngettext", "mark_many"} and texts:
                yield (texts[0], texts[1]), ""
            elif texts:
                yield texts[0], ""


def _called(call: ast.Call) -> str:
    """Return the name of what is called: a function's, or `pgettext` of a catalogue."""
    if isinstance(call.func, ast.Attribute):
        return "pgettext" if call.func.attr == "pgettext" else ""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def catalogue(home: Path = HOME) -> Catalog:
    """Return all messages as one catalogue without translations."""
    made = Catalog(project="Studylens", fuzzy=False, header_comment="# Messages of Studylens.")
    for path, message, context in found(home):
        made.add(message, locations=[(path, None)], context=context or None, flags=_flags(message))
    return made


def _extract(path: Path, method: str, keywords: dict, options: dict | None = None) -> Iterator:
    with path.open("rb") as file:
        for _, message, _, context in extract(method, file, keywords=keywords, options=options or {}):
            yield message, context or ""


def _flags(message: Message) -> set[str]:
    texts = [message] if isinstance(message, str) else message
    return {"python-format"} if any("%" in text for text in texts) else set()


def write(folder: Path = LOCALE, home: Path = HOME) -> None:
    """Write the template, and bring each language up to date with it; what changed is marked fuzzy."""
    template = catalogue(home)
    _save(template, folder / "studylens.pot")
    for path in sorted(folder.glob("*/LC_MESSAGES/studylens.po")):
        with path.open("rb") as file:
            known = read_po(file, locale=path.parent.parent.name)
        known.update(template)
        _save(known, path)


def _save(made: Catalog, path: Path) -> None:
    with path.open("wb") as file:
        write_po(file, made, width=110, sort_by_file=True, include_lineno=False)
    text = path.read_text(encoding="utf-8")
    dates = r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator): .*\n'
    path.write_text(re.sub(dates, "", text, flags=re.MULTILINE), encoding="utf-8")


if __name__ == "__main__":
    write()
