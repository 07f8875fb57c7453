"""The steps, in any order; each says which words it gives and takes, and whose rows it may touch."""

import re
from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from sqlalchemy.orm import Session

from studylens.models import (
    AGAIN,
    BROUGHT_IN,
    GOOD,
    ON_ITS_WAY,
    RUNNING,
    SHOWING,
    Flashcard,
    Pack,
    new_id,
    now,
)
from studylens.study import leaving
from studylens.study.packs import merging
from studylens.study.packs.ending import erasing
from studylens.study.reviews import answers
from studylens.study.reviews import cards as schedule
from studylens.web.door.cookies import APART_COOKIE
from tests.in_any_order.rows import WORD
from tests.in_any_order.steps import BROWSERS, Steps, of_guests, one
from tests.in_any_order.world import Plan
from tests.web.accounts.world import sign_in, sign_up

NAMES = ("anna", "bert")
who, other = st.integers(0, BROWSERS - 1), st.integers(0, BROWSERS - 1)
which = st.integers(0, 9)
"""One of what there is, counted round."""
name = st.sampled_from(NAMES)
cut_off = st.sampled_from([None, None, 0, 1, 2, 4])
"""After how many steps the process ends; None: it does not."""
deaths = st.sampled_from(["", "", "", "at once", "half-way", "before the file goes"])
ends = st.sampled_from(["pack", "pack", "pack", "crash", "nothing_found", "out_of_memory"])


class Working(Steps):
    """Photos and texts: sent, cancelled, read, and cut off while they are read."""

    @rule(browser=who, photos=st.integers(0, 2), together=st.booleans())
    def upload(self, browser: int, photos: int, *, together: bool) -> None:
        with self.step(browser):
            self.world.upload(self.at(browser), photos, "" if photos else "A text.", together=together)

    @rule(browser=who, which=which)
    def cancel(self, browser: int, which: int) -> None:
        with self.step(browser) as step:
            if job := one(self.of("jobs", step.student), which):
                self.world.post(self.at(browser), f"/jobs/{job['id']}/cancel")

    @rule(end=ends, early=st.booleans(), dies=deaths)
    def work(self, end: str, *, early: bool, dies: str) -> None:
        self._work(Plan(self.word, end, early, dies))

    def _work(self, plan: Plan) -> None:
        begun = self.begun()
        # What died for the last time ends when it is recovered; its file goes with the next sweep.
        self.left |= {row["id"] for row in self.rows.where("jobs", state=RUNNING)}
        job_id = self.world.work(plan)
        if job_id is not None and plan.dies == "before the file goes":
            self.left.add(job_id)
        self._look_at_work(job_id, begun)

    def _look_at_work(self, job_id: str | None, begun: set[int]) -> None:
        """The word of its job, and no other, may have come."""
        rows = self.world.rows()
        owners = {row["guest_id"] for row in rows.where("jobs", id=job_id)}
        come = rows.words() - self.rows.words()
        assert come <= {(owner, self.word(job_id or "")) for owner in owners}
        self.look(self.rows.words() | come, owners | begun)


class Studying(Working):
    """Packs: thrown away and brought back, erased, joined and taken apart, their cards answered."""

    @rule(browser=who, which=which)
    def throw_away(self, browser: int, which: int) -> None:
        with self.step(browser) as step:
            if pack := one(self.packs(step.student), which):
                self.world.post(self.at(browser), f"/packs/{pack['id']}/delete")

    @rule(browser=who, which=which)
    def bring_back(self, browser: int, which: int) -> None:
        with self.step(browser) as step:
            if pack := one(self.packs(step.student, trash=True), which):
                self.world.post(self.at(browser), f"/packs/{pack['id']}/restore")

    @rule(browser=who, which=which, killed=st.booleans())
    def erase(self, browser: int, which: int, *, killed: bool) -> None:
        with self.step(browser) as step:
            pack = one(self.packs(step.student, trash=True), which)
            if pack is None:
                return
            step.words = self.rows.words(without=pack["id"])
            if not killed:
                self.world.post(self.at(browser), f"/packs/{pack['id']}/erase")
                return
            with self.world.database.writing() as session:
                erasing.begin(session, [session.get_one(Pack, pack["id"])])

    @rule(browser=who, killed=st.booleans())
    def join(self, browser: int, *, killed: bool) -> None:
        with self.step(browser) as step:
            packs = self.packs(step.student)
            if len(packs) < 2:
                return
            if not killed:
                sent = {"pack": [row["id"] for row in packs], "version": [row["version"] for row in packs]}
                self.world.post(self.at(browser), "/packs/bulk", action="merge", **sent)
                return
            with self.world.database.writing() as session:
                merging.begin(session, [session.get_one(Pack, row["id"]) for row in packs])
            with self.world.database.writing() as session:
                merging.step(session, packs[0]["id"])

    @rule(browser=who, which=which)
    def take_apart(self, browser: int, which: int) -> None:
        with self.step(browser) as step:
            if pack := one(self.packs(step.student), which):
                self.world.post(self.at(browser), f"/packs/{pack['id']}/apart", version=pack["version"])

    @rule(browser=who, which=which, rating=st.sampled_from([AGAIN, GOOD]))
    def answer(self, browser: int, which: int, rating: int) -> None:
        with self.step(browser) as step:
            pack = one(self.packs(step.student), which)
            if pack is not None and self.rows.where("cards", pack_id=pack["id"], deleted_at=None):
                with self.world.database.writing() as session:
                    self._answer(session, pack["id"], rating)

    @staticmethod
    def _answer(session: Session, pack_id: str, rating: int) -> None:
        pack = session.get_one(Pack, pack_id)
        card: Flashcard = pack.cards[0]
        schedule.accept(session, pack, [card], now())
        session.flush()
        answers.answer(session, pack.guest_id, answers.Answer(card.id, rating, new_id()), now())

    @rule(browser=who)
    def take_back(self, browser: int) -> None:
        with self.step(browser) as step, self.world.database.writing() as session:
            if step.student:
                answers.undo(session, step.student, new_id(), now())


class Signing(Studying):
    """Accounts: made, entered with what a device had, left, and everything deleted."""

    @rule(browser=who, name=name)
    def make_account(self, browser: int, name: str) -> None:
        with self.step(browser):
            sign_up(self.at(browser), name)

    @rule(browser=who, name=name, choice=st.sampled_from(["bring", "apart"]))
    def come_in(self, browser: int, name: str, choice: str) -> None:
        with self.step(browser) as step:
            client, owner = self.at(browser), self._owner(name)
            waiting = self.world.guest(client, APART_COOKIE) or 0
            step.actors |= {owner, waiting}
            together = of_guests(self.rows, step.actors)
            came = sign_in(client, name, before=choice) == 303
            after = self.world.rows()
            if not came:
                return
            assert self.world.guest(client) == owner
            assert of_guests(after, step.actors) == together
            if choice == "bring" and step.student not in self._owners():
                assert of_guests(after, {owner}) >= of_guests(self.rows, {step.student})
            theirs = {(guest, word) for guest, word in after.words() if guest in step.actors}
            step.words = {pair for pair in step.words if pair[0] not in step.actors} | theirs

    def _owner(self, name: str) -> int:
        return next((row["guest_id"] for row in self.rows.where("accounts", name=name)), 0)

    def _owners(self) -> set[int]:
        return {row["guest_id"] for row in self.rows.of["accounts"].values()}

    @rule(browser=who, where=st.sampled_from(["/sign-out", "/sign-out/everywhere", "/sign-in/back"]))
    def go_out(self, browser: int, where: str) -> None:
        with self.step(browser):
            self.world.post(self.at(browser), where)

    @rule(browser=who, killed=st.booleans())
    def leave(self, browser: int, *, killed: bool) -> None:
        with self.step(browser) as step:
            self.left |= {row["id"] for name in ("jobs", "imports") for row in self.of(name, step.student)}
            step.words = {pair for pair in step.words if pair[0] != step.student}
            if not killed:
                self.world.post(self.at(browser), "/my-data/delete", sure="1")
            elif step.student:
                with self.world.database.writing() as session:
                    leaving.begin(session, step.student)


class InAnyOrder(Signing):
    """One example: a service with little in it, and what students, kills and the housekeeper do to it."""

    @initialize()
    def begin(self) -> None:
        """Two students have two packs each, one of them an account, and a photo waits."""
        for browser in (0, 1):
            self.upload(browser, 2, together=False)
            for _ in range(2):
                self.work("pack", early=False, dies="")
        self.make_account(0, NAMES[0])
        self.upload(1, 1, together=False)

    @rule(end=ends, early=st.booleans(), dies=deaths, browser=who, which=which,
          act=st.sampled_from(["cancel", "throw", "erase", "leave", "bring", "sweep"]))  # fmt: skip
    def work_while(self, end: str, *, early: bool, dies: str, browser: int, which: int, act: str) -> None:
        """Something else happens while a photo is read."""
        acts: dict[str, Callable[[], None]] = {
            "cancel": lambda: self.cancel(browser, which),
            "throw": lambda: self.throw_away(browser, which),
            "erase": lambda: self.erase(browser, which, killed=False),
            "leave": lambda: self.leave(browser, killed=False),
            "bring": lambda: self.come_in(browser, NAMES[which % 2], "bring"),
            "sweep": lambda: self._sweep(at_start=False),
        }
        begun = self.begun()

        def meanwhile(job_id: str) -> None:
            self._look_at_work(job_id, begun)
            acts[act]()

        self._work(Plan(self.word, end, early, dies, meanwhile))

    @rule(days=st.sampled_from([-1, 1]))
    def let_the_clock_jump(self, days: int) -> None:
        self.world.jump(timedelta(days=days))
        self.look(self.rows.words(), self.everybody() | {self.world.bystander})

    @rule()
    def sweep(self) -> None:
        self._sweep(at_start=True)

    def _sweep(self, *, at_start: bool) -> None:
        words = self.rows.words()
        self.world.sweep(at_start=at_start)
        rows = self.world.rows()
        for row in rows.where("imports"):
            assert row["state"] not in ON_ITS_WAY
            if row["state"] == BROUGHT_IN:
                words |= {(row["guest_id"], word) for word in self.coming.pop(row["id"], ())}
        self.left.clear()
        self.look(words, self.everybody())

    @rule(browser=who, dies=cut_off)
    def bring_in_a_table(self, browser: int, dies: int | None) -> None:
        word = self.word(new_id())
        self._bring_in(browser, f"{word},back\n".encode(), "words.csv", dies)

    @rule(browser=who, source=other, dies=cut_off)
    def bring_in_an_account(self, browser: int, source: int, dies: int | None) -> None:
        owner = self.world.guest(self.at(source)) or 0
        if not any(row["joining_at"] for row in self.of("packs", owner)):
            self._bring_in(browser, self.world.account_of(owner), "account.json", dies)

    def _bring_in(self, browser: int, data: bytes, name: str, dies: int | None) -> None:
        with self.step(browser) as step:
            if not step.student:
                return
            words = set(re.findall(WORD.pattern, data.decode()))
            import_id = self.world.bring_in(step.student, data, name)
            self.world.carry(import_id, dies_after=dies)
            (row,) = self.world.rows().where("imports", id=import_id)
            if row["state"] in {SHOWING, BROUGHT_IN}:
                step.words |= {(step.student, word) for word in words}
            if dies is not None:
                self.left.add(import_id)
                self.coming[import_id] = words
