"""Strips: where a line stands, and in which of the student's pictures."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.models import Pack, TranscriptLine, now
from studylens.study.packs.merging import merge
from studylens.study.packs.strips import strips_of
from studylens.web.door.wiring import Wiring
from tests.web.world import add_pack, analysis, become_guest

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def test_a_line_is_found_in_the_picture_that_was_sent(wiring: Wiring, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.reading() as session:
        found = strips_of(session, pack_id, [3, 3, 99])
    assert list(found) == [3]
    assert found[3].box == (0.1, 0.3, 0.9, 0.35)
    assert found[3].picture is not None
    assert found[3].picture.sha256 == "ab" * 32


def test_after_merging_a_line_names_the_picture_of_its_own_page(wiring: Wiring, guest_id: int) -> None:
    other = analysis()
    receipt = type(other.receipt)(1, 10, 10, "cd" * 32)
    ids = [add_pack(wiring, guest_id), add_pack(wiring, guest_id, analysis(receipt=receipt))]
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in ids])
    with wiring.database.reading() as session:
        found = strips_of(session, ids[0], [1, 6])
    pictures = [strip.picture for strip in found.values()]
    assert [(picture.page, picture.sha256) for picture in pictures if picture] == [
        (1, "ab" * 32),
        (2, "cd" * 32),
    ]


def test_pasted_text_and_deleted_lines_have_no_strip(wiring: Wiring, guest_id: int) -> None:
    text = type(analysis().receipt)(9, None, None, "")
    pack_id = add_pack(wiring, guest_id, analysis(receipt=text))
    with wiring.database.writing() as session:
        line = select(TranscriptLine).where(TranscriptLine.pack_id == pack_id, TranscriptLine.n == 2)
        session.scalars(line).one().deleted_at = now()
    with wiring.database.reading() as session:
        found = strips_of(session, pack_id, [1, 2])
    assert list(found) == [1]
    assert found[1].picture is None
