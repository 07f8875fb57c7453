"""Who takes part: a nickname for the board and a token in a cookie; no guest, and nothing after the quiz."""

import hashlib
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText, QuotaReached
from studylens.judging import letters
from studylens.language import _
from studylens.models import LivePlayer, LiveQuiz
from studylens.sharing_limits import MOST_PLAYERS, NICKNAME_CHARS
from studylens.study.live.quizzes import held

_TOKEN_BYTES = 16
_KEY_CHARS = 80
"""Room of the column: what a reader takes for the same may be longer than what was typed."""


def nickname(typed: str) -> str:
    """Return a nickname as the board shows it: one line, nothing invisible. Raises BadText."""
    visible = "".join(ch for ch in letters.seen(typed) if ch.isspace() or unicodedata.category(ch)[0] != "C")
    name = " ".join(visible.split())
    if not any(ch.isalnum() for ch in name):
        raise BadText(_("Choose a nickname with at least one letter or digit."))
    if len(name) > NICKNAME_CHARS:
        raise BadText(_("A nickname has at most %(most)s characters.", most=NICKNAME_CHARS))
    return name


def join(session: Session, quiz: LiveQuiz, name: str, at: datetime) -> str:
    """Return the token of a new player.

    Raises BadText for a name that is taken, QuotaReached when full, NotFound when the quiz was ended.
    """
    held(session, quiz)
    if count(session, quiz.id) >= MOST_PLAYERS:
        raise QuotaReached(_("This quiz has %(most)s players, and no room for more.", most=MOST_PLAYERS))
    same = (LivePlayer.quiz_id == quiz.id, LivePlayer.name_key == _key(name))
    if session.scalar(select(LivePlayer.id).where(*same)) is not None:
        raise BadText(_("Somebody here has this nickname. Choose another one."))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    player = LivePlayer(quiz_id=quiz.id, pack_id=quiz.pack_id, token_hash=_hash(token), name=name)
    player.name_key, player.joined_at = _key(name), at
    session.add(player)
    return token


def player_of(session: Session, quiz_id: str, token: str | None) -> LivePlayer | None:
    """Return whose token this is in this quiz; None for nobody's."""
    if not token:
        return None
    mine = (LivePlayer.token_hash == _hash(token), LivePlayer.quiz_id == quiz_id)
    return session.scalar(select(LivePlayer).where(*mine))


def is_in(session: Session, code: str, token: str | None) -> bool:
    """Say whether this is the token of a player in the quiz with this code."""
    mine = (LivePlayer.token_hash == _hash(token or ""), LiveQuiz.code == code)
    found = select(LivePlayer.id).join(LiveQuiz, LiveQuiz.id == LivePlayer.quiz_id).where(*mine)
    return session.scalar(found) is not None


def players_of(session: Session, quiz_id: str) -> list[LivePlayer]:
    """Return everybody who takes part, in the order in which they came."""
    return list(
        session.scalars(select(LivePlayer).where(LivePlayer.quiz_id == quiz_id).order_by(LivePlayer.id))
    )


def count(session: Session, quiz_id: str) -> int:
    """Return how many take part."""
    return session.scalar(select(func.count()).where(LivePlayer.quiz_id == quiz_id)) or 0


def remove(session: Session, quiz: LiveQuiz, player_id: int) -> None:
    """Take a player out, with what they answered. Raises NotFound when the quiz was ended."""
    held(session, quiz)
    session.execute(delete(LivePlayer).where(LivePlayer.quiz_id == quiz.id, LivePlayer.id == player_id))


def _key(name: str) -> str:
    return letters.small(unicodedata.normalize("NFKC", name))[:_KEY_CHARS]


def _hash(token: str) -> str:
    return hashlib.sha256(f"live:{token}".encode()).hexdigest()
