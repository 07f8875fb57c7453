"""Pages name pages that exist, and every page of docs/ is found from its index."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import HOME

LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=HOME, capture_output=True, text=True, check=False,
).stdout.splitlines()  # fmt: skip
FILES = [HOME / name for name in LISTED] or [
    path for path in HOME.rglob("*") if not {".venv", "node_modules", ".git"} & set(path.parts)
]
PAGES = [path for path in FILES if path.suffix == ".md" and path.exists()]
CODE = [
    path
    for path in FILES
    if path.suffix in {".py", ".toml", ".yaml", ".sh", ".html", ".js", ".css"} and path.exists()
]


WIDEST = 120
"""Characters of a line of prose."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(HOME)))
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_code_names_no_page_that_is_not_here() -> None:
    here = {path.name for path in PAGES} | {str(path.relative_to(HOME)) for path in PAGES}
    named = {
        (str(path.relative_to(HOME)), name)
        for path in [*CODE, *PAGES]
        for name in re.findall(r"\b(?:docs/[\w-]+|[A-Z]{4,})\.md\b", path.read_text(errors="replace"))
    }
    assert len(named) > 20
    assert {(path, name) for path, name in named if name not in here} == set()


def test_the_index_names_every_page() -> None:
    index = (HOME / "docs" / "README.md").read_text()
    pages = {path.name for path in PAGES if path.parent == HOME / "docs"} - {"README.md"}
    assert len(pages) > 8
    assert {name for name in pages if f"({name})" not in index} == set()


def _prose(path: Path) -> Iterator[str]:
    """Yield the lines that are neither a table's nor code."""
    fenced = False
    for line in path.read_text().splitlines():
        fenced ^= line.strip().startswith("```")
        if (
            not fenced
            and not line.lstrip().startswith(("|", "<", "![", "```"))
            and not line.startswith("    ")
        ):
            yield line


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(HOME)))
def test_prose_fits_a_window(path: Path) -> None:
    if path.parent.name != "benchmarks":  # RESULTS.md is written by the benchmarks themselves.
        assert [line for line in _prose(path) if len(line) > WIDEST] == []
