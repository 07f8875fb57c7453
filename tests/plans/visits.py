"""What is looked at: every address as its owner asks for it, and what runs without being asked."""

from collections.abc import Callable, Iterator

from flask import Flask

from studylens.jobs import leases, readings
from studylens.jobs.housekeeper import sweep
from studylens.models import now
from studylens.study.budgets.rounds import Rounds
from studylens.study.reminders import turns as reminders
from studylens.web.door.wiring import Wiring
from tests.web.matrix.test_matrix import send
from tests.web.matrix.walk import asks, kinds, rows
from tests.web.matrix.world import World

Visit = Callable[[], object]
ELSEWHERE = {
    "POST /import": "the file comes in on a thread of its own, with a connection of its own",
}
"""Addresses whose statements this test does not see, and why."""
RUNNER = "r" * 32


def pages(app: Flask, world: World, methods: tuple[str, ...]) -> Iterator[tuple[str, Visit]]:
    """Yield the addresses with these methods, named, and what opens each as its owner."""
    client, known = app.test_client(use_cookies=False), kinds(app)
    for row in rows():
        name = f"{row.method} {row.address}"
        if row.method not in methods or name in ELSEWHERE:
            continue
        for kind in known[row.address]:
            ask = next(one for one in asks(row, kind, world) if one.column == "owner")
            yield f"{name} {kind}".strip(), lambda row=row, ask=ask: send(client, world, row, ask).close()


def unasked(wiring: Wiring) -> Iterator[tuple[str, Visit]]:
    """Yield what the runner and the housekeeper do."""
    database, folder = wiring.database, wiring.folder
    own = folder.folder_id
    yield "sweep", lambda: sweep(database, folder)
    yield "rounds", lambda: Rounds().go_on(database, 1.0)
    yield "whether work waits", lambda: leases.work_waits(database, own)
    yield "recover", lambda: leases.recover(database, own)
    yield "a whole job", lambda: _carry(wiring)
    yield "reminders", lambda: _remind(wiring)


def _remind(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        reminders.take(session, reminders.look(session, now()))


def _carry(wiring: Wiring) -> None:
    """Claim the next job and give it up again, as a service that stops does."""
    claimed = leases.claim(wiring.database, wiring.folder.folder_id, RUNNER)
    assert claimed is not None
    leases.renew(wiring.database, claimed)
    assert leases.still_wanted(wiring.database, claimed)
    readings.batch_peak(wiring.database, claimed.job_id)
    leases.hand_back(wiring.database, claimed)
