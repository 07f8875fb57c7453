"""Earlier layouts are widened and filled; no row, column or value of them is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from database_config import Database, ensure_all_table_compatibility
from studylens.models import Achievement, Flashcard, Guest, Pack, QuizQuestion, UserAchievement
from studylens.models.base import Base
from tests.database.legacy_world import LAYOUTS, load, rows_of

pytestmark = pytest.mark.own_sql

TIGHTER = {"add_fk", "add_constraint", "modify_nullable"}
"""What would refuse rows that an older release may still write: we only widen."""
FORBIDDEN_BY_ROWS = ["ux_achievements_name", "ux_user_achievements_tier"]
IGNORED_BY_SQLITE = {"modify_type"}
"""VARCHAR(30) holds any text there, and TIMESTAMP is DATETIME."""


@pytest.fixture
def database(empty_database: Database) -> Database:
    """Here without tables."""
    return empty_database


def repaired(database: Database, layout: str) -> None:
    load(database, layout)
    ensure_all_table_compatibility(database)


def differences(database: Database) -> list[Any]:
    """What Alembic would do to the tables, apart from what an earlier layout has more than we."""
    here = database.engine.dialect.name

    def is_comparable(item: Any, name: str, kind: str, *_: Any) -> bool:
        virtual = here == "sqlite" and str(name).startswith(
            "pack_search"
        )  # FTS5 knows neither types nor keys.
        return not virtual and item.info.get("dialect", here) == here

    with database.engine.connect() as connection:
        options = {"include_object": is_comparable}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    flat = [change for entry in found for change in (entry if isinstance(entry, list) else [entry])]
    return [change for change in flat if not change[0].startswith("remove_")]


def test_alembic_finds_nothing_to_do_in_a_new_database(database: Database) -> None:
    ensure_all_table_compatibility(database)
    assert differences(database) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_alembic_finds_nothing_to_add_in_a_repaired_one(database: Database, layout: str) -> None:
    repaired(database, layout)
    ignored = TIGHTER | (IGNORED_BY_SQLITE if database.is_sqlite else set())
    found = [change for change in differences(database) if change[0] not in ignored]
    assert [change[1].name for change in found] == (FORBIDDEN_BY_ROWS if layout == "strict" else [])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_row_and_value_of_an_earlier_layout_is_kept(database: Database, layout: str) -> None:
    load(database, layout)
    before = rows_of(database)
    ensure_all_table_compatibility(database)
    assert before["user_achievements"]
    assert rows_of(database, like=before) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_earlier_name_becomes_the_achievement_name(database: Database, layout: str) -> None:
    load(database, layout)
    names = {
        value for row in rows_of(database)["user_achievements"] for key, value in row.items() if "name" in key
    }
    ensure_all_table_compatibility(database)
    with database.reading() as session:
        assert set(session.scalars(select(UserAchievement.achievement_name))) >= names - {None}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_our_own_rows_fit_into_an_earlier_layout(database: Database, layout: str) -> None:
    repaired(database, layout)
    key = "a key of our own, longer than thirty letters"
    with database.writing() as session:
        guest = Guest(token_hash="new")
        session.add_all([guest, Achievement(achievement_name=key)])
        session.flush()
        session.add(UserAchievement(guest_id=guest.id, achievement_name=key, tier=2))
    with database.reading() as session:
        own = session.scalars(select(UserAchievement).where(UserAchievement.guest_id == guest.id)).all()
        assert [(row.achievement_name, row.tier) for row in own] == [(key, 2)]
        assert len(session.scalars(select(UserAchievement)).all()) > 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_second_look_changes_nothing(database: Database, layout: str) -> None:
    repaired(database, layout)
    before = rows_of(database)
    again = Database(database.url.render_as_string(hide_password=False))
    ensure_all_table_compatibility(again)
    again.engine.dispose()
    assert rows_of(database) == before


def test_a_name_that_is_there_twice_is_kept_and_given_once(database: Database, caplog: Any) -> None:
    repaired(database, "title")
    with database.reading() as session:
        names = session.scalars(select(Achievement.achievement_name).order_by(Achievement.id)).all()
    assert names == ["First card", "Ten cards", None, None]
    assert "achievements.achievement_name stays empty in 1 rows" in caplog.text


def test_an_index_that_rows_forbid_is_left_out_with_a_warning(database: Database, caplog: Any) -> None:
    repaired(database, "strict")
    assert "Cannot add the unique index ux_achievements_name" in caplog.text
    assert "ux_achievements_name" in str(database.missing())
    caplog.clear()
    database.ensure_compatible()
    assert caplog.messages == []


def test_achievements_go_to_their_guest_only_when_the_numbers_are_those_of_guests(database: Database) -> None:
    repaired(database, "badge_name")
    with database.reading() as session:
        owners = session.execute(select(UserAchievement.guest_id, text("user_id"))).all()
    assert all(ours == theirs for ours, theirs in owners)


def test_numbers_of_other_users_are_nobody_here(database: Database) -> None:
    repaired(database, "name")
    with database.reading() as session:
        assert set(session.scalars(select(UserAchievement.guest_id))) == {None}


def test_earlier_moments_come_over(database: Database) -> None:
    repaired(database, "name")
    with database.reading() as session:
        first = session.scalars(select(UserAchievement).order_by(UserAchievement.id)).first()
        assert first is not None
        assert first.awarded_at == datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def test_cards_of_an_earlier_release_get_ids_of_their_own(database: Database) -> None:
    repaired(database, "title")
    with database.reading() as session:
        uids = [*session.scalars(select(Flashcard.uid)), *session.scalars(select(QuizQuestion.uid))]
        assert len({uid for uid in uids if uid and len(uid) == 32}) == 3
        assert session.scalars(select(Pack)).one().version == 1


def test_many_rows_are_filled_in_batches(database: Database) -> None:
    repaired(database, "title")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE cards SET uid = NULL"))
        names = ["front", "back", "kind", "origin", "pack_id"]
        cards = Flashcard.__table__.columns
        double = insert(Flashcard).from_select(
            names, select(*(cards[name] for name in names)), include_defaults=False
        )
        for _ in range(10):
            connection.execute(double)
    again = Database(database.url.render_as_string(hide_password=False))
    ensure_all_table_compatibility(again)
    again.engine.dispose()
    with database.reading() as session:
        uids = session.scalars(select(Flashcard.uid)).all()
    assert None not in uids
    assert len(set(uids)) == len(uids) == 2 * 2**10


@pytest.mark.sqlite("PostgreSQL loosens a column in its place")
def test_a_rebuilt_table_keeps_its_rules(database: Database) -> None:
    repaired(database, "name")
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM users WHERE username = 'ada'"))
        assert connection.execute(text("SELECT user_id FROM user_achievements")).scalars().all() == [2]
        assert (
            "ix_user_achievements_user"
            in connection.execute(text("SELECT group_concat(name) FROM sqlite_master")).scalar_one()
        )
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE achievements SET name = 'x'"))


def test_an_added_column_has_the_default_of_the_model_in_old_rows(database: Database) -> None:
    repaired(database, "title")
    with database.reading() as session:
        assert session.scalars(select(Pack.question)).all() == [""]


@pytest.mark.postgresql("SQLite counts a whole number that is the key up by itself")
def test_ids_that_nobody_counted_up_are_counted_from_the_last_one(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE achievements (id INTEGER PRIMARY KEY, title TEXT)"))
        connection.execute(text("INSERT INTO achievements VALUES (7, 'a'), (9, 'b')"))
    ensure_all_table_compatibility(database)
    with database.writing() as session:
        session.add(Achievement(achievement_name="ours"))
    with database.reading() as session:
        assert session.scalars(select(Achievement.id).order_by(Achievement.id)).all() == [7, 9, 10]
