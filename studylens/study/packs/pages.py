"""The pages of a pack: the photos that it was made from, what each tells, and how far to trust its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import Trust
from studylens.errors import BadText
from studylens.language import _
from studylens.models import Pack, PackPage, TranscriptLine
from studylens.study.packs.belongings import Shift, renumber, shifts

MAX_PAGES = 100
"""Photos in one pack: a long lecture, and still a page that a phone can show."""
RETAKE = frozenset({"blur", "dark", "small"})
"""Reasons that a new photo takes away."""


@dataclass(frozen=True)
class Told:
    """What a page is about: `page` from 1, or 0 for the whole pack, which has its title at the top."""

    page: int
    title: str
    summary: str
    explanation: str


def told_of(pack: Pack) -> list[Told]:
    """Return summaries and explanations: of the whole pack first, then those of its pages, each apart."""
    whole = Told(0, "", pack.summary, pack.explanation)
    several = len(pack.pages) > 1
    own = [
        Told(
            page.n,
            (page.title or _("Page %(n)s", n=page.n)) if several else "",
            page.summary,
            page.explanation,
        )
        for page in pack.pages
    ]
    return [told for told in (whole, *own) if told.summary or told.explanation]


def take_over(page: PackPage, pack: Pack) -> None:
    """Let the first page of a pack tell what the pack told, when it becomes part of another one."""
    page.title = page.title or pack.title
    page.summary = _before(pack.summary, page.summary)
    page.explanation = _before(pack.explanation, page.explanation)


def summary_field(page: PackPage) -> str:
    """Return the name of a page's summary in a form."""
    return f"summary-{page.id}"


def teller(pack: Pack, pages: set[int]) -> Pack | PackPage:
    """Return what holds title, summary and explanation of these pages: their own row, or the pack itself."""
    own = [page for page in pack.pages if page.n in pages]
    return own[0] if len(own) == 1 else pack


def pages_of(session: Session, pack: Pack) -> list[PackPage]:
    """Return the photos that the pack was made from, in order; one that was never joined has one page."""
    kept = list(session.scalars(select(PackPage).where(PackPage.pack_id == pack.id).order_by(PackPage.n)))
    return kept or [_page_of(pack)]


def pages_shown(pack: Pack) -> list[PackPage]:
    """Return the same for a page that only reads: what the session has read already is not asked again."""
    return list(pack.pages) or [_page_of(pack)]


def move_page(session: Session, pack: Pack, number: int, *, to: int) -> None:
    """Move a page to another place; its lines and their sources go along. Raises BadText."""
    pages = pages_of(session, pack)
    if not (1 <= number <= len(pages) and 1 <= to <= len(pages)):
        raise BadText(_("There is no such page."))
    pages.insert(to - 1, pages.pop(number - 1))
    count_through(session, pack, {page.n: place for place, page in enumerate(pages, start=1)})


def count_through(session: Session, pack: Pack, places: dict[int, int]) -> None:
    """Give pages their new numbers, old to new, and count the lines through in that order."""
    session.flush()
    lines = _one_shift(session, pack, places) or shifts(_line_numbers(session, pack, places))
    renumber(session, pack, lines, shifts(places))
    session.expire_all()


def _before(text: str, rest: str) -> str:
    return "\n\n".join(part for part in (text, rest) if part)


def _page_of(pack: Pack) -> PackPage:
    """Return the one page of a pack that was made from one photo or text."""
    job = pack.job
    return PackPage(
        pack_id=pack.id,
        n=1,
        job_id=pack.job_id,
        name=job.name if job else "",
        sha256=str(pack.receipt.get("sha256") or ""),
        caption=pack.caption,
        caption_engine=pack.caption_engine,
        text_engine=pack.text_engine,
        quality=pack.quality,
        receipt=pack.receipt,
    )


def _one_shift(session: Session, pack: Pack, places: dict[int, int]) -> list[Shift]:
    """Return how lines move that are counted through already, in pages in order; else nothing."""
    n = TranscriptLine.n
    about = select(func.count(), func.min(n), func.max(n)).where(TranscriptLine.pack_id == pack.id)
    count, least, most = session.execute(about).one()
    in_order = [places[page] for page in sorted(places)]
    if not count or most - least + 1 != count or in_order != sorted(in_order):
        return []
    return [Shift(least, most, 1 - least)]


def _line_numbers(session: Session, pack: Pack, places: dict[int, int]) -> dict[int, int]:
    """Return the number of each line when they are counted through in the new order of pages."""
    lines = select(TranscriptLine.n, TranscriptLine.page).where(TranscriptLine.pack_id == pack.id)
    # A restored file may name pages that the pack has not.
    ordered = sorted(
        session.execute(lines).all(), key=lambda line: (places.get(line.page, line.page), line.n)
    )
    return {line.n: n for n, line in enumerate(ordered, start=1)}


@dataclass(frozen=True)
class Doubt:
    """A page that was not read well: its number from 1, a sentence, and what helps."""

    page: int
    sentence: str
    trusted: bool
    """The rest was read well enough for cards."""
    retake: bool


def doubts_of(pages: Sequence[PackPage]) -> list[Doubt]:
    """Return what is to be said about each page that was not read well."""
    found = ((page.n, trust_in(page.quality)) for page in pages)
    return [_doubt(number, trust) for number, trust in found if trust and trust.sentence]


def trust_in(quality: Mapping[str, Any] | None) -> Trust | None:
    """Return the trust that was kept in a pack's or page's quality; None: not read by our own reader."""
    kept = (quality or {}).get("trust")
    if not isinstance(kept, Mapping):
        return None
    score = kept.get("score")
    return Trust(
        score=float(score) if isinstance(score, int | float) else 0.0,
        trusted=bool(kept.get("trusted", True)),
        reasons=tuple(kept.get("reasons") or ()),
        scripts=tuple(kept.get("scripts") or ()),
        sentence=str(kept.get("sentence") or ""),
    )


def _doubt(number: int, trust: Trust) -> Doubt:
    retake = not trust.trusted and bool(RETAKE & set(trust.reasons))
    return Doubt(number, trust.sentence, trust.trusted, retake)
