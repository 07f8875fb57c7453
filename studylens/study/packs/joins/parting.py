"""A pack that was joined goes home: as it was, with what the student has done to it since.

Ratings, corrections and quiz answers stay with their card, line or question, and go where that goes. What was
written since goes along when it names a line or page that goes; everything else stays in the joined pack.
"""

from typing import Any

from sqlalchemy import Table, delete, exists, insert, select
from sqlalchemy.orm import Session

from studylens.models import Base, Job, Pack, PackJoin, PackPage, PackTerm, new_id
from studylens.models.belonging import BELONGING
from studylens.study.keeping.marks import restart
from studylens.study.packs import search
from studylens.study.packs.belongings import pack_column
from studylens.study.packs.joins import columns, doubles
from studylens.study.packs.joins.absorbing import numbering
from studylens.study.packs.joins.rows import bring_home, line_ranges
from studylens.study.packs.pages import count_through, pages_of
from studylens.study.packs.pictures import count_copies

_TERMS: Table = PackTerm.__table__  # type: ignore[assignment]


def part(session: Session, pack: Pack, record: PackJoin) -> None:
    """Take the record's pack out of `pack` again; both have their own lines and pages counted from 1."""
    kept = record.kept or {}
    restart(session, pack.guest_id)
    home = _home(session, pack, kept["pack"])
    bring_home(session, pack, home, kept["rows"])
    columns.part(pack, home, kept["changes"])
    columns.part_judged(pack, home, kept["judged"], line_ranges(session, home))
    home.summary = home.explanation = ""
    for one in (pack, home):
        pages = pages_of(session, one)
        count_through(session, one, {page.n: place for place, page in enumerate(pages, start=1)})
    _give_back_texts(session, pack, home, kept)
    _bring_back_rows(session, pack, home, kept)
    doubles.bring_back(session, kept["doubles"])
    session.delete(record)
    for one in (pack, home):
        count_copies(session, one)
        one.version += 1
    search.index_pack(session, home)
    session.expire_all()


def _home(session: Session, pack: Pack, row: columns.Row) -> Pack:
    """Make the pack's own row again, hidden as long as the other one is; its id may be in use meanwhile."""
    values = columns.revived(row) | {"guest_id": pack.guest_id, "joining_at": pack.joining_at}
    if session.get(Pack, values["id"]) is not None:
        values["id"] = new_id()
    if not _is_free(session, values["job_id"]):
        values["job_id"] = None
    home = Pack(**values)
    session.add(home)
    session.flush()
    return home


def _is_free(session: Session, job_id: str | None) -> bool:
    """Say whether the job is still there and no other pack is of it."""
    taken = exists().where(Pack.job_id == Job.id)
    return session.scalar(select(Job.id).where(Job.id == job_id, ~taken)) is not None


def _give_back_texts(session: Session, pack: Pack, home: Pack, kept: dict[str, Any]) -> None:
    """Let a pack of one page tell what its page told; one of several gets back what it told of the whole."""
    for one, was_alone in zip((pack, home), kept["alone"], strict=True):
        pages = list(session.scalars(select(PackPage).where(PackPage.pack_id == one.id)))
        if was_alone and len(pages) == 1:
            one.summary, one.explanation = pages[0].summary, pages[0].explanation
            session.delete(pages[0])
    page = session.get(PackPage, kept["teller"]) if not kept["alone"][1] else None
    if page is not None and page.pack_id == home.id:
        for name in ("summary", "explanation"):
            whole, told = kept["pack"][name], getattr(page, name)
            if whole and (told == whole or told.startswith(f"{whole}\n\n")):
                setattr(home, name, whole)
                setattr(page, name, told[len(whole) :].lstrip("\n"))
    session.flush()


def _bring_back_rows(session: Session, pack: Pack, home: Pack, kept: dict[str, Any]) -> None:
    """Bring back rows that ended by joining, and take from `pack` those that it had only from `home`."""
    for name, rows in kept["came"].items():
        table = Base.metadata.tables[name]
        for row in rows:
            same = (table.c[column] == row[column] for column in table.info[BELONGING].known_by)
            session.execute(delete(table).where(pack_column(table) == pack.id, *same))
    for name, rows in kept["there"].items():
        _insert(session, Base.metadata.tables[name], rows, home)
    fits = bool(kept["terms"]) and numbering(session, home) == kept["numbered"].get(kept["pack"]["id"])
    for row in kept["terms"]:
        _insert(session, _TERMS, [row | ({} if fits else {"source_line": None})], home)
    for name, rows in kept["ended"].items():
        table = Base.metadata.tables[name]
        for row in rows:
            owner = pack if row[pack_column(table).name] == pack.id else home
            is_numbered = numbering(session, owner) == kept["numbered"].get(row[pack_column(table).name])
            if is_numbered and _is_wanted(session, table, row, owner):
                _insert(session, table, [row], owner)


def _is_wanted(session: Session, table: Table, row: columns.Row, owner: Pack) -> bool:
    """Say whether what waits for the student's decision was made, and nothing newer waits instead."""
    there = session.scalar(select(pack_column(table)).where(pack_column(table) == owner.id).limit(1))
    return row.get("material") is not None and there is None


def _insert(session: Session, table: Table, rows: list[columns.Row], owner: Pack) -> None:
    for row in rows:
        values = columns.revived(row, table) | {pack_column(table).name: owner.id}
        if "job_id" in values and session.get(Job, values["job_id"] or "") is None:
            values["job_id"] = None
        session.execute(insert(table).values(values))
