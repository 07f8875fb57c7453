"""Anki's gaps: `{{c1::answer::hint}}`, also one inside another. Pure, in time that grows with the field.

As in Anki 25.7: what has no end is text, `{{c1,2::` is none, and a hint begins at the last piece's `::`.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

GAP = "_____"
"""Stands for what is asked."""
MOST_DEEP = 10
"""Gaps within gaps; Anki itself shows no more than that."""
_TOKEN = re.compile(r"\{\{c(\d{1,3})::|\}\}")


@dataclass
class Gap:
    """A gap: its number, and what is in it; number 0 is the field itself."""

    number: int
    nodes: list["str | Gap"] = field(default_factory=list)
    hint: str = ""

    def text(self) -> str:
        """Return what is in it, gaps filled."""
        return "".join(node if isinstance(node, str) else node.text() for node in self.nodes)


class Gaps:
    """A field, cut into its gaps when they are first asked for."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _root(self) -> Gap:
        return _read(self._source)

    @cached_property
    def _answers(self) -> dict[int, list[str]]:
        found: dict[int, dict[str, None]] = {}
        for gap in _all(self._root):
            found.setdefault(gap.number, {})[gap.text()] = None
        return {number: list(texts) for number, texts in found.items()}

    def numbers(self) -> set[int]:
        """Return the numbers of all gaps."""
        return set(self._answers)

    def answers(self, number: int) -> list[str]:
        """Return what is in the gaps with this number, each once."""
        return self._answers.get(number, [])

    def shown(self, number: int, *, is_answer: bool) -> str:
        """Return the field as HTML, with the gaps of this number open or filled."""
        return self._root.text() if is_answer else _asked(self._root, number)


def _read(source: str) -> Gap:
    stack, done = [Gap(0)], 0
    for found in _TOKEN.finditer(source):
        _add(stack[-1], source[done : found.start()])
        done = found.end()
        if found[1] is not None and len(stack) <= MOST_DEEP:
            stack.append(Gap(int(found[1])))
        elif found[1] is None and len(stack) > 1:
            gap = stack.pop()
            stack[-1].nodes.append(gap)
        else:
            _add(stack[-1], found[0])
    _add(stack[-1], source[done:])
    while len(stack) > 1:  # It never ends: so it is text.
        gap = stack.pop()
        hint = f"::{gap.hint}" if gap.hint else ""
        stack[-1].nodes += [f"{{{{c{gap.number}::", *gap.nodes, hint]
    return stack[0]


def _add(gap: Gap, text: str) -> None:
    if gap.number and "::" in text:
        text, _, gap.hint = text.partition("::")
    if text:
        gap.nodes.append(text)


def _all(gap: Gap) -> list[Gap]:
    found = []
    for node in gap.nodes:
        if isinstance(node, Gap):
            found += [node, *_all(node)]
    return found


def _asked(gap: Gap, number: int) -> str:
    shown = []
    for node in gap.nodes:
        if isinstance(node, str):
            shown.append(node)
        elif node.number == number:
            shown.append(f"{GAP} ({node.hint})" if node.hint else GAP)
        else:
            shown.append(_asked(node, number))
    return "".join(shown)
