"""The list of licences names all that is shipped, and is as it would be written today."""

from importlib.metadata import distribution
from pathlib import Path

from tests.service import HOME
from tools.licences import INSIDE, PAGE, licence, page, shipped


def rows() -> dict[str, list[str]]:
    """Return the page's rows by package, without headings."""
    lines = [line.split("|")[1:-1] for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_page_is_as_it_would_be_written() -> None:
    assert PAGE.read_text() == page(), "run `make licences`"


def test_every_package_says_its_licence() -> None:
    found = {name: licence(distribution(name)) for name, _ in shipped()}
    assert len(found) > 80
    assert [name for name, said in found.items() if said == "not said"] == []


def test_the_page_names_what_the_lock_pins() -> None:
    named = rows()
    assert {name for name, _ in shipped()} <= set(named)
    assert "htmx.org" in named


def test_no_wheel_with_libraries_of_others_is_left_out() -> None:
    carrying = {
        name
        for name, _ in shipped()
        if any(Path(file).parts[0].endswith(".libs") for file in distribution(name).files or [])
    }
    assert len(carrying) > 3
    assert carrying <= set(INSIDE)


def test_the_project_has_its_own_licence() -> None:
    assert (HOME / "LICENSE").read_text().startswith("MIT License")
    assert 'license = "MIT"' in (HOME / "pyproject.toml").read_text()
