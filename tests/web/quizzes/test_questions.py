"""Follow-up questions on a pack: asked, answered or not, and what becomes of them when things go wrong."""

import hashlib
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.config import GEMINI_MODELS
from studylens.jobs import gemini_state, leases
from studylens.jobs.turns import order
from studylens.models import (
    CANCELLED,
    DONE,
    FAILED,
    QUESTION,
    RUNNING,
    FollowUp,
    GeminiModel,
    Guest,
    Job,
    Pack,
    TranscriptLine,
    new_id,
)
from studylens.study.questions import follow_ups
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.analysis.gemini.server import GeminiServer
from tests.jobs.test_faults import with_gemini
from tests.jobs.test_runner import wait_for, wired
from tests.web.world import PAGE, add_job, add_pack, analysis, read_page

MakeApp = Callable[..., Flask]
FAKE = {"ANALYSIS_COMMAND": (sys.executable, "-m", "tests.jobs.fake_analysis"), "gemini_api_key": "AQ.test"}
ASKS = "What does chlorophyll do?"
PART = {"HX-Request": "true"}


class Student:
    """A guest with one pack who asks about it."""

    def __init__(self, app: Flask, found: result.Analysis | None = None) -> None:
        self.wiring: Wiring = wired(app)
        self.client = app.test_client()
        self.guest_id = self._become_guest()
        self.pack_id = add_pack(self.wiring, self.guest_id, found)
        self.path = f"/packs/{self.pack_id}/questions"

    def _become_guest(self) -> int:
        """Become one without posting anything, which would ask Gemini too."""
        token = secrets.token_urlsafe(32)
        self.client.set_cookie(GUEST_COOKIE, token)
        guest = Guest(token_hash=hashlib.sha256(token.encode()).hexdigest())
        with self.wiring.database.writing() as session:
            session.add(guest)
        return guest.id

    def ask(self, text: str = ASKS, **form: str) -> FollowUp:
        answer = self.client.post(self.path, data={"question": text, **form}, headers=PAGE)
        assert answer.status_code == 303, answer.text
        return self.rows()[-1]

    def rows(self) -> list[FollowUp]:
        with self.wiring.database.reading() as session:
            return list(session.scalars(select(FollowUp).order_by(FollowUp.id)))

    def jobs(self) -> list[Job]:
        with self.wiring.database.reading() as session:
            return list(session.scalars(select(Job).where(Job.kind == QUESTION)))

    def answered(self, asked: FollowUp, *states: str) -> FollowUp:
        wait_for(self.wiring, str(asked.job_id), *(states or (DONE,)))
        return next(row for row in self.rows() if row.id == asked.id)

    def page(self) -> str:
        return read_page(self.client.get(self.path, headers=PAGE))


@pytest.fixture
def student(app: Flask) -> Student:
    """Without a key, so nobody is asked."""
    return Student(app)


@pytest.fixture
def keyed(running_app: MakeApp, gemini: GeminiServer) -> Student:
    """With a key, and a local server that speaks Gemini's wire format."""
    return Student(running_app(**with_gemini(gemini)))


def test_without_a_key_the_best_lines_are_shown_as_what_they_are(student: Student) -> None:
    asked = student.ask()
    assert [line["n"] for line in asked.lines] == [3]
    assert (asked.answer, asked.job_id, asked.note) == ("", None, "no key")
    page = student.page()
    assert "This line of your page matches best:" in page
    assert "Chlorophyll: the green pigment that takes in light." in page
    assert "Gemini did not answer: Gemini is not set up on this server." in page
    assert f'href="/packs/{student.pack_id}/page?line=3#line-3"' in page
    assert "hx-trigger" not in page


def test_when_nothing_matches_it_says_so(student: Student) -> None:
    assert student.ask("Who won the war?").lines == []
    assert "No line of this page matches your question." in student.page()


def test_a_hint_without_a_model_tells_only_where_to_look(student: Student) -> None:
    student.ask(hint_only="1")
    page = student.page()
    assert "Read again:" in page
    assert "the green pigment" not in page
    assert "Show the lines" in page


def test_the_pack_page_shows_questions_and_form(student: Student) -> None:
    student.ask()
    page = read_page(student.client.get(f"/packs/{student.pack_id}", headers=PAGE))
    assert "Ask about this page" in page
    assert ASKS in page


def test_gemini_answers_from_the_page_and_names_its_lines(keyed: Student, gemini: GeminiServer) -> None:
    asked = keyed.answered(keyed.ask())
    assert asked.answer.startswith("The page says: Plants turn light")
    assert (asked.engine, asked.on_page) == ("gemini:gemini-3.5-flash-lite", True)
    assert [line["n"] for line in asked.lines] == [2]
    page = keyed.page()
    assert "Gemini gemini-3.5-flash-lite" in page
    assert ">line 2</a>" in page
    assert len(gemini.requests) == gemini_state.calls_today(keyed.wiring.database) == 1
    with keyed.wiring.database.reading() as session:
        sent_to = session.get_one(Pack, keyed.pack_id).receipt["sent_to"]
    host = gemini.url.removeprefix("http://")
    told = f"Google Gemini (gemini-3.5-flash-lite) at {host}: its text, with a question of yours"
    assert sent_to[-1] == told
    assert "go to Google’s Gemini" in page
    [job] = keyed.jobs()
    assert (job.state, job.text, job.question) == (DONE, "", "")


def test_an_answer_from_outside_the_page_says_so(keyed: Student, gemini: GeminiServer) -> None:
    gemini.script.append("off_page")
    asked = keyed.answered(keyed.ask("When was Napoleon born?"))
    assert (asked.on_page, asked.lines) == (False, [])
    assert "the page does not say this" in keyed.page()


def test_a_hint_comes_first_when_asked_for(keyed: Student) -> None:
    asked = keyed.answered(keyed.ask(hint_only="1"))
    assert asked.answer == "Read the line about **Plants** again."
    assert "Now the whole answer" in keyed.page()


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("safety", "its safety filter stopped it"),
        ("bad_key", "Gemini refused the key"),
        ("error_503", "the server answered 503"),
        ("prose", "its answer is not JSON"),
    ],
)
def test_when_gemini_fails_the_lines_stay_with_the_reason(
    keyed: Student, gemini: GeminiServer, behaviour: str, words: str
) -> None:
    gemini.script.extend([behaviour] * 4)
    asked = keyed.answered(keyed.ask())
    assert asked.answer == ""
    assert [line["n"] for line in asked.lines] == [3]
    assert words in keyed.page()


@pytest.mark.own_sql
def test_a_model_that_rests_is_not_asked(keyed: Student, gemini: GeminiServer) -> None:
    gemini.script.extend(["limited_long"] * 2)
    keyed.answered(keyed.ask())
    with keyed.wiring.database.reading() as session:
        assert set(session.scalars(select(GeminiModel.model))) == set(GEMINI_MODELS)
    keyed.answered(keyed.ask())
    assert len(gemini.requests) == 2
    assert "it is asked again at" in keyed.page()


def test_the_daily_budget_counts_questions(running_app: MakeApp, gemini: GeminiServer) -> None:
    student = Student(running_app(gemini_calls_per_day=1, **with_gemini(gemini)))
    student.answered(student.ask())
    student.answered(student.ask())
    assert len(gemini.requests) == 1
    assert "used up for today" in student.page()


@pytest.mark.own_sql
@pytest.mark.parametrize("told", ["job", "engines"])
def test_a_private_pack_never_leaves_the_server(keyed: Student, gemini: GeminiServer, told: str) -> None:
    with keyed.wiring.database.writing() as session:
        pack = session.get_one(Pack, keyed.pack_id)
        if told == "engines":
            pack.engines = [{"engine": "gemini", "outcome": "skipped", "reason": "private"}]
        elif pack.job is not None:
            pack.job.private = True
    assert keyed.ask().job_id is None
    assert keyed.jobs() == []
    assert gemini.requests == []
    assert "nothing of it leaves this server" in keyed.page()


def test_questions_go_before_waiting_photos(app: Flask, wiring: Wiring) -> None:
    student = Student(app)
    add_job(wiring, student.guest_id)
    later = add_job(wiring, student.guest_id, kind=QUESTION)
    with wiring.database.writing() as session:
        order.deal(session, wiring.folder.folder_id, student.guest_id)
    claimed = leases.claim(wiring.database, wiring.folder.folder_id, new_id())
    assert claimed is not None
    assert claimed.job_id == later


@pytest.mark.parametrize("stage", ["after_gemini", "after_gemini_cleanup"])
def test_a_kill_during_a_question_is_attempted_again(
    running_app: MakeApp, gemini: GeminiServer, tmp_path: Path, stage: str
) -> None:
    command = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(tmp_path / "died"))
    student = Student(running_app(ANALYSIS_COMMAND=command, **with_gemini(gemini)))
    asked = student.answered(student.ask())
    assert (tmp_path / "died").exists()
    assert student.jobs()[0].attempts == 2
    assert asked.answer


def test_a_question_that_kills_everything_ends_with_its_lines(running_app: MakeApp) -> None:
    student = Student(running_app(**FAKE))
    asked = student.answered(student.ask("die chlorophyll"), FAILED)
    assert student.jobs()[0].attempts == 3
    assert [line["n"] for line in asked.lines] == [3]
    assert "Gemini did not answer: it did not work this time." in student.page()


def test_a_pack_that_goes_meanwhile_ends_the_job_cleanly(running_app: MakeApp) -> None:
    student = Student(running_app(**FAKE))
    asked = student.ask("slow")
    wait_for(student.wiring, str(asked.job_id), RUNNING)
    with student.wiring.database.writing() as session:
        session.delete(session.get_one(Pack, student.pack_id))
    student.client.post(f"/jobs/{asked.job_id}/cancel")
    wait_for(student.wiring, str(asked.job_id), CANCELLED)
    quick = Student(student.client.application)
    gone = quick.ask("quick")
    with quick.wiring.database.writing() as session:
        session.delete(session.get_one(Pack, quick.pack_id))
    assert wait_for(quick.wiring, str(gone.job_id), DONE, FAILED).state == DONE
    assert [row for row in quick.rows() if row.pack_id == quick.pack_id] == []


def test_while_a_question_waits_the_page_says_so_and_asks_again(running_app: MakeApp) -> None:
    student = Student(running_app(**FAKE))
    asked = student.ask("slow chlorophyll")
    part = student.client.get(student.path, headers=PART).text
    assert "Gemini is looking at your question" in part
    assert 'hx-trigger="every 2s"' in part
    assert "the green pigment" in part
    assert "<html" not in part
    assert '<noscript><meta http-equiv="refresh"' in student.page()
    student.client.post(f"/jobs/{asked.job_id}/cancel")
    student.answered(asked, CANCELLED)
    assert "Gemini did not answer: you cancelled it." in student.page()


@pytest.mark.own_sql
def test_the_job_of_a_question_leads_to_its_pack(running_app: MakeApp) -> None:
    student = Student(running_app(**FAKE))
    asked = student.answered(student.ask())
    with student.wiring.database.reading() as session:
        batch_id = session.get_one(Job, asked.job_id).batch_id
    answer = student.client.get(f"/batches/{batch_id}", headers=PAGE)
    assert answer.headers["Location"] == f"/packs/{student.pack_id}"
    page = read_page(student.client.get(f"/jobs/{asked.job_id}", headers=PAGE))
    assert "Open the pack" in page
    assert "your question" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write your question first."),
        ("   ", "Write your question first."),
        ("why " * 200, "the limit is 500"),
        ("why\x00?", "cannot be stored"),
    ],
)
def test_a_bad_question_comes_back_to_be_mended(student: Student, text: str, said: str) -> None:
    answer = student.client.post(student.path, data={"question": text}, headers=PAGE)
    assert answer.status_code == 400
    assert said in read_page(answer)
    assert text.replace("\x00", "").strip()[:40] in answer.text
    part = student.client.post(student.path, data={"question": text}, headers=PART)
    assert part.status_code == 200
    assert said in part.text
    assert student.rows() == []


def test_too_many_questions_an_hour_are_refused(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_ups, "PER_HOUR", 2)
    student.ask()
    student.ask()
    answer = student.client.post(student.path, data={"question": ASKS}, headers=PAGE)
    assert answer.status_code == 429
    assert ASKS in answer.text


def test_past_the_hours_analyses_the_lines_still_come(running_app: MakeApp) -> None:
    student = Student(running_app(analyses_per_hour=1, **FAKE))
    asked = student.ask()
    assert asked.job_id is None
    assert asked.lines
    assert "as often as one hour allows" in student.page()


def test_json_tells_the_answer_and_its_state(student: Student) -> None:
    answer = student.client.post(student.path, data={"question": ASKS}, follow_redirects=True)
    [told] = answer.get_json()["questions"]
    assert told["lines"][0]["n"] == 3
    assert (told["state"], told["note"], told["status_url"]) == (
        "ended",
        "Gemini is not set up on this server",
        None,
    )


@pytest.mark.own_sql
def test_found_lines_are_linked_where_they_stand_now(student: Student) -> None:
    student.ask()
    with student.wiring.database.writing() as session:
        lines = select(TranscriptLine).where(TranscriptLine.pack_id == student.pack_id)
        for line in session.scalars(lines.order_by(TranscriptLine.n.desc())):
            line.n += 7
    assert f'href="/packs/{student.pack_id}/page?line=10#line-10">line 10</a>' in student.page()
    with student.wiring.database.writing() as session:
        session.scalars(lines.where(TranscriptLine.n == 10)).one().text = "Something else."
    assert "a line that was changed since" in student.page()
    assert "the green pigment" in student.page()


@pytest.mark.own_sql
def test_a_question_can_be_deleted(student: Student) -> None:
    asked = student.ask()
    assert student.client.post(f"{student.path}/asked/{asked.id}/delete").status_code == 303
    assert student.rows() == []
    assert student.client.post(f"{student.path}/asked/{asked.id}/delete").status_code == 404
    assert student.client.post(f"{student.path}/asked/{2**31}/delete").status_code == 404


def test_markup_in_question_and_answer_is_text(running_app: MakeApp) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    student = Student(running_app(**FAKE))
    student.answered(student.ask(evil))
    assert "You asked:" in student.page()
    assert "<script>alert" not in student.page()
    assert "<img src=x" not in student.page()


def test_of_a_long_pack_a_model_gets_the_lines_that_match(app: Flask) -> None:
    lines = tuple(result.Line(n, f"Line {n}: " + "filler " * 60) for n in range(1, 200))
    needle = result.Line(200, "Chlorophyll takes in light.")
    student = Student(app, analysis(transcript=(*lines, needle)))
    with student.wiring.database.reading() as session:
        text = follow_ups.for_model(session.get_one(Pack, student.pack_id), follow_ups.Asked(ASKS))
    assert "Chlorophyll takes in light." in text
    assert len(text) < 1.2 * follow_ups.PAGE_CHARS


def test_a_pack_without_text_asks_nobody(running_app: MakeApp) -> None:
    student = Student(running_app(**FAKE), analysis(transcript=()))
    assert student.ask().job_id is None
    assert "this pack has no text" in student.page()
