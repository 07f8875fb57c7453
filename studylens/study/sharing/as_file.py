"""A copy of a large pack as an account file, which comes in as a job, step by step."""

import json
from collections.abc import Iterator
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import CardPicture, Pack, PackPicture, now
from studylens.study.exchange.account.writing import VERSION, table_of
from studylens.study.exchange.portable import to_plain
from studylens.study.sharing.copying import CARD_PICTURE, PICTURE, plain_copy
from studylens.study.sharing.parts import Part


def write_file(session: Session, pack: Pack, parts: frozenset[Part], *, own: str, file: IO[bytes]) -> None:
    """Write these parts of the pack under the id `own`; in memory is one picture at a time."""
    head = {"studylens_account": VERSION, "made_at": now().isoformat()}
    file.write(json.dumps(head)[:-1].encode() + b', "entries": [\n')
    for number, (kind, entry) in enumerate(_entries(session, pack, own, parts)):
        line = json.dumps({kind: entry}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        file.write((b",\n" if number else b"") + line.encode())
    file.write(b"\n]}\n")
    file.seek(0)


def _entries(
    session: Session, pack: Pack, own: str, parts: frozenset[Part]
) -> Iterator[tuple[str, dict[str, Any]]]:
    plain = plain_copy(session, pack, parts)
    yield "pack", {"id": own, **plain}
    if Part.PHOTO not in parts:
        return
    yield from _pictures(session, pack, own, kind="picture", model=PackPicture, names=("page", *PICTURE))
    uids = {card["uid"] for card in plain["cards"]}
    cards = _pictures(session, pack, own, kind="card_picture", model=CardPicture, names=CARD_PICTURE)
    yield from (found for found in cards if found[1]["card_uid"] in uids)


def _pictures(
    session: Session, pack: Pack, own: str, *, kind: str, model: type[Any], names: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any]]]:
    table = table_of(model)
    rows = session.execute(select(table).where(table.c.pack_id == pack.id).execution_options(yield_per=1))
    for row in rows.mappings():
        left_out = [name for name in table.columns.keys() if name not in names]  # noqa: SIM118
        yield kind, {"pack": own, **to_plain(dict(row), table, leave_out=left_out)}
