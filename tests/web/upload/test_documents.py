"""A PDF on its way: listed, chosen from, read, and gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens import limits
from studylens.analysis.protocol.answers import Listed, ListedPage
from studylens.jobs import documents, leases, upkeep
from studylens.jobs.housekeeper import sweep
from studylens.jobs.queue import NO_BOUND, Quota
from studylens.models import DONE, FAILED, QUEUED, Document, DocumentPage, Job, Pack, now
from studylens.web.door.wiring import Wiring
from tests.documents import SENTENCES, locked, plain
from tests.jobs.fake_analysis import analysis
from tests.web.world import PAGE, photo, read_page

RUNNER = "r" * 32
MakeApp = Callable[..., Flask]


def send(client: FlaskClient, data: bytes | None = None, **form: Any) -> Any:
    form = {"image": photo("slides.pdf", data or plain(3)), **form}
    return client.post("/analyze?wait=0", data=form).get_json()


def claim(wiring: Wiring) -> leases.Claim:
    claimed = leases.claim(wiring.database, wiring.folder.folder_id, RUNNER)
    assert claimed is not None
    return claimed


def list_next(wiring: Wiring, pages: int = 3, quota: Quota = NO_BOUND) -> str:
    """End the next job, a document's, as the analysis process would; return its id."""
    claimed = claim(wiring)
    entries = [ListedPage(n, 595, 842, "/9j/") for n in range(1, pages + 1)]
    assert leases.finish(wiring.database, claimed, Listed(entries), quota)
    return claimed.job_id


def read_next(wiring: Wiring) -> leases.Claim:
    claimed = claim(wiring)
    assert leases.finish(wiring.database, claimed, analysis(f"page {claimed.page}"))
    return claimed


def choose(client: FlaskClient, document_id: str, **form: Any) -> Any:
    return client.post(f"/documents/{document_id}/pages", data=form)


def page_jobs(wiring: Wiring) -> list[Job]:
    with wiring.database.reading() as session:
        rows = select(Job).where(Job.document_id.is_not(None)).order_by(Job.created_at, Job.number)
        return list(session.scalars(rows))


def test_a_pdf_becomes_a_short_job_that_goes_before_photos(wiring: Wiring, client: FlaskClient) -> None:
    client.post("/analyze?wait=0", data={"image": photo("a.png")})
    body = send(client)
    assert len(body["jobs"]) == 1
    claimed = claim(wiring)
    assert (claimed.kind, claimed.name, claimed.file_id) == ("document", "slides.pdf", body["jobs"][0]["id"])
    assert wiring.folder.path(claimed.file_id).read_bytes() == plain(3)


@pytest.mark.own_sql
def test_pages_are_listed_without_any_script(wiring: Wiring, client: FlaskClient) -> None:
    send(client)
    document_id = list_next(wiring)
    page = read_page(client.get(f"/documents/{document_id}", headers=PAGE))
    assert [f'name="page" value="{n}"' in page for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Each page counts as one of 60 photos and pages an hour; you have 59 left." in page
    picture = client.get(f"/documents/{document_id}/pages/2.jpg")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert client.get(f"/documents/{document_id}/pages/9.jpg").status_code == 404


def test_the_waiting_page_leads_on_to_the_list(wiring: Wiring, client: FlaskClient) -> None:
    batch = send(client)["batch"]
    document_id = list_next(wiring)
    answer = client.get(f"/batches/{batch}", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, f"/documents/{document_id}")
    told = client.get(f"/batches/{batch}").get_json()["jobs"][0]
    assert told["document"] == f"/documents/{document_id}"
    listed = client.get(told["document"]).get_json()
    assert [page["n"] for page in listed["pages"]] == [1, 2, 3]


@pytest.mark.own_sql
def test_chosen_pages_become_one_batch_and_one_pack(wiring: Wiring, client: FlaskClient) -> None:
    send(client, question="Why?", private="1")
    document_id = list_next(wiring)
    answer = client.post(f"/documents/{document_id}/pages", data={"page": ["3", "1"]}, headers=PAGE)
    assert answer.status_code == 303
    jobs = page_jobs(wiring)
    assert [(job.page, job.name, job.question, job.private) for job in jobs] == [
        (1, "slides.pdf, page 1", "Why?", True),
        (3, "slides.pdf, page 3", "Why?", True),
    ]
    assert answer.location == f"/batches/{jobs[0].batch_id}"
    assert [read_next(wiring).page for _ in jobs] == [1, 3]
    upkeep.join_ended(wiring.database)
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count(Pack.id))) == 1


def test_pages_asked_for_with_the_upload_need_no_choice(wiring: Wiring, client: FlaskClient) -> None:
    batch = send(client, pages="2-9")["batch"]
    list_next(wiring)
    assert [(job.page, job.batch_id) for job in page_jobs(wiring)] == [(2, batch), (3, batch)]


def test_a_pdf_may_be_the_whole_body(wiring: Wiring, client: FlaskClient) -> None:
    answer = client.post("/analyze?wait=0&pages=2", data=plain(3), content_type="application/pdf")
    assert answer.status_code == 202
    list_next(wiring)
    assert [job.page for job in page_jobs(wiring)] == [2]


def test_a_document_of_one_page_needs_no_choice(wiring: Wiring, client: FlaskClient) -> None:
    send(client, plain(1))
    list_next(wiring, 1)
    assert [job.page for job in page_jobs(wiring)] == [1]


def test_each_page_counts_and_too_many_leave_the_list(wiring: Wiring, client: FlaskClient) -> None:
    send(client, pages="1-3")
    document_id = list_next(wiring, quota=Quota(3, 600))
    assert page_jobs(wiring) == []
    assert client.get(f"/documents/{document_id}", headers=PAGE).status_code == 200


def test_a_wish_beyond_the_quota_is_refused_before_anything_is_kept(
    wiring: Wiring, client: FlaskClient
) -> None:
    data = {"image": [photo("a.pdf", plain()), photo("b.pdf", plain())], "pages": "1-50"}
    answer = client.post("/analyze?wait=0", data=data)
    assert answer.status_code == 429
    assert "You have 60 left, and this would be 102" in answer.get_json()["error"]["message"]
    assert wiring.folder.job_ids() == set()


@pytest.mark.parametrize("form", [{}, {"pages": "7"}])
def test_a_choice_of_nothing_is_refused(wiring: Wiring, client: FlaskClient, form: dict[str, str]) -> None:
    send(client)
    assert choose(client, list_next(wiring), **form).status_code == 400


def test_the_file_goes_with_the_last_page(wiring: Wiring, client: FlaskClient) -> None:
    send(client)
    document_id = list_next(wiring)
    choose(client, document_id, page=["1", "2"])
    read_next(wiring)
    documents.close_ended(wiring.database)
    assert documents.is_open(wiring.database, document_id)
    read_next(wiring)
    documents.close_ended(wiring.database)
    assert not documents.is_open(wiring.database, document_id)
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DocumentPage)) == 0
    assert choose(client, document_id, page="3").status_code == 404


@pytest.mark.own_sql
def test_the_sweep_keeps_an_open_documents_file_and_takes_it_after_an_hour(
    wiring: Wiring, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.limits.ORPHAN_FILE_SECONDS", 0)
    send(client)
    document_id = list_next(wiring)
    sweep(wiring.database, wiring.folder)
    assert wiring.folder.job_ids() == {document_id}
    with wiring.database.writing() as session:
        session.get_one(Document, document_id).created_at = now() - timedelta(
            seconds=limits.DOCUMENT_SECONDS + 1
        )
    sweep(wiring.database, wiring.folder)
    assert wiring.folder.job_ids() == set()


def test_pages_that_wait_longer_than_an_hour_keep_their_file(
    wiring: Wiring, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.limits.ORPHAN_FILE_SECONDS", 0)
    monkeypatch.setattr(limits, "DOCUMENT_SECONDS", 0)
    send(client, pages="2")
    document_id = list_next(wiring)
    sweep(wiring.database, wiring.folder)
    assert wiring.folder.job_ids() == {document_id}
    assert [job.state for job in page_jobs(wiring)] == [QUEUED]


def test_pages_whose_file_is_gone_end_as_lost(wiring: Wiring, client: FlaskClient) -> None:
    send(client, pages="2")
    wiring.folder.remove(list_next(wiring))
    sweep(wiring.database, wiring.folder)
    assert [(job.state, job.error_code) for job in page_jobs(wiring)] == [(FAILED, "upload_lost")]


def test_a_class_of_thirty_behind_one_router_gets_in(app: Flask, wiring: Wiring) -> None:
    """Each student's hour is full before the address's is."""
    for _ in range(30):
        student = app.test_client()
        assert student.post("/analyze?wait=0", data={"text": "My notes."}).status_code == 202
    config = wiring.config
    assert config.analyses_per_hour_address >= 20 * 30
    assert config.analyses_per_hour_address < config.analyses_per_hour * 30


def test_a_json_client_gets_the_pages_it_named_in_one_request(running_app: MakeApp) -> None:
    client = running_app(engines=("ocr",)).test_client()
    body = {"image": photo("slides.pdf", plain(4)), "pages": "2-3"}
    answer = client.post("/analyze?wait=55", data=body)
    assert answer.status_code == 200
    jobs = answer.get_json()["jobs"]
    assert [job["state"] for job in jobs] == [DONE] * 3
    packs = [job["pack"] for job in jobs if "pack" in job]
    told = [line["text"] for line in packs[0]["transcript"]]
    assert told == ["Page 2 of this lecture.", *SENTENCES, "Page 3 of this lecture.", *SENTENCES]


def test_a_locked_pdf_fails_with_advice_and_leaves_no_file(running_app: MakeApp) -> None:
    app = running_app(engines=("ocr",))
    answer = app.test_client().post("/analyze?wait=55", data={"image": photo("exam.pdf", locked())})
    (job,) = answer.get_json()["jobs"]
    assert (job["state"], job["error"]["code"]) == (FAILED, "bad_document")
    assert "Save a copy without it" in job["error"]["message"]
    found: Wiring = app.extensions["studylens"]
    assert found.folder.job_ids() == set()
