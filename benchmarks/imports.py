"""Others' writes while an account comes in, at a tenth of a processor: `python -m benchmarks.imports N`.

N: answers in the file. Needs root for the control group. Prints n, median, 99th percentile and maximum of a
small write by somebody else, in seconds, alone and beside the import; and the longest step of the import.
"""

import io
import json
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from benchmarks.cgroups import Cgroup
from benchmarks.watch import percentile
from database_config import Database
from studylens.config import Config
from studylens.database.pace import Pace
from studylens.jobs.folder import UploadFolder
from studylens.jobs.imports.carrier import Terms
from studylens.jobs.imports.files import ImportFiles
from studylens.jobs.imports.importer import Importer
from studylens.models import ON_ITS_WAY, Guest, Import, new_id

CPUS = 0.1
WINDOW_SECONDS, ALONE_SECONDS, EVERY_SECONDS = 300.0, 30.0, 0.5


def main() -> None:
    """Make an account file outside of the group, then measure inside."""
    if sys.argv[1] == "inside":
        measure(Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder, Cgroup.make(memory_mb=512, cpus=CPUS) as group:
        _write_account(Path(folder) / "account.json", int(sys.argv[1]))
        inside = [*group.prefix, sys.executable, "-m", "benchmarks.imports", "inside", folder]
        subprocess.run(inside, check=True)


def _write_account(path: Path, reviews: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    with path.open("w") as file:
        file.write('{"studylens_account": 1, "made_at": "", "entries": [')
        for n in range(reviews):
            day = f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"
            row = {"n": n, "kind": "review", "rating": 3, "reviewed_at": at, "zone": "UTC", "local_hour": 9}
            row |= {"local_date": day, "request_key": f"{n:032x}"}
            file.write(f"{',' if n else ''}{json.dumps({'review': row})}\n")
        file.write("]}")


def measure(folder: Path) -> None:
    """Let the account file of this folder come in, and print what that took, and others' writes beside it."""
    database = Database(f"sqlite:///{folder / 'x.sqlite3'}")
    database.ensure_compatible(wait_ms=60_000)
    guests = [Guest(token_hash=new_id()) for _ in range(2)]
    with database.writing() as session:
        session.add_all(guests)
    alone = _writes(database, guests[0].id, time.monotonic() + ALONE_SECONDS)
    paces: list[Pace] = []

    def pace() -> Pace:
        paces.append(Pace())
        return paces[-1]

    files, uploads = ImportFiles(folder / "imports"), UploadFolder(folder / "uploads")
    importer = Importer(database, uploads, files, terms=lambda: Terms(Config()), pace=pace, wait_seconds=0)
    made = Import(id=new_id(), guest_id=guests[1].id, name="account.json")
    importer.take(made, io.BytesIO((folder / "account.json").read_bytes()))
    began = time.monotonic()
    beside = _writes(
        database, guests[0].id, began + WINDOW_SECONDS, lambda: _is_on_its_way(database, made.id)
    )
    with database.reading() as session:
        found = session.get_one(Import, made.id)
    told: dict[str, Any] = {"alone": _told(alone), "beside": _told(beside)}
    told |= {"longest step": round(max((one.longest for one in paces), default=0.0), 3)}
    told |= {"state": found.state, "stored bytes": [found.place, found.size]}
    print(json.dumps(told | {"seconds": round(time.monotonic() - began, 1)}))
    importer.stop()


def _is_on_its_way(database: Database, import_id: str) -> bool:
    with database.reading() as session:
        return session.get_one(Import, import_id).state in ON_ITS_WAY


def _writes(database: Database, guest_id: int, until: float, goes_on: Any = lambda: True) -> list[float]:
    """Write a row of the guest every half second and return how long each took."""
    took, rest = [], threading.Event()
    while time.monotonic() < until and goes_on():
        began = time.monotonic()
        with database.writing() as session:
            session.execute(update(Guest).where(Guest.id == guest_id).values(token_hash=new_id()))
        took.append(time.monotonic() - began)
        rest.wait(EVERY_SECONDS)
    return took


def _told(took: list[float]) -> dict[str, float]:
    middle, slowest = percentile(took, 0.5), percentile(took, 0.99)
    return {"n": len(took), "median": round(middle, 3), "p99": round(slowest, 3), "max": round(max(took), 3)}


if __name__ == "__main__":
    main()
