"""A guest whose pages are Greek: every Latin word on a page of theirs is the app's own."""

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.language import mark
from studylens.models import (
    CANCELLED,
    DONE,
    FAILED,
    FollowUp,
    Job,
    LiveQuiz,
    Pack,
    PhotoSet,
    SetClass,
    StoryPanel,
    now,
)
from studylens.study.reviews import cards as schedule
from studylens.study.sharing.parts import Part
from studylens.study.stories.panels import LOST
from studylens.web.door.wiring import Wiring
from tests.documents import plain
from tests.study.reviews.world import send
from tests.web.teaching.world import add_taught
from tests.web.upload.test_documents import claim, list_next
from tests.web.world import PAGE, add_job, add_pack, analysis, become_guest, photo

SERVER, OCR = result.SERVER, "ocr"
LINES = (
    "Φωτοσύνθεση",
    "Τα φυτά φτιάχνουν γλυκόζη.",
    "Χλωροφύλλη: η πράσινη χρωστική.",
    "Ο κύκλος.",
    "Τέλος.",
)
BLURRED = result.Trust(0.4, trusted=False, reasons=("blur",), sentence="")


def greek(**changes: Any) -> result.Analysis:
    """Return what a photo of a Greek page gives."""
    lines = tuple(
        result.Line(n, text, 0.5 if n == 4 else 0.95, (0.1, n / 10, 0.9, n / 10 + 0.05))
        for n, text in enumerate(LINES, start=1)
    )
    fields = {
        "material": material(),
        "transcript": lines,
        "caption": "ένα φύλλο",
        "notes": (),
        "quality": None,
    }
    receipt = result.Receipt(483_200, 1080, 1920, "ab" * 32)
    engines = (
        result.EngineReport("gemini", "skipped", "no key"), result.EngineReport("ocr", "used"),
        result.EngineReport("blip", "failed", "out of memory"),
    )  # fmt: skip
    return analysis(**{
        **fields,
        "text_engine": OCR,
        "caption_engine": "blip",
        "receipt": receipt,
        "engines": engines,
        **changes,
    })


def material() -> result.Material:
    """Return Greek cards and questions, of each kind."""
    return result.Material(
        title="Φωτοσύνθεση",
        summary="Τα φυτά φτιάχνουν γλυκόζη.",
        explanation="Η χλωροφύλλη **παίρνει** το φως.",
        key_terms=tuple(
            result.KeyTerm(f"Όρος {n}", "η χρωστική" if n < 5 else None, 3, SERVER) for n in range(7)
        ),
        cards=(
            result.Card("Τι κάνει η χλωροφύλλη;", "Παίρνει το φως.", "short_answer", 3, SERVER),
            result.Card("____ φτιάχνουν γλυκόζη.", "Τα φυτά", "cloze", 2, SERVER, marks=("not_on_page",)),
            result.Card("Ποιος;", "Ο Ιαν", "short_answer", None, SERVER),
        ),
        quiz=(
            result.Question("Πού;", ("εδώ", "εκεί", "αλλού"), 0, "Η σελίδα το λέει.", 4, SERVER),
            result.Question("Τι;", ("φως", "νερό", "αέρας"), 1, "", 5, SERVER),
        ),
        judged=result.Judged(
            dropped=(result.Dropped("answer_in_question", "label", SERVER, 2),),
            mended=(result.Dropped("options_filler", "year", SERVER, 1),),
            facts=tuple(result.Fact(n, n, text) for n, text in enumerate(LINES[1:3], start=2)),
        ),
    )  # fmt: skip


class Greece:
    """A guest with all that pages can show; `pages` leads through them in a language."""

    def __init__(self, client: FlaskClient, wiring: Wiring) -> None:
        self.client, self.wiring = client, wiring
        self.guest_id = become_guest(wiring, client)
        self.document_id = self._document()
        self.pack_id = add_pack(wiring, self.guest_id, greek())
        self.doubtful_id = add_pack(wiring, self.guest_id, greek(trust=BLURRED))
        self.gone_id = add_pack(wiring, self.guest_id, greek())
        self.client.post(f"/packs/{self.gone_id}/delete")
        self.jobs = list(self._jobs())
        with wiring.database.reading() as session:
            self.batch_id = session.get_one(Job, self.jobs[0]).batch_id
        self._study()
        self._ask()
        self.set_id = add_taught(wiring, self.guest_id, words=("Φύλλα", "Είδος"))
        self.asked_id = self._ask_set()
        self._draw()
        self.quizzes = [self._quiz(answers) for answers in (0, 1, 9)]

    def pages(self, language: str) -> Iterator[tuple[str, str]]:
        """Yield every page with its address as a browser gets it that asks for this language."""
        headers = {**PAGE, "Accept-Language": language}
        for path in self._addresses():
            yield path, self.client.get(path, headers=headers, follow_redirects=True).text
        for path, form in self._forms_sent():
            yield path, self.client.post(path, data=form, headers=headers, follow_redirects=True).text
        for path in _OF_AN_ACCOUNT:
            yield path, self.client.get(path, headers=headers).text
        yield "apart", self.client.get(f"/packs/{self.pack_id}/apart", headers=headers).text

    def _addresses(self) -> Iterator[str]:
        yield from _ALONE
        yield from (f"/new?pack={self.pack_id}", f"/batches/{self.batch_id}", f"/review/cram/{self.pack_id}")
        yield from ("/sets", f"/sets/{self.set_id}", f"/sets/{self.set_id}/asked/{self.asked_id}")
        for pack_id in (self.pack_id, self.doubtful_id):
            yield from (f"/packs/{pack_id}{rest}" for rest in _OF_A_PACK)
        yield from (f"/jobs/{job_id}" for job_id in self.jobs)
        yield f"/documents/{self.document_id}"
        yield from self._parts()
        yield from (path for attempt_id in self.quizzes for path in self._pages_of(attempt_id))
        yield from self._shared()
        yield from self._live()

    def _shared(self) -> Iterator[str]:
        """Yield the owner's page with a link that was just made, then what the link opens."""
        share = f"/packs/{self.pack_id}/share"
        form = {"part": [part.value for part in Part], "days": "30", "name": "τάξη"}
        made = self.client.post(share, data=form).headers["Location"].partition("#")[0]
        token = made.rpartition("=")[2]
        yield from (made, f"/s/{token}", f"/s/{token}/qr")

    def _live(self) -> Iterator[str]:
        """Yield the board and a phone at each step of a live quiz, and what was kept of it."""
        board = f"/packs/{self.pack_id}/live"
        self.client.post(board, data={"count": 1})
        with self.wiring.database.reading() as session:
            phone = f"/live/{session.scalars(select(LiveQuiz.code)).one()}"
        yield phone
        self.client.post(f"{phone}/join", data={"name": "Άννα"})
        for step in range(4):
            yield from (board, f"{board}/board", phone)
            if step == 1:
                self.client.post(f"{phone}/answers", data={"place": 0, "choice": 0})
                yield from (f"{board}/board", phone)
            self.client.post(f"{board}/on", data={"step": step})
        self.client.post(f"{board}/keep")
        yield board

    def _forms_sent(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield forms that come back with an answer or with what is wrong; the last one joins two packs."""
        both = {"pack": [self.pack_id, self.doubtful_id]}
        yield from (
            ("/packs/bulk/ask", {**both, "action": action})
            for action in ("merge", "tag", "subject", "export")
        )
        yield from (
            ("/devices/code", {}),
            ("/devices/join", {"code": "x"}),
            ("/account", {"name": "Άννα", "password": "σύντομο"}),
            ("/account", {"name": "Άννα", "password": "φύλλο πέτρα ποτάμι"}),
            ("/sign-in", {"name": "Άννα", "password": "κάτι άλλο"}),
            ("/reset", {"name": "Άννα", "code": "0", "password": "φύλλο πέτρα ποτάμι"}),
            ("/calendar", {}),
            ("/import", {}),
            ("/import", {"text": "γάτα\tζώο\tμικρό\nσκύλος\tζώο\tμεγάλο\nένα\n"}),
        )
        yield from (("/settings", {"daily_cap": "0"}), ("/analyze?wait=0", {}), ("/quizzes", {"count": "0"}))
        for rest in ("explain", "questions", "cards/new", "quiz/start"):
            yield f"/packs/{self.pack_id}/{rest}", {"text": ""}
        yield f"/packs/{self.pack_id}/explain", {"text": LINES[1]}
        yield from self._things_made()
        yield f"/review/cards/{self.card_id}/check", {"given": "Το φως"}
        yield "/packs/bulk", {**both, "action": "merge"}

    def _things_made(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what makes sheets, cut-outs and tokens, and what refuses to."""
        sheets = f"/packs/{self.pack_id}/sheets"
        yield from ((sheets, {"templates": ["a4_revision"]}), (sheets, {"templates": ["x"]}), (sheets, {}))
        yield from self._templates()
        yield f"/packs/{self.pack_id}/cut", {"box": "0,0,9,9"}
        yield from (("/devices/tokens", {"name": "ένα"}), ("/api/remove", {}), ("/sets", {"name": ""}))

    def _templates(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield a template of a student's own, and each of its fields wrong."""
        corners = {
            "left_top": (10, 10),
            "right_top": (90, 10),
            "right_bottom": (90, 90),
            "left_bottom": (10, 90),
        }
        places = {
            f"{at}_{axis}": value
            for at, pair in corners.items()
            for axis, value in zip("xy", pair, strict=True)
        }
        whole = {"name": "Τοίχος", "content": "art", "colour": "#ffffff", "pack": self.pack_id, **places}
        for wrong in ({"name": ""}, {"content": "x"}, {"colour": "x"}, {"left_top_x": 99}, {}):
            yield "/sheets/templates", {**whole, **wrong}

    def _document(self) -> str:
        self.client.post("/analyze?wait=0", data={"image": photo("σελίδες.pdf", plain(3))})
        claim(self.wiring)  # The text that made the guest.
        return list_next(self.wiring)

    def _jobs(self) -> Iterator[str]:
        yield add_job(self.wiring, self.guest_id, name="σελίδα", started_at=now(), stage="after_decode")
        for code in ("nothing_found", "upload_lost", "took_too_long", "out_of_memory", "crashed"):
            ended = {"state": FAILED, "error_code": code, "finished_at": now()}
            yield add_job(self.wiring, self.guest_id, name="σελίδα", **ended)
        yield add_job(self.wiring, self.guest_id, name="σελίδα", state=CANCELLED, error_code="cancelled")
        yield add_job(self.wiring, self.guest_id, name="σελίδα", state=DONE)

    def _study(self) -> None:
        with self.wiring.database.writing() as session:
            pack = session.get_one(Pack, self.pack_id)
            schedule.accept(session, pack, pack.cards[:2], now())
            self.card_id = pack.cards[1].id
            send(session, self.guest_id, pack.cards[0].id, now())

    def _ask(self) -> None:
        answered = {
            "answer": "Ναι.",
            "engine": "ocr",
            "on_page": False,
            "lines": [{"n": 2, "text": LINES[1]}],
        }
        with self.wiring.database.writing() as session:
            for fields in (
                {"lines": [{"n": 2, "text": LINES[1]}], "hint_only": True},
                answered,
                {"note": "no key"},
            ):
                session.add(
                    FollowUp(pack_id=self.pack_id, guest_id=self.guest_id, question="Γιατί;", **fields)
                )

    def _ask_set(self) -> str:
        """Leave a photo that is taken for another, a class without one, and an answer of each kind."""
        job_id = add_job(self.wiring, self.guest_id, name="σελίδα", state=DONE, finished_at=now())
        with self.wiring.database.writing() as session:
            photo_set = session.get_one(PhotoSet, self.set_id)
            first, other = photo_set.classes
            first.photos[0].guess_id = other.id
            photo_set.classes.append(SetClass(name="Είδος 3"))
            known = {"set_id": self.set_id, "class_id": other.id, "photo_id": other.photos[0].id}
            job = session.get_one(Job, job_id)
            verdicts = [
                {**known, "closeness": 0.8, "verdict": verdict} for verdict in ("this", "unsure", "none")
            ]
            job.identified = verdicts
            return job.batch_id

    def _draw(self) -> None:
        """Leave a story with a panel of each kind."""
        none = mark("the model gave no picture")
        ends: tuple[dict[str, Any], ...] = (
            {"state": "drawn", "width": 8, "height": 6},
            {"state": "lost", "reason": LOST},
            {"state": "failed", "reason": none},
            {"state": "waits"},
        )
        with self.wiring.database.writing() as session:
            for fields in ends:
                panel = {"caption": LINES[1], "scene": LINES[1], "line": 2, **fields}
                session.add(StoryPanel(pack_id=self.pack_id, **panel))

    def _quiz(self, answers: int) -> str:
        wish = {"count": "5", "typed": "1"}
        attempt_id = self.client.post(f"/packs/{self.pack_id}/quiz/start", data=wish).location.split("/")[-1]
        for position in range(1, answers + 1):
            sent = {"choice": "0", "answer": "κάτι"}
            self.client.post(f"/quizzes/{attempt_id}/items/{position}", data=sent)
        return attempt_id

    def _parts(self) -> Iterator[str]:
        with self.wiring.database.reading() as session:
            pack = session.get_one(Pack, self.pack_id)
            for kind, parts in (("lines", pack.transcript), ("cards", pack.cards), ("questions", pack.quiz)):
                yield from (f"/packs/{pack.id}/{kind}/{parts[1].id}{rest}" for rest in ("", "/edit"))
            yield from (f"/packs/{pack.id}/lines/{line.id}/card" for line in pack.transcript[1:3])

    def _pages_of(self, attempt_id: str) -> Iterator[str]:
        yield f"/quizzes/{attempt_id}"
        yield from (f"/quizzes/{attempt_id}/items/{position}" for position in (1, 2))


_ALONE = (
    "/", "/new", "/packs", "/packs?q=x", "/packs?select=1", "/packs/trash", "/review", "/review?show=1",
    "/progress", "/achievements", "/settings", "/settings?saved=1", "/quizzes", "/memory", "/nowhere",
    "/export", "/import", "/import/done?cards=2&known=1", "/devices", "/pictures",
    "/account", "/sign-in?out=1", "/reset?sent=1", "/reset/x", "/live", "/live/000000", "/s/x",
    "/offline", "/offline/review",
)  # fmt: skip
_OF_AN_ACCOUNT = ("/sign-in", "/account", "/account/password", "/account/codes", "/account/passkeys")
_OF_A_PACK = (
    "", "/cards", "/cards?show=new", "/cards?q=x", "/page", "/more", "/terms", "/memory", "/explain",
    "/questions", "/print", "/print/cards", "/delete", "/edit", "/rebuild", "/quiz/edit", "/cards/new",
    "/questions/new", "/cut", "/review", "/review?new=1", "/review?new=1&show=1", "/sheets", "/story",
    "/share", "/live",
)  # fmt: skip
