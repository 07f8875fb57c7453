"""The shape of the code in numbers: sizes of files and functions, and the walk of a photo and of a review.

`python -m benchmarks.shape` prints them as a table. A walk counts the modules of ours that a request calls
(rooms), and how often it comes back into one that it had left (returns).
"""

import ast
import io
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from tests.service import HOME

Function = ast.FunctionDef | ast.AsyncFunctionDef
PHOTO = HOME / "tests" / "images" / "page.png"


class Walk:
    """Follows the calls between our own modules in this thread."""

    def __init__(self) -> None:
        self.rooms: list[str] = []

    def follow(self, act: Callable[[], Any]) -> None:
        """Run `act` and note each module that is entered from another one."""
        sys.setprofile(self._called)
        try:
            act()
        finally:
            sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or frame.f_code.co_name == "<module>":
            return
        path = Path(frame.f_code.co_filename)
        ours = HOME in path.parents and ".venv" not in path.parts
        if ours and path.parts[len(HOME.parts)] in {"studylens", "app.py", "database_config.py"}:
            name = str(path.relative_to(HOME))
            if not self.rooms or self.rooms[-1] != name:
                self.rooms.append(name)

    @property
    def row(self) -> str:
        """E.g. `11 rooms, 16 returns`."""
        rooms = len(set(self.rooms))
        return f"{rooms} rooms, {len(self.rooms) - rooms} returns"


def _files() -> list[Path]:
    return [*(HOME / "studylens").rglob("*.py"), HOME / "app.py", HOME / "database_config.py"]


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def _lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 1


def _is_view(function: Function) -> bool:
    names = {ast.unparse(node).partition("(")[0].rpartition(".")[2] for node in function.decorator_list}
    return bool(names & {"get", "post", "delete", "route"})


def _spread(numbers: list[int]) -> str:
    return f"median {statistics.median(numbers):.0f}, p90 {statistics.quantiles(numbers, n=10)[-1]:.0f}"


def _mocks_a_test() -> str:
    tests = [path.read_text() for path in (HOME / "tests").rglob("test_*.py")]
    count = sum(text.count("\ndef test_") + text.count("    def test_") for text in tests)
    words = sum(text.lower().count("mock") for text in tests)
    return f"{words / count:.2f} ({words} in {count})"


def _client(folder: Path) -> tuple[Any, Any]:
    from app import create_app
    from database_config import ensure_all_table_compatibility

    names = {"instance_dir": str(folder), "analysis_lock": str(folder / "lock"), "secret_key": "shape"}
    app = create_app({**names, "database_url": f"sqlite:///{folder / 'shape.sqlite3'}"})
    wiring = next(value for name, value in app.extensions.items() if "studylens" in name.lower())
    ensure_all_table_compatibility(wiring.database)
    return app.test_client(), wiring


def _walks() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        client, wiring = _client(Path(folder))
        photo, review = Walk(), Walk()
        data = {"image": (io.BytesIO(PHOTO.read_bytes()), "page.png")}
        photo.follow(lambda: client.post("/analyze?wait=0", data=data))
        card = _accepted_card(wiring)
        address, done = f"/review/cards/{card}/answer", []
        client.post(address, data={"rating": "3", "key": "the-first-fills-caches"})
        answer = {"rating": "3", "key": "a-random-key-of-a-form"}
        review.follow(lambda: done.append(client.post(address, data=answer)))
        if done[0].status_code != 303:
            raise SystemExit(f"the review was answered with {done[0].status_code}")
        wiring.database.engine.dispose()
        return {"walk of a photo, upload to queue": photo.row, "walk of a review's answer": review.row}


def _accepted_card(wiring: Any) -> int:
    """Put one accepted card of the guest into the database; return its id."""
    from studylens.models import CardSchedule, Flashcard, Guest, Pack, now

    with wiring.database.writing() as session:
        pack = Pack(guest_id=session.query(Guest.id).scalar(), title="Shape")
        card = Flashcard(front="front", back="back", kind="short_answer", origin="student", accepted_at=now())
        pack.cards.append(card)
        session.add(pack)
        session.flush()
        owner = {"card_id": card.id, "guest_id": pack.guest_id, "pack_id": pack.id}
        session.add(CardSchedule(**owner, state=0, due_at=now()))
        return card.id


def main() -> None:
    """Print the numbers."""
    files = [len(path.read_text().splitlines()) for path in _files() if path.name != "__init__.py"]
    functions = [function for path in _files() for function in _functions(path)]
    lengths = [_lines(function) for function in functions]
    views = [_lines(function) for function in functions if _is_view(function)]
    folders = [len(list(path.glob("*.py"))) for path in (HOME / "studylens").rglob("*") if path.is_dir()]
    numbers = {
        "files": f"{len(files)}, {_spread(files)} lines",
        "functions": f"{len(lengths)}, {_spread(lengths)} lines, {sum(n > 50 for n in lengths)} over 50",
        "views": f"{len(views)}, median {statistics.median(views):.0f} lines",
        "fullest folder": f"{max(folders)} files",
        "mock words a test": _mocks_a_test(),
        **_walks(),
    }
    sys.stdout.write("\n".join(f"| {name} | {value} |" for name, value in numbers.items()) + "\n")


if __name__ == "__main__":
    main()
