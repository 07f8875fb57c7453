"""What the API takes and gives. Fields are only ever added; moments are ISO 8601 in UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from studylens.web.api.bounds import (
    AtOnce,
    Base64,
    Cursor,
    FreeSide,
    OwnId,
    ReviewId,
    Side,
    SomeNumbers,
    SomeWords,
    Subject,
    Title,
    Words,
)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Many(Generic[Item]):
    """Some of them. `next`: the cursor of the next part, null at the end."""

    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class PackShape:
    """A pack: one photo, document or lecture."""

    id: str
    title: str
    summary: str
    subject: str
    tags: list[str]
    created_at: datetime
    exam_date: date | None
    version: int
    url: str


@dataclass(frozen=True)
class CardShape:
    """A card. `id` stays the same over export, restore and Anki; `state` draft: not reviewed yet.

    `number`: for programs that know cards by whole numbers; it means this service's card alone.
    """

    id: str
    number: int
    pack: str
    front: str
    back: str
    origin: str
    source_line: int | None
    version: int
    state: Literal["draft", "new", "learning", "review", "relearning"]
    due_at: datetime | None
    stability: float | None
    difficulty: float | None
    reps: int
    lapses: int
    suspended: bool


@dataclass(frozen=True)
class NewPack:
    """A pack of the student's own, without a photo. `id`: as of a new card."""

    title: Title
    subject: Subject = ""
    id: OwnId = ""


@dataclass(frozen=True)
class NewCard:
    """A card of the student's own: it needs no acceptance, and is due at once.

    `id`: 32 hexadecimal digits that the program draws by chance; sent again it makes no second card.
    `tags`: the pack gets those that it lacks, up to 20.
    """

    front: Side
    back: Side
    id: OwnId = ""
    tags: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class Suspension:
    """Whether a card is set aside until it is brought back."""

    suspended: bool


@dataclass(frozen=True)
class NewPicture:
    """A picture for one side of a card, in place of the one that is there.

    `webp`: base64 of a WebP of at most 180 kB and 2,000 px. `alt`: what it shows, in words.
    """

    side: Literal["front", "back"]
    webp: Base64
    alt: Words = ""


@dataclass(frozen=True)
class CardSearch:
    """Cards that meet everything which is said here; nothing said: all.

    `words`: each stands on the card somewhere. `fronts`, `numbers`: the card is one of these, at most 100.
    """

    words: Words = ""
    fronts: SomeWords = field(default_factory=list)
    numbers: SomeNumbers = field(default_factory=list)
    pack: Words = ""
    limit: AtOnce = 50
    cursor: Cursor = ""


@dataclass(frozen=True)
class CardChange:
    """What the card shall say."""

    front: FreeSide
    back: FreeSide


@dataclass(frozen=True)
class NewReview:
    """An answer. `id`: 16 to 64 letters, digits, - and _ that nobody can guess; the same id counts once."""

    id: ReviewId
    card: Words
    rating: Literal[1, 2, 3, 4]
    duration_ms: int = 0


@dataclass(frozen=True)
class ReviewShape:
    """What became of an answer; `counted` false: this id was counted before."""

    id: str
    counted: bool
    card: CardShape


@dataclass(frozen=True)
class ErrorShape:
    """Why a job failed: a stable code and a sentence for the student."""

    code: str
    message: str


@dataclass(frozen=True)
class JobShape:
    """A photo or text on its way to a pack."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    stage: str
    created_at: datetime
    finished_at: datetime | None
    pack: str | None
    error: ErrorShape | None


@dataclass(frozen=True)
class PeriodShape:
    """True retention of one period, and its 95 % band; null under 20 answers."""

    period: str
    answers: int
    percent: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ProgressShape:
    """How far the student is."""

    today: date
    streak_days: int
    due: int
    answers_today: int
    known_cards: int
    cards: int
    retention: list[PeriodShape] = field(default_factory=list)
    mastered_terms: int = 0
    """Key terms recalled on later days, and explained in own words or typed."""


@dataclass(frozen=True)
class Problem:
    """What went wrong (RFC 9457). `code` is stable; `detail` is a sentence for the student."""

    type: str
    title: str
    status: int
    detail: str
    code: str
