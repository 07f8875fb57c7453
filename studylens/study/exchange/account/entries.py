"""The entries of an account file, parsed once: after this nobody checks a value again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from studylens.analysis.protocol.cutting import is_box
from studylens.errors import BadFile
from studylens.models import (
    CardPicture,
    CardSchedule,
    Pack,
    PackPicture,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    StudySettings,
    UserAchievement,
)
from studylens.study.exchange.account.writing import (
    CARDS,
    OUTSIDE,
    PROPOSALS,
    QUESTIONS,
    SECRETS,
    table_of,
)
from studylens.study.exchange.portable import bad, check_known, checked_id, from_plain
from studylens.study.packs.belongings import listed

Row = dict[str, Any]
MAX_ITEMS = 50_000
"""Parts of one kind in a pack, or questions in a quiz: 100 pages have 40,000 lines."""


@dataclass(frozen=True)
class PackEntry:
    """A pack, its parts by kind, and the schedules of its cards by their uid."""

    id: str
    row: Row
    parts: dict[str, list[Row]]
    schedules: dict[str, Row]


@dataclass(frozen=True)
class PictureEntry:
    """A photo that was kept with a pack."""

    pack_id: str
    row: Row


@dataclass(frozen=True)
class CardPictureEntry:
    """The picture of a card, known by the card's uid."""

    pack_id: str
    row: Row


@dataclass(frozen=True)
class ReviewEntry:
    """A row of the review log; `n` and `undoes` are numbers within the file, `card` is a uid."""

    n: int
    undoes: int | None
    pack_id: str | None
    card: str | None
    row: Row


@dataclass(frozen=True)
class QuizEntry:
    """A quiz that was taken; each item with the uids of its card and question and the id of its pack."""

    id: str
    pack_id: str | None
    row: Row
    items: list[tuple[Row, dict[str, str | None]]]


@dataclass(frozen=True)
class AchievementEntry:
    """A tier that was earned."""

    row: Row


@dataclass(frozen=True)
class SettingsEntry:
    """How the guest studies."""

    row: Row


Entry = (
    PackEntry | PictureEntry | CardPictureEntry | ReviewEntry | QuizEntry | AchievementEntry | SettingsEntry
)


def parse(kind: str, plain: Any) -> Entry | None:
    """Return an entry as a checked value; None for a kind that a later version added. Raises BadFile."""
    if not kind:
        return None
    if not isinstance(plain, dict):
        raise BadFile
    return _PARSERS[kind](plain)


def _pack(plain: Row) -> PackEntry:
    parts = {
        name: [_parsed(item, table) for item in _list(plain, name)] for name, (table, _) in listed().items()
    }
    schedules: dict[str, Row] = {}
    for card, item in zip(parts[CARDS], _list(plain, CARDS), strict=True):
        if item.get("schedule") is not None:
            schedules[card["uid"]] = _row(item["schedule"], CardSchedule)
    for question in parts[QUESTIONS]:
        if not question["options"] or question["answer_index"] >= len(question["options"]):
            raise bad("answer_index")
    parts[PROPOSALS] = [row for row in parts[PROPOSALS] if row.get("material")]  # Its job is not here.
    return PackEntry(checked_id(plain.get("id")), _row(plain, Pack), parts, schedules)


def _picture(plain: Row) -> PictureEntry:
    return PictureEntry(checked_id(plain.get("pack")), _row(plain, PackPicture))


def _card_picture(plain: Row) -> CardPictureEntry:
    row = _row(plain, CardPicture)
    if row.get("hidden") is not None and not is_box(row["hidden"]):
        raise bad("hidden")
    return CardPictureEntry(checked_id(plain.get("pack")), row)


def _review(plain: Row) -> ReviewEntry:
    row = _row(plain, ReviewLog)
    for side in ("before", "after"):
        check_known(row.get(side), table_of(CardSchedule))
    numbers = _number(plain.get("n")), _undone(plain.get("undoes"))
    return ReviewEntry(*numbers, _id_or_none(plain, "pack"), _id_or_none(plain, "card"), row)


def _quiz(plain: Row) -> QuizEntry:
    items = [
        (_row(item, QuizItem), {name: _id_or_none(item, name) for name in ("pack", "card", "asked")})
        for item in _list(plain, "items")
    ]
    row = _row(plain, QuizAttempt)
    return QuizEntry(checked_id(plain.get("id")), _id_or_none(plain, "pack"), row, items)


def _achievement(plain: Row) -> AchievementEntry:
    return AchievementEntry(_row(plain, UserAchievement))


def _settings(plain: Row) -> SettingsEntry:
    return SettingsEntry(_row(plain, StudySettings))


def _row(plain: Any, model: type[Any]) -> Row:
    return _parsed(plain, table_of(model))


def _parsed(plain: Any, table: Table) -> Row:
    """Parse one row; what has a uid in our tables must have one in the file, or it would come in twice."""
    row = from_plain(plain, table, leave_out=(*OUTSIDE, *SECRETS))
    if "uid" in table.columns and not row.get("uid"):
        raise bad("uid")
    return row


def _list(plain: Row, name: str) -> list[Any]:
    found = plain.get(name, [])
    if not isinstance(found, list) or len(found) > MAX_ITEMS:
        raise bad(name)
    return found


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise bad("n")
    return value


def _undone(value: Any) -> int | None:
    return None if value is None else _number(value)


def _id_or_none(plain: Any, name: str) -> str | None:
    found = plain.get(name)
    return None if found is None else checked_id(found)


_PARSERS: dict[str, Callable[[Row], Entry]] = {
    "settings": _settings,
    "pack": _pack,
    "picture": _picture,
    "card_picture": _card_picture,
    "review": _review,
    "quiz": _quiz,
    "achievement": _achievement,
}
