"""The language between a runner and the analysis process: one JSON object a line, both ways."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from studylens.analysis.protocol import device, sheets
from studylens.analysis.protocol.answers import Answered, Listed, ListedPage
from studylens.analysis.protocol.cutting import Cut, CutWish, wish_of
from studylens.analysis.protocol.device import DevicePage
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.analysis.protocol.result import Analysis, ModelReply
from studylens.analysis.protocol.result_json import from_json, to_json
from studylens.analysis.protocol.sheets import SheetMade, SheetsMade, SheetWish
from studylens.analysis.protocol.taught import Answer, Identified, Learnt, Seen, Trained


@dataclass(frozen=True)
class Wishes:
    """What a student wants of one photo or text; carried whole from the form to the pack."""

    question: str = ""
    private: bool = False
    """Nothing of it leaves this server."""
    keep_copy: bool = False
    """A small copy of the photo is kept with the pack."""


@dataclass(frozen=True)
class Stored:
    """What the pack of this photo holds since an earlier attempt: its caption alone is missing.

    `turned`: degrees clockwise by which the picture is turned to be read; `told`: it has an explanation or a
    summary; `words`: of its lines.
    """

    turned: int = 0
    title: str = ""
    told: bool = False
    cards: int = 0
    words: int = 0


@dataclass(frozen=True)
class Request:
    """One photo (`path`) or one pasted text, and what the analysis needs to know about the service."""

    job_id: str
    follow_up: bool = False
    """A question about a page whose lines are in `text`, as llm/question.py reads them."""
    again: bool = False
    """A photo that has its pack: only models read it, for a proposal."""
    path: str = ""
    page: int = 0
    """Of the PDF at `path`, from 1; 0: `path` is a picture, or the whole document."""
    cut: CutWish | None = None
    """Something is cut out of the picture at `path`, and nothing is read."""
    list_pages: bool = False
    """`path` is a PDF whose pages are to be listed."""
    sheets: SheetWish | None = None
    """Sheets are made of a pack, and nothing is read."""
    draw: PanelWish | None = None
    """A panel of a story is drawn, and nothing is read."""
    device: DevicePage | None = None
    """What the student's own device read on a photo that is not here."""
    text: str = ""
    alone: bool = False
    """No model is asked at all, not even the operator's own."""
    wishes: Wishes = field(default_factory=Wishes)
    uploaded_bytes: int = 0
    sha256: str = ""
    standings: "Sequence[Standing]" = ()
    """Models and keys whose last calls failed."""
    calls_left: int = 0
    """Gemini calls that the whole service may still make today."""
    others_mb: float = 0.0
    """Memory (MB) of the service's other processes, which the analysis cannot look at."""
    known: Sequence[ModelReply] = ()
    """What models said of the same photo before, newest first."""
    stored: Stored | None = None
    """The pack is kept already, so nothing is read again: only what the picture shows is asked for."""
    task: str = ""
    """A task of taught.py; empty: a photo or text is read."""
    taught: str = ""
    """The file of what the guest has taught; empty: nothing that was trained."""
    untaught: bool = False
    """The guest has sets, and none of them is trained."""


@dataclass(frozen=True)
class Stage:
    """The pipeline has reached a stage; readings in MB."""

    stage: str
    rss_mb: float
    service_mb: float


@dataclass(frozen=True)
class StageProgress:
    """Within a stage `done` of `total` parts are finished, e.g. lines: a sign of life on a slow machine."""

    done: int
    total: int


@dataclass(frozen=True)
class LogLine:
    """A line for the service's log, word for word."""

    line: str


@dataclass(frozen=True)
class GeminiCall:
    """A call to Gemini is about to be made, and counts for the day."""

    model: str


@dataclass(frozen=True)
class Standing:
    """How a model, or the key of all models, stands since its last call; without `failures` all is well."""

    name: str
    kind: str = ""
    """What failed, in the words of analysis/llm/client.py: away, limited, day, key, model, answer."""
    failures: int = 0
    """Of that kind, in a row."""
    until: float = 0.0
    """It is not asked before (seconds since the epoch)."""
    reason: str = ""


@dataclass(frozen=True)
class Made:
    """The pack as the text alone gives it, told before the caption's stage; `Done` then only adds to it."""

    analysis: Analysis


@dataclass(frozen=True)
class Spent:
    """A model has replied, and counted so many tokens."""

    engine: str
    model: str
    prompt: int
    answer: int


@dataclass(frozen=True)
class Done:
    """The answer. After one with `last` the process ends: it had run out of memory on the way."""

    analysis: Analysis
    last: bool = False


@dataclass(frozen=True)
class Failed:
    """No answer, and why: a stable code of errors.py with its sentence."""

    code: str
    sentence: str
    last: bool = False


Outcome = Done | Answered | Listed | Cut | Learnt | Trained | Identified | SheetsMade | Drawn | Failed
"""The last event of a request."""
Event = Stage | StageProgress | LogLine | GeminiCall | Standing | Spent | Made | Seen | SheetMade | Outcome
_KINDS = (
    Stage, StageProgress, LogLine, GeminiCall, Standing, Spent, Made, Seen, SheetMade,
    Done, Answered, Listed, Cut, Learnt, Trained, Identified, SheetsMade, Drawn, Failed,
)  # fmt: skip
_EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in _KINDS}


def encode(message: Request | Event) -> bytes:
    """Return the message as one line of JSON."""
    body = asdict(message)
    if isinstance(message, Made | Done):
        body["analysis"] = to_json(message.analysis)
    return json.dumps({"is": type(message).__name__, **body}).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """Parse a line into a request; raises ValueError when it is not one."""
    _, body = _body(line, {"Request": Request})
    body["standings"] = tuple(Standing(**standing) for standing in body.get("standings", ()))
    body["known"] = tuple(ModelReply(**reply) for reply in body.get("known", ()))
    stored = body.get("stored")
    nested: dict[str, Any] = {
        "wishes": Wishes(**body.get("wishes", {})),
        "stored": Stored(**stored) if stored else None,
    }
    nested["cut"] = wish_of(body["cut"]) if body.get("cut") else None
    nested["sheets"] = sheets.wish_of(body["sheets"]) if body.get("sheets") else None
    nested["device"] = device.page_of(body["device"]) if body.get("device") else None
    nested["draw"] = PanelWish(**body["draw"]) if body.get("draw") else None
    return Request(**{**body, **nested})


def decode_event(line: bytes) -> Event:
    """Parse a line into an event; raises ValueError when it is not one."""
    kind, body = _body(line, _EVENTS)
    if kind in {Made, Done}:
        body["analysis"] = from_json(body["analysis"])
    elif kind is Listed:
        body["pages"] = [ListedPage(**page) for page in body["pages"]]
    elif kind in {Seen, Identified}:
        body["answers"] = [Answer(**answer) for answer in body["answers"]]
    elif kind is SheetMade:
        return sheets.made_of(body)
    event: Event = kind(**body)
    return event


def _body(line: bytes, kinds: Mapping[str, type[Any]]) -> tuple[type[Any], dict[str, Any]]:
    try:
        body = json.loads(line)
        return kinds[body.pop("is")], body
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error
