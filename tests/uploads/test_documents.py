"""PDFs at the door: told by their mark, bounded in bytes, never opened; and how pages are named."""

import pytest

from studylens.errors import BadText, TooLarge, UnsupportedType
from studylens.limits import MAX_PAGES
from studylens.uploads.page_range import parse_pages
from studylens.uploads.upload import accept
from tests import documents


def test_a_pdf_is_told_by_its_mark_even_behind_some_junk() -> None:
    for data in (documents.plain(), b"\r\n" * 200 + documents.plain()):
        upload = accept(data, "slides.pdf", max_bytes=10, max_document_bytes=100_000)
        assert (upload.is_document, upload.kind, upload.width) == (True, "pdf", 0)


def test_a_pdf_has_a_limit_of_its_own() -> None:
    data = documents.plain()
    with pytest.raises(TooLarge, match=r"slides\.pdf has .* a PDF may have .* Print the pages"):
        accept(data, "slides.pdf", max_bytes=10**9, max_document_bytes=len(data) - 1)


def test_where_no_document_can_be_taken_a_pdf_is_refused() -> None:
    with pytest.raises(UnsupportedType):
        accept(documents.plain(), "slides.pdf", max_bytes=10**9)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", ()),
        ("3", (3,)),
        ("1-5, 8", (1, 2, 3, 4, 5, 8)),
        ("8;2 \u2013 3,2", (2, 3, 8)),
        ("1,,2", (1, 2)),
        ("All", tuple(range(1, MAX_PAGES + 1))),
    ],
)
def test_pages_are_named_as_people_write_them(text: str, pages: tuple[int, ...]) -> None:
    assert parse_pages(text) == pages


@pytest.mark.parametrize("text", ["0", "5-1", "51", "x", "1-", "1-5-9", "99999999999999", "\u0661"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(BadText, match="like 1-5, 8"):
        parse_pages(text)
