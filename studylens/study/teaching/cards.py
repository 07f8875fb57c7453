"""A set becomes a pack: each photo a page, a card and a question, in reviews and quizzes like others."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from studylens.errors import BadText
from studylens.language import _, mark, said
from studylens.models import (
    Flashcard,
    Pack,
    PackPage,
    PackPicture,
    PhotoSet,
    QuizQuestion,
    SetClass,
    SetPhoto,
    TranscriptLine,
)
from studylens.study.packs.pages import MAX_PAGES
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.search import index_pack
from studylens.study.packs.trash import throw_away

KIND, RULE, ORIGIN = "picture", "taught", "student"
"""Of cards that ask about a photo: its page is the front."""
MOST_OPTIONS = 4
WHOLE = [0.0, 0.0, 1.0, 1.0]
NO_PHOTOS = mark("Cards need the photos, and none was kept. Add photos with a small copy, and try again.")


@dataclass(frozen=True)
class _Page:
    """A photo with its class, as page `n` of the pack."""

    n: int
    own: SetClass
    photo: SetPhoto


def make_pack(session: Session, photo_set: PhotoSet) -> Pack:
    """Return a new pack of the set's photos; an earlier one goes to the trash. Raises BadText."""
    pages = [_Page(n, own, photo) for n, (own, photo) in enumerate(_chosen(session, photo_set), start=1)]
    if not pages:
        raise BadText(said(NO_PHOTOS))
    former = session.get(Pack, photo_set.pack_id) if photo_set.pack_id else None
    if former is not None and former.deleted_at is None:
        throw_away(session, former)
    pack = Pack(guest_id=photo_set.guest_id, title=photo_set.name, summary=photo_set.description, receipt={})
    pack.private = True
    session.add(pack)
    session.flush()
    names = [own.name for own in photo_set.classes]
    for page in pages:
        _add_page(session, pack, page)
        question = _("Photo %(n)s: which of “%(name)s” is this?", n=page.n, name=photo_set.name)
        told = {"source_line": page.n, "origin": ORIGIN, "rule": RULE}
        pack.cards.append(Flashcard(front=question, back=page.own.name, kind=KIND, **told))
        if len(names) > 1:
            pack.quiz.append(_question(question, page.own, names, told))
    session.flush()
    count_copies(session, pack)
    index_pack(session, pack)
    photo_set.pack_id = pack.id
    return pack


def _chosen(session: Session, photo_set: PhotoSet) -> Iterator[tuple[SetClass, SetPhoto]]:
    """Yield photos with a copy, from each class in turn, as many as a pack has room for."""
    waiting = []
    for own in photo_set.classes:
        kept = select(SetPhoto).where(SetPhoto.class_id == own.id, SetPhoto.jpeg.is_not(None))
        photos = session.scalars(kept.order_by(SetPhoto.id).limit(MAX_PAGES).options(undefer(SetPhoto.jpeg)))
        waiting.append((own, photos.all()))
    turns = max((len(photos) for _, photos in waiting), default=0)
    found = [(own, photos[turn]) for turn in range(turns) for own, photos in waiting if turn < len(photos)]
    yield from found[:MAX_PAGES]


def _add_page(session: Session, pack: Pack, page: _Page) -> None:
    photo = page.photo
    line = TranscriptLine(n=page.n, text=page.own.name, box=WHOLE, page=page.n)
    pack.transcript.append(line)
    about = {"n": page.n, "name": photo.name, "sha256": photo.sha256, "caption": page.own.name}
    session.add(PackPage(pack_id=pack.id, **about, receipt={}))
    size = {"width": photo.width, "height": photo.height}
    session.add(PackPicture(pack_id=pack.id, page=page.n, jpeg=photo.jpeg, **size))


def _question(question: str, own: SetClass, names: Sequence[str], told: dict[str, object]) -> QuizQuestion:
    chance = secrets.SystemRandom()
    others = [name for name in names if name != own.name]
    options = [own.name, *chance.sample(others, min(len(others), MOST_OPTIONS - 1))]
    chance.shuffle(options)
    place = options.index(own.name)
    return QuizQuestion(
        question=question, options=options, answer_index=place, explanation=own.description, **told
    )
