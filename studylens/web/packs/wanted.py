"""What a library is narrowed to: from the query of its address, and back into one."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import url_for

from studylens.study.packs import library, subjects
from studylens.study.packs.library import Wanted
from studylens.web.upload.intake import parse_text

SEARCH_CHARS = 200
"""A search of ten words."""
_NARROWING = ("q", "subject", "tag", "due", "sort")


def list_address(back: str, **more: str | int) -> str:
    """Return the address of the list, narrowed as `back` (the query of an earlier one) says."""
    narrowing = {name: value for name, value in parse_qsl(back) if name in _NARROWING}
    return list_of({**narrowing, **more})


def list_of(asked: Mapping[str, str | int]) -> str:
    """Return the address of the list with this query; empty values are left out."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{url_for('library.show')}?{query}" if query else url_for("library.show")


def wanted_of(given: Mapping[str, str], *, trash: bool = False, a_page: int = library.PACKS_A_PAGE) -> Wanted:
    """Return what is looked for, as the query of the list's address says it. Raises BadText."""
    number = given.get("page", "1")
    sort = given.get("sort", "newest")
    return Wanted(
        words=parse_text(given.get("q", ""), SEARCH_CHARS),
        subject=parse_text(given.get("subject", ""), subjects.SUBJECT_CHARS),
        tag=parse_text(given.get("tag", ""), subjects.TAG_CHARS),
        due=given.get("due") == "1",
        sort=sort if sort in library.SORTS else "newest",
        number=int(number[:6]) if number.isascii() and number.isdigit() else 1,
        trash=trash,
        a_page=a_page,
    )
