"""What every step shares: whose it is, which words it gives and takes, and the look at all of it after."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass

from flask.testing import FlaskClient
from hypothesis.stateful import RuleBasedStateMachine

from studylens.models import DONE, PHOTO, RUNNING, TEXT
from tests.in_any_order import promises
from tests.in_any_order.rows import Row, Rows, Word
from tests.in_any_order.world import World

BROWSERS = 3


@dataclass
class Step:
    """A step that goes on: who acts, and what everybody's words shall be after it."""

    student: int
    """The browser's guest as it begins; 0 for a newcomer."""
    actors: set[int]
    words: set[Word]


class Steps(RuleBasedStateMachine):
    """The state of one example, beside the service's own."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.left: set[str] = set()
        """Files that a kill, or somebody who left, leaves to the next sweep."""
        self.coming: dict[str, set[str]] = {}
        """Imports that a kill has cut off, and the words in their files."""
        self.forgotten: set[str] = set()
        """Words that somebody has erased."""
        self._word_of: dict[str, str] = {}
        world.begin(BROWSERS)
        self.rows = world.rows()

    def word(self, key: str) -> str:
        """Return the word that this job or file consists of."""
        return self._word_of.setdefault(key, f"w{len(self._word_of)}x")

    def at(self, browser: int) -> FlaskClient:
        return self.world.browsers[browser]

    def of(self, table: str, student: int) -> list[Row]:
        """Return the student's rows of a table, in the order of their words: ids differ from run to run."""
        found = self.rows.where(table, guest_id=student)
        return sorted(found, key=lambda row: (row["created_at"], row["id"]))

    def packs(self, student: int, *, trash: bool = False) -> list[Row]:
        """Return the packs that the student sees."""
        seen = [row for row in self.of("packs", student) if not row["erasing_at"] and not row["joining_at"]]
        return [row for row in seen if bool(row["deleted_at"]) == trash]

    @contextmanager
    def step(self, browser: int) -> Iterator[Step]:
        """Let a browser's student do something, then look at everything."""
        student = self.world.guest(self.at(browser)) or 0
        step = Step(student, {student}, self.rows.words())
        yield step
        self.look(step.words, step.actors | {self.world.guest(self.at(browser)) or 0})

    def look(self, words: Set[Word], actors: Set[int]) -> None:
        """Compare everything with what it shall be, and go on from there."""
        before, after = self.rows, self.world.rows()
        self.rows = after
        self.forgotten |= {word for _, word in before.words()} - {word for _, word in words}
        assert after.words() == words
        promises.rows_of_others_are_untouched(before, after, actors)
        promises.files_are_those_of_live_jobs(self.world, after, self.left)
        promises.no_job_has_two_packs(after)
        promises.every_row_hangs_on_another(self.world)
        promises.sums_are_what_counting_gives(self.world, after, actors)
        for row in after.of["jobs"].values():
            if row["state"] == DONE and row["kind"] in {PHOTO, TEXT} and row["id"] in self._word_of:
                word = self._word_of[row["id"]]
                assert word in self.forgotten or (row["guest_id"], word) in words

    def begun(self) -> set[int]:
        """Return the guests of whom something is half done: whoever works next goes on with it."""
        halves = [row for row in self.rows.of["packs"].values() if row["joining_at"]]
        halves += [row for row in self.rows.of["batches"].values() if row["joining"]]
        halves += self.rows.where("jobs", state=RUNNING)
        return {row["guest_id"] for row in halves}

    def everybody(self) -> set[int]:
        """Return all guests but the one who looks on."""
        return {key[0] for key in self.rows.of["guests"]} - {self.world.bystander}


def one(rows: list[Row], which: int) -> Row | None:
    """Return one of the rows, counted round; None of none."""
    return rows[which % len(rows)] if rows else None


def of_guests(rows: Rows, guests: Set[int]) -> set[str]:
    """Return the words that these guests have together."""
    return {word for guest, word in rows.words() if guest in guests}
