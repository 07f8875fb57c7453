"""docs/security.md names each promise with the test that keeps it: each is here, and says something."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.service import HOME

PAGE = (HOME / "docs" / "security.md").read_text()
SECTIONS = {part.partition("\n")[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
PROMISES = {title: text for title, text in SECTIONS.items() if title != "Who may attack, and what"}
SENTENCE_CHARS = 40
"""Shorter ones may well be said twice."""
NAMED = re.compile(r"`((?:[\w-]+/)*(?:test_\w+\.py|\w+\.test\.js)(?:::\w+)?)`")


def _tests_of(path: Path) -> set[str]:
    """Return the names of a file's tests; of a file in JavaScript, what each says of itself."""
    text = path.read_text()
    if path.suffix == ".js":
        return set(re.findall(r"^test\(['\"](.+?)['\"]", text, flags=re.MULTILINE))
    tree = ast.walk(ast.parse(text))
    return {node.name for node in tree if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("title", PROMISES)
def test_every_promise_says_what_keeps_it_and_what_is_not_promised(title: str) -> None:
    text = PROMISES[title].lower()
    assert "promised" in text
    assert "kept by" in text
    assert "not promised" in text
    assert NAMED.search(PROMISES[title])


def test_every_test_that_is_named_is_here() -> None:
    missing = []
    for name in NAMED.findall(PAGE):
        path, _, function = name.partition("::")
        there = (HOME / path).is_file() and _tests_of(HOME / path)
        if not there or (function and function not in there):
            missing.append(name)
    assert missing == []


def test_no_promise_stands_twice() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("page", ["docs/security.md", "CHANGELOG.md"])
def test_no_sentence_stands_twice_however_its_lines_break(page: str) -> None:
    """A merge that keeps both sides leaves the older wording behind, wrapped in another way."""
    text = " ".join((HOME / page).read_text().replace("**", "").split())
    counted = Counter(part for part in re.split(r"(?<=[.;?])\s+", text) if len(part) > SENTENCE_CHARS)
    assert [part for part, number in counted.items() if number > 1] == []
