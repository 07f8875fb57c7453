"""What exports and imports cost the web process: time, the peak of anonymous memory, and what stays.

Each runs in a fresh process of its own, through the Flask app, on SQLite:
`python -m benchmarks.exchange FOLDER OPERATION`.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table

CARDS, REVIEWS = 10_000, 100_000
QUICK_CARDS, QUICK_REVIEWS = 1_000, 5_000
CARDS_A_PACK = 500
WITH_SCHEDULE = "cards.apkg?schedule=1"
EXPORTS = ("cards.apkg", WITH_SCHEDULE, "cards.csv", "account.json", "account.json.gz")
IMPORTS = tuple(f"import {name}" for name in EXPORTS if name != "account.json")
PEAK_MB, LEFT_MB = 40.0, 12.0
"""To reach: the room that the analysis leaves beside the web process, and the library code that stays."""
LOOK_SECONDS = 0.1
"""How often an import is looked at until it is in."""
_GUEST_TOKEN = "A" * 43


def exchange(_inputs: Inputs, *, quick: bool) -> Section:
    """Measure every export of one large account, then every import into an empty one."""
    cards, reviews = (QUICK_CARDS, QUICK_REVIEWS) if quick else (CARDS, REVIEWS)
    rows: list[tuple[str | float, ...]] = []
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="studylens-exchange-") as folder:
        _run(folder, "build", str(cards), str(reviews))
        for operation in (*EXPORTS, *IMPORTS, "bomb.apkg", "bomb.json.gz"):
            found = _run(folder, operation)
            rows.append((
                operation,
                found["mb"],
                found["seconds"],
                found["cpu"],
                found["peak"],
                found["left"],
            ))
            figures.append(
                Figure(f"{operation}: peak", found["peak"], "MB", 1, PEAK_MB, "anonymous, above idle")
            )
            figures.append(Figure(f"{operation}: stays", found["left"], "MB", 1, LEFT_MB, "after the answer"))
    headers = ("what", "file MB", "seconds", "CPU s", "peak MB", "stays MB")
    notes = (
        f"{cards} cards in {cards // CARDS_A_PACK} packs, {reviews} reviews of one guest, SQLite.",
        "Each in a process of its own. An account file above the limit of an upload is sent packed only.",
    )
    return Section(
        "Exchange",
        "python -m benchmarks --only exchange",
        tuple(figures),
        (Table(headers, tuple(rows)),),
        notes,
    )


def _run(folder: str, *arguments: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "benchmarks.exchange", folder, *arguments]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class _Peak:
    """Watches this process's anonymous memory from a thread, every 5 ms."""

    def __init__(self) -> None:
        self.before = self.highest = anonymous_mb()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.005):
            self.highest = max(self.highest, anonymous_mb())


def anonymous_mb() -> float:
    """Return the anonymous memory of this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


def _app(folder: Path, name: str) -> Any:
    from app import create_app
    from studylens.web.door.wiring import EXTENSION

    made = create_app({"instance_dir": str(folder / name), "database_url": "", "gemini_api_key": ""})
    made.extensions[EXTENSION].database.ensure_compatible()
    return made


def _build(folder: Path, cards: int, reviews: int) -> None:
    import hashlib

    from studylens.models import CardSchedule, Flashcard, Guest, Pack, ReviewLog, new_id
    from studylens.web.door.wiring import EXTENSION

    database = _app(folder, "full").extensions[EXTENSION].database
    begin = datetime(2025, 1, 1, 9, tzinfo=UTC)
    text = "What does the enzyme number {} do in the cell, and where does it take place?"
    with database.writing() as session:
        session.add(Guest(id=1, token_hash=hashlib.sha256(_GUEST_TOKEN.encode()).hexdigest()))
        session.flush()
        packs = [f"{n:032x}" for n in range(max(1, cards // CARDS_A_PACK))]
        session.execute(insert(Pack), [{"id": p, "guest_id": 1, "title": f"Lecture {p[-3:]}"} for p in packs])
        made = [
            {"pack_id": packs[n % len(packs)], "front": text.format(n), "back": text.format(n),
             "kind": "short_answer", "origin": "gemini:x", "uid": f"{n:032x}", "accepted_at": begin}
            for n in range(cards)
        ]  # fmt: skip
        session.execute(insert(Flashcard), made)
        due = [
            {"card_id": n + 1, "guest_id": 1, "pack_id": packs[n % len(packs)], "state": 2, "stability": 20.5,
             "difficulty": 5.1, "due_at": begin, "last_review_at": begin, "reps": 10}
            for n in range(cards)
        ]  # fmt: skip
        session.execute(insert(CardSchedule), due)
        memory = {"due_at": begin.isoformat(), "state": 2, "stability": 12.345678, "difficulty": 5.1234,
                  "step": None, "last_review_at": begin.isoformat(), "reps": 3, "lapses": 0,
                  "suspended": False, "leech": False, "buried_on": None}  # fmt: skip
        for first in range(0, reviews, 5_000):
            rows = [
                {"guest_id": 1, "card_id": n % cards + 1, "card_uid": f"{n % cards:032x}", "kind": "review",
                 "pack_id": packs[n % cards % len(packs)], "rating": 3, "zone": "UTC", "local_hour": 9,
                 "reviewed_at": begin + timedelta(minutes=5 * n), "request_key": new_id(), "state_before": 2,
                 "local_date": f"{begin + timedelta(minutes=5 * n):%Y-%m-%d}", "duration_ms": 4_000,
                 "retrievability": 0.91, "before": memory, "after": memory}
                for n in range(first, min(reviews, first + 5_000))
            ]  # fmt: skip
            session.execute(insert(ReviewLog), rows)


def _measure(folder: Path, operation: str) -> dict[str, float]:
    is_export = operation in EXPORTS
    name = operation.removeprefix("import ")
    app = _app(folder, "full" if is_export else f"empty-{name}")
    client = app.test_client()
    if is_export:
        client.set_cookie("studylens_guest", _GUEST_TOKEN)
    path = folder / name
    if name.startswith("bomb"):
        _make_bomb(path)
    client.get("/export", headers={"Accept": "text/html"})  # Warm: templates, tables.
    act: Callable[[], object] = (lambda: _save(client, path)) if is_export else (lambda: _send(client, path))
    with _Peak() as peak:
        began, worked = time.monotonic(), time.process_time()
        act()
        seconds, worked = time.monotonic() - began, time.process_time() - worked
    from studylens.machine.memory import release_memory

    release_memory()
    return {
        "seconds": seconds,
        "cpu": worked,
        "peak": max(0.0, peak.highest - peak.before),
        "left": max(0.0, anonymous_mb() - peak.before),
        "mb": path.stat().st_size / 1024**2,
    }


def _save(client: Any, path: Path) -> None:
    with client.get(f"/export/{path.name}", buffered=False) as answer, path.open("wb") as file:
        if answer.status_code != 200:
            raise SystemExit(f"{path.name}: {answer.status}")
        for block in answer.response:
            file.write(block)


def _send(client: Any, path: Path) -> None:
    """Send a file and look until it is in, or refused as a bomb is."""
    from studylens.models import ON_ITS_WAY

    wish = {"schedule": "keep"} if path.name == WITH_SCHEDULE else {}
    with path.open("rb") as file:
        answer = client.post("/import", data={"file": (file, path.name), **wish})
    while answer.status_code < 300 and (found := answer.get_json())["state"] in ON_ITS_WAY:
        time.sleep(LOOK_SECONDS)
        answer = client.get(found["status_url"])
    wanted = (413, 422) if path.name.startswith("bomb") else (200,)
    if answer.status_code not in wanted:
        raise SystemExit(f"{path.name}: {answer.status} {answer.get_data(as_text=True)[:300]}")


def _make_bomb(path: Path) -> None:
    """A deck that unpacks to a gigabyte, or an account of as many entries as fit into 200 MB."""
    import gzip
    import zipfile

    if path.exists():
        return
    if path.suffix == ".apkg":
        packed = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED)
        with packed as archive, archive.open("collection.anki21", "w") as file:
            for _ in range(1_024):
                file.write(bytes(1024**2))
        return
    with gzip.open(path, "xb", compresslevel=1) as account:
        account.write(b'{"studylens_account": 1, "made_at": "", "entries": [')
        for _ in range(1_024):
            account.write(b'{"later":1},' * 87_000)


def main() -> None:
    """Build the account, or measure one operation and print what it took."""
    folder, operation, *numbers = sys.argv[1:]
    if operation == "build":
        _build(Path(folder), *map(int, numbers))
        print(json.dumps({}))
    else:
        print(json.dumps(_measure(Path(folder), operation)))


if __name__ == "__main__":
    main()
