"""A small world for tests of the web room: a finished analysis, jobs and packs, and a reader of pages."""

import io
from typing import Any

import html5lib
from html5lib.html5parser import HTMLParser
from PIL import Image
from werkzeug.test import Client, TestResponse

from studylens.analysis.protocol import result
from studylens.models import DONE, PHOTO, Batch, Job, JobStage, Pack, now
from studylens.study.packs.store import keep
from studylens.web.door.wiring import Wiring

GEMINI = "gemini:gemini-3.5-flash-lite"
PAGE = {"Accept": "text/html"}
EXPLANATION = """## What happens

Plants turn light into sugar. Per molecule of **glucose**:

$$6\\,CO_2 + 6\\,H_2O \\rightarrow C_6H_{12}O_6 + 6\\,O_2$$

- the *light reactions* make ATP, with $E = h\\nu$
- the Calvin cycle uses it

```
rate = k * light
```
"""
LINES = (
    ("Photosynthesis", 0.99),
    ("Plants turn light, water and carbon dioxide into glucose and oxygen.", 0.97),
    ("Chlorophyll: the green pigment that takes in light.", 0.95),
    ("The Calvin cyc1e takes place in the stroma.", 0.62),
    ("ATP carries the energy of the light reactions.", 0.98),
)
STAGES = (
    ("before_image_processing", 58.0, 61.0),
    ("after_decode", 71.0, 132.0),
    ("after_gemini_resize", 72.0, 133.0),
    ("after_gemini", 120.5, 181.0),
    ("after_gemini_cleanup", 110.2, 171.0),
    ("after_file_cleanup", 60.0, 121.0),
)


def analysis(**changes: Any) -> result.Analysis:
    """Return what a good photo gives with Gemini; `changes` replace fields of Analysis."""
    fields: dict[str, Any] = {
        "material": _material(),
        "transcript": tuple(
            result.Line(n, text, score, (0.1, n / 10, 0.9, n / 10 + 0.05))
            for n, (text, score) in enumerate(LINES, start=1)
        ),
        "receipt": result.Receipt(483_200, 1080, 1920, "ab" * 32, sent_to=("Google Gemini",)),
        "caption": "a diagram of a leaf in the sun",
        "text_engine": GEMINI,
        "caption_engine": "blip:onnx",
        "engines": (
            result.EngineReport("gemini", "used"),
            result.EngineReport("ocr", "skipped", "Gemini read the page"),
            result.EngineReport("blip", "used"),
        ),
        "quality": result.Quality(41.0, 88.0, 7.5, ("it is blurred. Hold still, closer to a window.",)),
        "notes": ("The captioner saw a picture, so its sentence stands below the explanation.",),
    }
    return result.Analysis(**{**fields, **changes})


def _material() -> result.Material:
    return result.Material(
        title="Photosynthesis",
        summary="Plants turn light, water and carbon dioxide into glucose and oxygen.",
        explanation=EXPLANATION,
        key_terms=(
            result.KeyTerm("Chlorophyll", "The green pigment that takes in light.", 3, GEMINI),
            result.KeyTerm("Stroma", None, 4, result.SERVER),
        ),
        cards=(
            result.Card(
                "What does chlorophyll do?", "It takes in light: $E = h\\nu$.", "short_answer", 3, GEMINI
            ),
            result.Card("____ carries the energy of the light reactions.", "ATP", "cloze", 5, result.SERVER),
            result.Card("Who first described it?", "Jan Ingenhousz, in 1779", "short_answer", None, GEMINI),
        ),
        quiz=(
            result.Question(
                "Where does the Calvin cycle take place?",
                ("in the stroma", "in the nucleus", "in the vacuole", "in the cell wall"),
                0,
                "The page says that it takes place in the stroma.",
                4,
                GEMINI,
            ),
            result.Question(
                "What carries the energy?", ("ATP", "DNA", "RNA"), 0, "ATP does.", 5, result.SERVER
            ),
        ),
    )


def add_job(wiring: Wiring, guest_id: int, **fields: Any) -> str:
    """Add a photo's job in a batch of its own; return the job's id."""
    fields = {"kind": PHOTO, "name": "page.jpg", "folder_id": wiring.folder.folder_id, **fields}
    job = Job(guest_id=guest_id, **fields)
    with wiring.database.writing() as session:
        session.add(Batch(guest_id=guest_id, jobs=[job]))
    return job.id


def add_pack(wiring: Wiring, guest_id: int, found: result.Analysis | None = None) -> str:
    """Add a finished job with its readings and its pack; return the pack's id."""
    job_id = add_job(wiring, guest_id, state=DONE, started_at=now(), finished_at=now())
    with wiring.database.writing() as session:
        job = session.get_one(Job, job_id)
        job.stages = [JobStage(stage=stage, rss_mb=rss, service_mb=use) for stage, rss, use in STAGES]
        pack: Pack = keep(session, job, found or analysis())
    return pack.id


def picture(width: int = 60, height: int = 80, kind: str = "PNG") -> bytes:
    """Return a small picture of nothing; the door looks only at its header."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, kind)
    return stream.getvalue()


def photo(name: str = "page.png", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    """Return a file as the test client sends it."""
    return io.BytesIO(picture() if data is None else data), name


def become_guest(wiring: Wiring, client: Client) -> int:
    """Let the client post once, as a newcomer does; return the id of its guest."""
    answer = client.post("/analyze?wait=0", data={"text": "Osmosis: water passes a membrane."})
    job_id = answer.get_json()["jobs"][0]["id"]
    with wiring.database.reading() as session:
        return session.get_one(Job, job_id).guest_id


def read_page(answer: TestResponse) -> str:
    """Return the page's HTML, after checking what every page owes: a title, valid HTML, no id twice."""
    check_html(answer.get_data(as_text=True))
    return answer.get_data(as_text=True)


def check_html(text: str) -> None:
    """Fail unless the page is valid HTML with a title, one h1 and no duplicate id."""
    parser = HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    page = parser.parse(text)
    errors = [error for error in parser.errors if error[1] not in _HTML5LIB_IS_OLDER]
    assert not errors, errors
    title = page.find("head/title")
    assert title is not None
    assert (title.text or "").strip()
    assert len(page.findall(".//h1")) == 1
    for form in page.iter("form"):
        fields = [field.get("name") for field in form.iter("input")]
        assert (form.get("method") == "post") == ("form_token" in fields), form.attrib
    assert all(len(drawn) for drawn in page.iter("svg")), "an icon of this page is not drawn"
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert sorted(ids) == sorted(set(ids))


_HTML5LIB_IS_OLDER: set[str] = set()
