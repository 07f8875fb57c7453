"""A photo that is read in the browser: its text goes, the photo stays, and nothing is lost on the way."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect
from werkzeug.formparser import parse_form_data

from studylens.analysis.ocr import device
from studylens.places import HOME
from studylens.web.upload.device_page import parse_page
from tests.analysis.ocr import page_kinds
from tests.browser.conftest import to_made_pack
from tests.pages import Page as Drawn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (HOME / "static" / "vendor" / "ort.wasm.gz").exists(), reason="npm is not here: `make vendor`"
    ),
]
WAITS = """() => new Promise((done) => {
  const request = indexedDB.open("studylens-offline");
  request.onsuccess = () => {
    const all = request.result.transaction("queue").objectStore("queue").getAll();
    all.onsuccess = () => {
      request.result.close();
      done(all.result.map(({ files, fields }) => [files.length, fields]));
    };
  };
})"""
KEEP_WORKERS = """() => {
  const Real = window.Worker;
  window.Worker = class extends Real {
    constructor(...given) { super(...given); window.lastWorker = this; }
  };
}"""


@pytest.fixture(scope="module")
def columns() -> Drawn:
    return page_kinds.columns()


def _file(page: Drawn, name: str = "page.png") -> dict[str, Any]:
    stream = io.BytesIO()
    page.image.save(stream, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": stream.getvalue()}


def _new_page(page: Page, file: dict[str, Any]) -> None:
    """Open the form, choose to read here, and choose a photo."""
    page.goto("/new")
    page.locator("#here input").check()
    page.get_by_label("Choose photos").set_input_files([file])
    expect(page.locator("#photos li")).to_have_count(1)


def _form(request: Request) -> tuple[dict[str, list[str]], int]:
    """Return the fields of a form that was sent, and how many files it carried."""
    body = request.post_data_buffer or b""
    environ = {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": request.headers["content-type"],
        "REQUEST_METHOD": "POST",
    }
    _, fields, files = parse_form_data(environ)
    count = sum(bool(file.filename) for file in files.values())
    for file in files.values():
        file.close()
    return dict(fields.lists()), count


def _texts(lines: str) -> list[str]:
    """Return what the server makes of a page that came as lines."""
    return [line.text for line in device.reading_of(parse_page(lines).page).lines]


def test_a_photo_is_read_here_and_never_sent_with_or_without_a_network(
    open_page: Callable[..., Page], columns: Drawn
) -> None:
    page, bodies = open_page(), list[Request]()
    page.on("request", lambda request: bodies.append(request) if request.post_data_buffer else None)
    file = _file(columns)
    page.route("**/analyze*", lambda route: route.fulfill(status=503, json={}), times=1)
    _new_page(page, file)
    page.locator("#send").click()
    expect(page.locator("#problem")).to_be_visible()
    page.evaluate("() => { delete window.Worker; }")  # What was read is not read again.
    page.locator("#send").click()
    to_made_pack(page)
    _refused, sent = (request for request in bodies if "/analyze" in request.url)
    fields, files = _form(sent)
    assert files == 0
    assert _texts(fields["lines"][0]) == list(columns.lines)
    _new_page(page, {**file, "name": "later.png"})
    page.context.set_offline(True)
    page.locator("#send").click()
    if page.locator("#known").is_visible():
        page.locator("#known button").click()
    _read_and_correct(page, columns)
    [[count, kept]] = page.evaluate(WAITS)
    assert count == 0
    assert _texts(dict(kept)["lines"]) == ["Typed by hand", *columns.lines[1:]]
    pictures = [request.url for request in bodies if file["buffer"][:64] in (request.post_data_buffer or b"")]
    assert pictures == []


def _read_and_correct(page: Page, drawn: Drawn) -> None:
    """Be told that the form waits, find the page's lines in their order, and type the first one anew."""
    expect(page.locator("#told")).to_have_text(
        "There is no network. It is kept in this browser and sent later."
    )
    shown = page.locator("#read li").all_inner_texts()
    assert [line.removesuffix("check this").strip() for line in shown] == list(drawn.lines)
    page.get_by_role("button", name="Correct the text").click()
    page.get_by_label("Line 1", exact=True).fill("Typed by hand")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#read li").first).to_have_text("Typed by hand")


def test_a_photo_that_cannot_be_read_here_goes_the_usual_way_after_one_question(
    open_page: Callable[..., Page], columns: Drawn
) -> None:
    page, sent = open_page(), list[Request]()
    page.add_init_script(f"({KEEP_WORKERS})()")
    page.on("request", lambda request: sent.append(request) if "/analyze" in request.url else None)
    page.route("**/reader/detection.onnx.gz*", _damage)
    _new_page(page, _file(columns))
    page.locator("#send").click()
    question = page.locator("#not-here")
    expect(question).to_contain_text("What reads photos could not be fetched.")
    question.get_by_role("button", name="Do not send it").click()
    expect(question).to_be_hidden()
    assert sent == []
    page.unroute("**/reader/detection.onnx.gz*")
    page.route("**/reader/recognition.onnx.gz*", lambda _route: None)  # It never comes.
    page.locator("#send").click()
    expect(page.locator("#told")).to_contain_text("Fetching the reader")
    page.wait_for_function("() => window.lastWorker")
    page.evaluate("() => window.lastWorker.dispatchEvent(new Event('error'))")
    expect(question).to_contain_text("page.png could not be read here")
    question.get_by_role("button", name="Send it", exact=True).click()
    to_made_pack(page)
    fields, files = _form(sent[0])
    assert (len(sent), files, "lines" in fields) == (1, 1, False)


def test_nothing_leaves_a_device_that_reads_here_without_a_question(
    open_page: Callable[..., Page], columns: Drawn
) -> None:
    page, posted = open_page(), list[str]()
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    _new_page(page, _file(columns))
    page.locator(".white-photo").click()
    _refuse(page, "page.png is made white on the server.")
    page.route("**/reader/device.js", lambda route: route.abort())
    page.locator("#send").click()
    _refuse(page, "What reads photos could not be fetched.")
    expect(page.locator("#send")).to_be_enabled()
    document = {"name": "script.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator(".remove-photo").click()
    page.get_by_label("Choose photos").set_input_files([document])
    page.locator("#send").click()
    _refuse(page, "script.pdf is a document: only photos are read here.")
    page.add_init_script("delete window.Worker")
    page.goto("/new")
    expect(page.locator("#here")).to_be_hidden()
    page.get_by_label("Choose photos").set_input_files([_file(columns)])
    expect(page.locator("#photos li")).to_have_count(1)
    page.locator("#send").click()
    _refuse(page, "Photos cannot be read on this device now.")
    assert [url for url in posted if "/settings/" not in url] == []


def _refuse(page: Page, asked: str) -> None:
    """Be asked, and send nothing."""
    question = page.locator("#not-here")
    expect(question).to_contain_text(asked)
    question.get_by_role("button", name="Do not send it").click()
    expect(question).to_be_hidden()


def _damage(route: Route) -> None:
    route.fulfill(body=b"not a network", content_type="application/gzip")
