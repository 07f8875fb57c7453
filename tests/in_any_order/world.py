"""One service in small: browsers at its door, a runner that dies at will, and files that come in."""

import io
import itertools
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from studylens.analysis.protocol import wire
from studylens.database.pace import Pace
from studylens.errors import error_for_code
from studylens.jobs import leases
from studylens.jobs.attempt import Attempt
from studylens.jobs.folder import UploadFolder
from studylens.jobs.housekeeper import sweep
from studylens.jobs.imports.apart import read_here
from studylens.jobs.imports.carrier import Carrier, Terms
from studylens.jobs.imports.files import ImportFiles
from studylens.jobs.process import ProcessDied
from studylens.models import Base, Guest, Import, new_id, now
from studylens.models.columns import UtcDateTime
from studylens.study.budgets import sums
from studylens.study.exchange.account.writing import write_account
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.guests import guest_of
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.in_any_order.rows import Rows
from tests.jobs.fake_analysis import analysis, described
from tests.jobs.test_queue import RUNNER
from tests.study.exchange.world import add_history
from tests.web.world import PAGE, picture

PHOTO = picture()


class Killed(BaseException):
    """What ends a process here: nobody who catches errors catches it."""


class MortalFolder(UploadFolder):
    """A folder whose process dies when it is about to remove a file, if it is told to."""

    is_last = False

    def remove(self, job_id: str) -> None:
        if self.is_last:
            raise Killed
        super().remove(job_id)


@dataclass(frozen=True)
class Plan:
    """What an analysis says, when its runner dies, and what others do while it works."""

    word: Callable[[str], str]
    """What the pack of a job consists of, by the job's id."""
    end: str = "pack"
    """`pack`, `crash`, or the code of an error."""
    tells_early: bool = False
    dies: str = ""
    """`at once`, `half-way`, or `before the file goes`; empty: never."""
    meanwhile: Callable[[str], None] = lambda _job_id: None


class Planned:
    """Stands for the analysis process: it speaks the same events, as planned."""

    pid = None
    last_words = ()

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def run(self, request: wire.Request, _lock_fd: int) -> Generator[wire.Event | None]:
        if self._plan.dies == "at once":
            raise Killed
        word = self._plan.word(request.job_id)
        yield wire.Stage("after_decode", 50.0, 120.0)
        if self._plan.tells_early and request.stored is None:
            yield wire.Made(analysis(word))
        self._plan.meanwhile(request.job_id)
        if self._plan.dies == "half-way":
            raise Killed
        if self._plan.end == "crash":
            raise ProcessDied(-9)
        if self._plan.end != "pack":
            yield wire.Failed(self._plan.end, error_for_code(self._plan.end)().sentence)
            return
        made = analysis(word)
        yield wire.Done(made if request.stored is None else described(made))


class World:
    """The service of one test, made empty for each example but for a guest who does nothing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.wiring: Wiring = app.extensions[EXTENSION]
        self.database = self.wiring.database
        self.folder = MortalFolder(self.wiring.folder.root)
        self.imports = ImportFiles(self.wiring.config.instance_path / "imports")
        self.must_recover = True
        self.browsers: list[FlaskClient] = []
        self.bystander = 0

    def begin(self, browsers: int) -> None:
        """Forget everything; let a guest with a history look on."""
        with self.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        for path in (*self.folder.root.glob("*"), *self.imports.root.glob("*.*")):
            if path.name != "folder_id":
                path.unlink()
        self.must_recover, self.browsers = True, [self.app.test_client() for _ in range(browsers)]
        with self.database.writing() as session:
            bystander = Guest(token_hash=new_id() * 2)
            session.add(bystander)
        self.bystander = bystander.id
        add_history(self.wiring, bystander.id)
        with self.database.writing() as session:
            sums.recount(session, bystander.id)

    def rows(self) -> Rows:
        return Rows.now(self.database)

    def guest(self, browser: FlaskClient, cookie: str = GUEST_COOKIE) -> int | None:
        """Return whose browser it is at this moment, or who waits in another cookie."""
        found = browser.get_cookie(cookie)
        with self.database.reading() as session:
            return guest_of(session, found.value) if found else None

    def post(self, browser: FlaskClient, path: str, **fields: object) -> TestResponse:
        """Send a form as a browser does; no answer may be our fault."""
        answer = browser.post(path, data=fields, headers=PAGE)
        assert answer.status_code < 500 or answer.status_code in {503, 507}, (path, answer.text[:2000])
        return answer

    def upload(self, browser: FlaskClient, photos: int, text: str, *, together: bool) -> TestResponse:
        files = [(io.BytesIO(PHOTO), f"{number}.png") for number in range(photos)]
        return self.post(
            browser, "/analyze", image=files, text=text, **({"together": "1"} if together else {})
        )

    def work(self, plan: Plan) -> str | None:
        """Carry the next job as the runner does; return its id, None when nothing waits."""
        if self.must_recover:
            leases.recover(self.database, self.folder.folder_id)
        self.must_recover = True
        claimed = leases.claim(self.database, self.folder.folder_id, RUNNER)
        if claimed is None:
            self.must_recover = False
            return None
        self.folder.is_last = plan.dies == "before the file goes"
        attempt = Attempt(claimed, self.wiring.config, self.database, self.folder)
        try:
            attempt.run(Planned(plan), 0, stopping=threading.Event(), service_pid=0)
            self.must_recover = False
        except Killed:
            pass
        finally:
            self.folder.is_last = False
        return claimed.job_id

    def sweep(self, *, at_start: bool) -> None:
        """Do what the housekeeper does, and at a start the runner: go on with all that was cut off."""
        if at_start:
            leases.recover(self.database, self.folder.folder_id)
        sweep(self.database, self.folder)
        for row in self.rows().where("imports"):
            self.carry(row["id"])
        self.wiring.importer.sweep()

    def jump(self, by: timedelta) -> None:
        """Let the clock jump: all moments that are stored are so much earlier, seen from now.

        Answers keep theirs, since they keep the student's day beside it.
        """
        with self.database.writing() as session:
            for table in Base.metadata.sorted_tables:
                moments = [column for column in table.columns if isinstance(column.type, UtcDateTime)]
                if not moments or table.name in {"review_log", "card_schedules"}:
                    continue
                for row in session.execute(select(table)).mappings().all():
                    same = [column == row[column.name] for column in table.primary_key]
                    earlier = {c.name: row[c.name] - by for c in moments if row[c.name] is not None}
                    if earlier:
                        session.execute(table.update().where(*same).values(earlier))

    def bring_in(self, guest_id: int, data: bytes, name: str) -> str:
        """Put a file in line, as the door does; return its import's id."""
        made = Import(id=new_id(), guest_id=guest_id, name=name, folder_id=self.folder.folder_id)
        self.imports.keep(made.id, io.BytesIO(data))
        with self.database.writing() as session:
            session.add(made)
        return made.id

    def carry(self, import_id: str, *, dies_after: int | None = None) -> None:
        """Carry a file in, one chunk a step; the process ends after so many steps."""
        seconds = itertools.count()  # Each look is a second later: a step ends after one chunk of rows.
        looks = iter(range(10**6 if dies_after is None else dies_after))
        terms = Terms(self.wiring.config, read_here)
        carrier = Carrier(self.database, self.imports, terms, lambda: next(looks, None) is None)
        carrier.carry(import_id, Pace(clock=lambda: next(seconds), sleep=lambda _: None))

    def account_of(self, guest_id: int) -> bytes:
        """Return the guest's account as a file."""
        file = io.BytesIO()
        with self.database.reading() as session:
            write_account(session, guest_id, file, at=now())
        return file.getvalue()
