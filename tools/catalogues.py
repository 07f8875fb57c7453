"""Compile the translations: each locale/LANGUAGE/LC_MESSAGES/studylens.po becomes what the service reads.

`python tools/catalogues.py [FOLDER]`, with the standard library alone, since it runs wherever the service is
set up. Beside the .po appear studylens.mo, for gettext, and scripts.json, which pages hand to scripts. An
entry that is empty or marked fuzzy is left out, so that it is said in English.
"""

import ast
import json
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
SCRIPT = "script"
"""The context of what scripts say (tools/messages.py)."""
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(".*")$')


@dataclass
class Entry:
    """One message of a .po file; `forms` by their number, of which a message without a plural has one."""

    context: str = ""
    one: str = ""
    many: str = ""
    forms: dict[int, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def counts(self) -> bool:
        """Say whether it is translated, and a person has agreed to that."""
        return bool(self.forms) and all(self.forms.values()) and not self.is_fuzzy

    @property
    def key(self) -> str:
        """Return the message as a .mo file names it."""
        return f"{self.context}\x04" * bool(self.context) + self.one + f"\0{self.many}" * bool(self.many)

    @property
    def value(self) -> str:
        """Return the translation as a .mo file keeps it."""
        return "\0".join(self.forms[number] for number in sorted(self.forms))


def read(text: str) -> Iterator[Entry]:
    """Yield the entries of a .po file, its head among them. Raises ValueError, naming the bad line."""
    for number, block in _blocks(text):
        entry, said = Entry(), ("", 0)
        for offset, line in enumerate(block):
            if line.startswith("#,"):
                entry.is_fuzzy = entry.is_fuzzy or "fuzzy" in line
            elif not line.startswith("#"):
                said = _take(entry, line, said, number + offset)
        if said[0]:
            yield entry


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield what stands between empty lines, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _take(entry: Entry, line: str, said: tuple[str, int], number: int) -> tuple[str, int]:
    """Add one line to the entry, and return which part of it the next line would continue."""
    found = _LINE.match(line)
    if not found and not (said[0] and line.startswith('"')):
        raise ValueError(f"line {number} is no line of a catalogue: {line[:60]}")
    name, form = (found[1], int(found[2] or 0)) if found else said
    text = str(ast.literal_eval(found[3] if found else line))
    if name == "msgstr":
        entry.forms[form] = entry.forms.get(form, "") + text
    else:
        part = {"msgctxt": "context", "msgid": "one", "msgid_plural": "many"}[name]
        setattr(entry, part, getattr(entry, part) + text)
    return name, form


def mo_file(entries: list[Entry]) -> bytes:
    """Return the entries as gettext reads them: two tables of lengths and places, then the texts."""
    pairs = sorted((entry.key.encode(), entry.value.encode()) for entry in entries)
    start = 28 + 16 * len(pairs)
    keys, values, texts = [], [], b""
    for table, texts_of in ((keys, [key for key, _ in pairs]), (values, [value for _, value in pairs])):
        for text in texts_of:
            table += [len(text), start + len(texts)]
            texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + struct.pack(f"<{4 * len(pairs)}I", *keys, *values) + texts


def script_words(entries: list[Entry]) -> dict[str, str | list[str]]:
    """Return what scripts say: a translation, or one for each form of the plural, by the English message."""
    return {
        entry.one: [entry.forms[number] for number in sorted(entry.forms)] if entry.many else entry.forms[0]
        for entry in entries
        if entry.context == SCRIPT
    }


def compile_all(folder: Path = LOCALE) -> list[str]:
    """Compile each language in the folder; return their names. Raises ValueError for a broken file."""
    names = []
    for source in sorted(folder.glob("*/LC_MESSAGES/studylens.po")):
        entries = [entry for entry in read(source.read_text(encoding="utf-8")) if entry.counts]
        source.with_suffix(".mo").write_bytes(mo_file(entries))
        words = json.dumps(script_words(entries), ensure_ascii=False)
        source.with_name("scripts.json").write_text(words, encoding="utf-8")
        names.append(source.parent.parent.name)
    return names


if __name__ == "__main__":
    try:
        compile_all(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCALE)
    except ValueError as error:
        sys.exit(f"A catalogue could not be compiled: {error}")
