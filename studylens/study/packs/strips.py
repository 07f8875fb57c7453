"""Lines of the photo beside what was made of them: where each stands, and in which picture."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from studylens.models import Pack, PackPage, PackPicture, TranscriptLine
from studylens.study.packs.pictures import PagePicture

_LINES: Table = TranscriptLine.__table__  # type: ignore[assignment]
_PACKS: Table = Pack.__table__  # type: ignore[assignment]
_PAGES: Table = PackPage.__table__  # type: ignore[assignment]
_COPIES: Table = PackPicture.__table__  # type: ignore[assignment]
AROUND = 0.8
"""Heights of the line that are shown above and below it."""
LEAST_WIDTH = 0.6
"""Share of the picture's width: a short line in a narrow strip would be shown as a poster."""


@dataclass(frozen=True)
class Strip:
    """A line of the page; `box` (left, top, right, bottom in 0-1 of the upright picture) may be None."""

    n: int
    text: str
    box: tuple[float, float, float, float] | None
    picture: PagePicture | None
    """None: pasted text, or a picture that neither a browser nor this server keeps."""

    @property
    def is_whole(self) -> bool:
        """Say whether the line is the whole picture, and a copy is here: then it is what is asked about."""
        return self.box == (0.0, 0.0, 1.0, 1.0) and self.picture is not None and bool(self.picture.kept_bytes)

    @property
    def view(self) -> tuple[float, float, float, float]:
        """The part of the picture that is shown: the line, as wide as lines are, and a little around it."""
        left, top, right, bottom = self.box or (0.0, 0.0, 1.0, 1.0)
        margin = max(0.012, (bottom - top) * AROUND)
        left, right = max(0.0, left - 0.03), min(1.0, max(right, left + LEAST_WIDTH) + 0.03)
        return (min(left, 1 - LEAST_WIDTH), max(0.0, top - margin), right, min(1.0, bottom + margin))


_FOUND = (
    select(
        _LINES.c.n, _LINES.c.text, _LINES.c.box, _LINES.c.page, _PACKS.c.receipt, _PAGES.c.sha256,
        _PAGES.c.receipt.label("page_receipt"), func.length(_COPIES.c.jpeg).label("size"), _COPIES.c.width,
        _COPIES.c.height,
    )
    .select_from(
        _LINES.join(_PACKS, _PACKS.c.id == _LINES.c.pack_id)
        .outerjoin(_PAGES, (_PAGES.c.pack_id == _LINES.c.pack_id) & (_PAGES.c.n == _LINES.c.page))
        .outerjoin(_COPIES, (_COPIES.c.pack_id == _LINES.c.pack_id) & (_COPIES.c.page == _LINES.c.page))
    )
    .where(
        _LINES.c.pack_id == bindparam("pack"),
        _LINES.c.deleted_at.is_(None),
        _LINES.c.n.in_(bindparam("lines", expanding=True)),
    )
)  # fmt: skip


def strips_of(session: Session, pack_id: str, lines: Collection[int]) -> dict[int, Strip]:
    """Return what is known of these lines of a pack, by their number; deleted ones are left out."""
    if not lines:
        return {}
    rows = session.connection().execute(_FOUND, {"pack": pack_id, "lines": sorted(set(lines))})
    return {row.n: Strip(row.n, row.text, tuple(row.box) if row.box else None, _picture(row)) for row in rows}


def _picture(row: Any) -> PagePicture | None:
    receipt = (row.page_receipt if row.page_receipt is not None else row.receipt) or {}
    sha256 = row.sha256 if row.page_receipt is not None else receipt.get("sha256") or ""
    if not row.size and (not sha256 or receipt.get("document_page")):  # Browsers keep no pages of a PDF.
        return None
    size = (row.size or 0, row.width or 0, row.height or 0)
    return PagePicture(row.page, sha256, "", "", *size, turned=receipt.get("turned") or 0)
