"""What leaves the analysis process: frozen dataclasses and their JSON form.

Standard library only, so that study/ and jobs/ may import it without bringing an engine along.
"""

from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions (0-1) of the upright picture."""

SERVER = "server"
"""Origin of material that was read and made on this server, without a vendor's model."""


def is_literal(origin: str) -> bool:
    """Say whether words of this origin were read or typed: they stay letter for letter, dollars included."""
    return origin.partition(":")[0] in {SERVER, "ocr", "device", "pdf", "student"}


@dataclass(frozen=True)
class Line:
    """One line of the transcript; `n` counts from 1, `score` is the reader's own 0-1 or None."""

    n: int
    text: str
    score: float | None = None
    box: Box | None = None
    unreadable: bool = False
    """A line stands here that could not be read: its `text` is empty."""
    unsure: bool = False
    """Whoever read it says that it should be checked."""


@dataclass(frozen=True)
class Table:
    """A table of the page: `lines` holds the `n` of its rows, `rows` their cells, all rows equally long."""

    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Trust:
    """How far our own reader's text can be trusted, judged from all that it saw on the page.

    `score` (0-1) is the mean over all boxes, those that were dropped included, by their width. Without
    `trusted` no cards, questions and terms are made. `reasons`: blur, dark, script, accents, handwriting,
    small, unsure, the strongest first. `scripts`: English names of what is on the page and cannot be read.
    """

    score: float
    trusted: bool = True
    reasons: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    sentence: str = ""
    """For the student; empty when all is well."""


def own_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of pasted text that hold something, numbered from 1."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(Line(n, line) for n, line in enumerate(filter(None, lines), start=1))


@dataclass(frozen=True)
class KeyTerm:
    """A term worth knowing; `definition` only when the page (or Gemini) gives one."""

    term: str
    definition: str | None = None
    source_line: int | None = None
    origin: str = SERVER
    rule: str = ""


@dataclass(frozen=True)
class Card:
    """A flashcard. `kind`: definition, cloze or short_answer. `source_line` None: not on the page."""

    front: str
    back: str
    kind: str
    source_line: int | None = None
    origin: str = SERVER
    rule: str = ""
    """What made it: a rule of analysis/material, `model`, `figure`."""
    marks: tuple[str, ...] = ()
    """Codes of judging.reasons with which it stays, e.g. not_on_page."""
    level: str = ""
    """Bloom level as the model states it: remember, understand, apply, analyse."""
    answer_box: Box | None = None
    """The answer is this part of the photo, because its reading is not sure; `back` is what was read."""


@dataclass(frozen=True)
class Question:
    """A multiple-choice question; `options` are distinct, `answer_index` counts from 0."""

    question: str
    options: tuple[str, ...]
    answer_index: int
    explanation: str
    source_line: int | None = None
    origin: str = SERVER
    rule: str = ""
    marks: tuple[str, ...] = ()
    level: str = ""


@dataclass(frozen=True)
class Dropped:
    """How many items of one rule and origin the judge dropped, mended or marked for one reason."""

    reason: str
    rule: str
    origin: str
    count: int


@dataclass(frozen=True)
class Fact:
    """A sentence, label or table row that bears a fact, on the transcript lines `first` to `last`."""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Judged:
    """What the judge did, and what the page holds; `no_cards` is why the page as a whole gave none."""

    dropped: tuple[Dropped, ...] = ()
    mended: tuple[Dropped, ...] = ()
    marked: tuple[Dropped, ...] = ()
    suggestions: tuple[Card, ...] = ()
    """Dropped only as trivial: to be seen on request."""
    facts: tuple[Fact, ...] = ()
    no_cards: str = ""


@dataclass(frozen=True)
class Material:
    """What a student studies: never padded, empty parts stay empty."""

    title: str = ""
    summary: str = ""
    explanation: str = ""
    key_terms: tuple[KeyTerm, ...] = ()
    cards: tuple[Card, ...] = ()
    quiz: tuple[Question, ...] = ()
    judged: Judged = Judged()


@dataclass(frozen=True)
class Quality:
    """How good the photo is, and in `advice` why it should be taken again (empty: it is fine).

    `sharpness` (percent of the contrast that is crossed in one px at the edges; 0: no edges), `brightness`
    (mean, 0-255), `tilt_degrees` (of the text lines, clockwise positive; 90: they run up or down; None: no
    lines were seen).
    """

    sharpness: float
    brightness: float
    tilt_degrees: float | None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class EngineReport:
    """What became of one engine: `outcome` is used, skipped or failed; `reason` says why."""

    engine: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Tokens:
    """What one model counted for one photo or text, over all its replies."""

    engine: str
    model: str
    prompt: int
    answer: int
    """With the thoughts of a model that thinks first: they have one price."""


@dataclass(frozen=True)
class Receipt:
    """The privacy receipt: what was uploaded (pixels upright), who saw it, what was kept, what it took."""

    uploaded_bytes: int
    width: int | None
    height: int | None
    sha256: str
    sent_to: tuple[str, ...] = ()
    bytes_kept: int = 0
    tokens: tuple[Tokens, ...] = ()


@dataclass(frozen=True)
class ModelReply:
    """What a model said of a photo, word for word; `version` stands for what it was asked."""

    engine: str
    model: str
    version: str
    text: str


@dataclass(frozen=True)
class KeptCopy:
    """What the student chose to keep of a photo: a JPEG made anew from the pixels, so without metadata."""

    jpeg_base64: str
    width: int
    height: int


@dataclass(frozen=True)
class Analysis:
    """The whole answer for one photo or one pasted text."""

    material: Material
    transcript: tuple[Line, ...]
    receipt: Receipt
    caption: str = ""
    text_engine: str = ""
    """What gave the transcript: `gemini:<model>`, `ocr:<version>`, `student`, or empty."""
    caption_engine: str = ""
    engines: tuple[EngineReport, ...] = ()
    quality: Quality | None = None
    notes: tuple[str, ...] = field(default=())
    """Sentences for the student, e.g. what a missing engine would have added."""
    copy: KeptCopy | None = None
    """Only when the student asked for one."""
    tables: tuple[Table, ...] = ()
    turned: int = 0
    """0, 90, 180 or 270: degrees clockwise by which the picture, upright by its EXIF, was turned to be read.
    Boxes, sizes and the copy are those of the turned picture."""
    trust: Trust | None = None
    """None: not read by our own reader."""
    reply: ModelReply | None = None
    """What the pack was read from, whole, so that the same photo need not be asked for again."""
