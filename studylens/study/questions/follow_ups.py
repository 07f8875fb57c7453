"""Questions about a pack: the best matching lines at once, a model's answer when its job has ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.answers import Answered
from studylens.errors import NotFound, QuotaReached
from studylens.language import _, mark
from studylens.models import LIVE_STATES, FollowUp, Job, Pack, now
from studylens.study.budgets import sums
from studylens.study.questions.line_search import NumberedLine, best_lines, ranked

PER_HOUR = 120
"""Questions of one guest: two a minute; each costs a search through one pack."""
SHOWN = 20
"""Questions on a page, newest first."""
PAGE_CHARS = 30_000
"""Text of a pack that a model is given: the longest pasted text and half as much again. Of a longer pack,
e.g. a whole lecture, the lines that match best."""
_NEWEST = (
    select(FollowUp, Job)
    .outerjoin(Job, Job.id == FollowUp.job_id)
    .where(FollowUp.pack_id == bindparam("pack"))
    .order_by(FollowUp.id.desc())
    .limit(SHOWN)
)
_QUESTION_SENT = mark("its text, with a question of yours")
_FAILED = mark("it did not work this time")
_ENDINGS = {"cancelled": mark("you cancelled it")}
"""Why there is no answer, by the job's error; the sentences of photos would speak of photos."""


@dataclass(frozen=True)
class Asked:
    """What a student asks about a pack."""

    text: str
    hint_only: bool = False


@dataclass(frozen=True)
class KeptLine:
    """A line as it was when the question was asked; `n` is where it stands now, None: not any more."""

    n: int | None
    text: str


@dataclass(frozen=True)
class Reply:
    """A question as pages show it; `live`: a model is still at it, `trouble`: why none answered."""

    asked: FollowUp
    lines: tuple[KeptLine, ...]
    live: bool
    trouble: str


def add(session: Session, pack: Pack, asked: Asked, *, job_id: str | None = None, note: str = "") -> FollowUp:
    """Keep a question with the lines that match it best; `note` says why no model is asked."""
    found = [{"n": line.n, "text": line.text} for line in best_lines(asked.text, _lines(pack))]
    row = FollowUp(pack_id=pack.id, guest_id=pack.guest_id, job_id=job_id, question=asked.text)
    row.hint_only, row.lines, row.note = asked.hint_only, found, note
    session.add(row)
    sums.touch(session, pack.id)
    session.flush()
    return row


def check_room(session: Session, guest_id: int) -> None:
    """Raise QuotaReached when the guest has asked too often within an hour."""
    recent = FollowUp.created_at >= now() - timedelta(hours=1)
    asked = session.scalar(select(func.count()).where(FollowUp.guest_id == guest_id, recent)) or 0
    if asked >= PER_HOUR:
        raise QuotaReached(_("You have asked as much as an hour allows. Please come back later."))


def for_model(pack: Pack, asked: Asked) -> str:
    """Return what the job carries, as analysis/llm/question.py reads it; empty for a pack without text."""
    lines = ranked(asked.text, _lines(pack))
    kept: list[NumberedLine] = []
    left = PAGE_CHARS
    for line in lines:
        left -= len(line.text)
        if left >= 0:
            kept.append(line)
    ordered = sorted(kept, key=lambda line: line.n)
    page = [[line.n, line.text] for line in ordered]
    return json.dumps({"hint": asked.hint_only, "lines": page}, ensure_ascii=False) if page else ""


def receive(session: Session, job: Job, answered: Answered) -> None:
    """Keep what the job of a question found; nothing, when the question went with its pack."""
    row = session.scalars(select(FollowUp).where(FollowUp.job_id == job.id)).first()
    if row is None:
        return
    row.note = answered.note
    _tell_receipt(session.get_one(Pack, row.pack_id), answered.sent_to)
    if answered.text:
        row.answer, row.engine, row.on_page = answered.text, answered.engine[:100], answered.on_page
        sent = dict(json.loads(job.text)["lines"])
        row.lines = [{"n": n, "text": sent[n]} for n in answered.sources if n in sent]


def _tell_receipt(pack: Pack, sent_to: Sequence[str]) -> None:
    """Say in the pack's receipt that its text has left the server."""
    known = list(pack.receipt.get("sent_to", []))
    more = [f"{receiver}: {_QUESTION_SENT}" for receiver in sent_to]
    if new := [entry for entry in more if entry not in known]:
        pack.receipt = {**pack.receipt, "sent_to": [*known, *new]}


def replies(session: Session, pack: Pack) -> Sequence[Reply]:
    """Return the last questions about the pack, newest first."""
    found = session.execute(_NEWEST, {"pack": pack.id}).all()
    lines = _lines(pack) if found else []
    return [_reply(row, job, lines) for row, job in found]


def find(session: Session, pack: Pack, follow_up_id: int) -> FollowUp:
    """Return one question about the pack. Raises NotFound."""
    found = session.get(FollowUp, follow_up_id)
    if found is None or found.pack_id != pack.id:
        raise NotFound
    return found


def pack_of_job(session: Session, job: Job) -> Pack | None:
    """Return the pack that the job's question is about; None when it is gone."""
    asked = select(Pack).join(FollowUp, FollowUp.pack_id == Pack.id).where(FollowUp.job_id == job.id)
    return session.scalars(asked.where(Pack.deleted_at.is_(None))).first()


def _reply(row: FollowUp, job: Job | None, lines: Sequence[NumberedLine]) -> Reply:
    live = job is not None and job.state in LIVE_STATES
    failed = job.error_code if job is not None else None
    # Of a job that is long gone nothing says what it was.
    trouble = _ENDINGS.get(failed, _FAILED) if failed else row.note or (_FAILED if job is None else "")
    return Reply(row, _located(row, lines), live, "" if live or row.answer else trouble)


def _located(row: FollowUp, lines: Sequence[NumberedLine]) -> tuple[KeptLine, ...]:
    """Find kept lines again by their text, since pages may have changed places."""
    standing = {(line.n, line.text) for line in lines}
    places = {line.text: line.n for line in reversed(lines)}
    kept = [(line.get("n"), str(line.get("text", ""))) for line in row.lines]
    return tuple(KeptLine(n if (n, text) in standing else places.get(text), text) for n, text in kept)


def _lines(pack: Pack) -> list[NumberedLine]:
    return [NumberedLine(line.n, line.text) for line in pack.transcript if line.text.strip()]
