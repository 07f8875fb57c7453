"""A live quiz with thirty phones at a tenth of a processor: polls, answers, and a network that was lost."""

import http.client
import json
import random
import re
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section
from benchmarks.running import Started, started
from benchmarks.watch import percentile

PHONES = 30
QUESTIONS, QUICK_QUESTIONS = 4, 2
COME_IN_SECONDS = 30.0
"""A class scans the code within half a minute."""
OPEN_SECONDS, SHOWN_SECONDS = 15.0, 5.0
ANSWER_SECONDS = 10.0
"""A student reads, thinks and presses within so long."""
AWAY_SECONDS, BACK_SECONDS = 6.0, 4.0
"""The network is away for the first, and phones come back within the second (static/live/phone.js)."""
TO_REACH_MS = 1_000.0
JITTER = 0.25
"""As in static/live/pace.js."""
NO_ANSWER = 0
"""The status of a request whose connection ended, or that took too long."""


def live(_inputs: Inputs | None, *, quick: bool) -> Section:
    """Hold a quiz, then one question during which no phone has a network."""
    with started(memory_mb=512, cpus=0.1, ENGINES="ocr") as running:
        teacher = _Teacher(running)
        phones = [_Phone(running, teacher.code, number) for number in range(PHONES)]
        used, began = running.group.cpu_seconds, time.monotonic()
        _all(phones, lambda phone: phone.come_in())
        teacher.hold(QUICK_QUESTIONS if quick else QUESTIONS)
        busy = (running.group.cpu_seconds - used) / (time.monotonic() - began)
        for phone in phones:
            phone.lose_network()
        teacher.go_on()
        time.sleep(AWAY_SECONDS)
        for phone in phones:
            phone.find_network()
        time.sleep(OPEN_SECONDS)
        counted = teacher.counted()
        for phone in phones:
            phone.stop()
    return _section(phones, counted, busy)


def _section(phones: "list[_Phone]", counted: int, busy: float) -> Section:
    took: dict[str, list[float]] = defaultdict(list)
    for phone in phones:
        for kind, milliseconds in phone.took:
            took[kind].append(milliseconds)
    asked, requests = took["poll"] + took["answer"], sum(map(len, took.values()))
    figures = [
        Figure("polls and answers, p95", percentile(asked, 0.95), "ms", len(asked), TO_REACH_MS),
        *(_of(kind, took[kind]) for kind in ("poll", "answer", "come in", "back: answer", "back: poll")),
        Figure("answers lost where all phones had lost the network", PHONES - counted, "", PHONES, 0),
        Figure("requests that failed", sum(phone.failed for phone in phones), "", requests, 0),
        Figure("share of the tenth of a processor that was used", 1_000 * busy, "%", 1),
    ]
    shape = (
        f"{PHONES} phones, each with a connection of its own, come in within {COME_IN_SECONDS:g} s and answer"
        f" within {ANSWER_SECONDS:g} s; they poll as static/live/pace.js does;"
        " scripts and styles, which a browser fetches once, are not asked for."
    )
    back = (
        f"`back`: all are without a network for {AWAY_SECONDS:g} s, have chosen, and send within"
        f" {BACK_SECONDS:g} s of each other what waits."
    )
    notes = (shape, back)
    return Section("Live quiz at 0.1 CPU", "python -m benchmarks --only live", tuple(figures), (), notes)


def _of(kind: str, found: list[float]) -> Figure:
    how = f"p50 {percentile(found, 0.5):.0f} ms, longest {max(found):.0f} ms" if found else "none"
    return Figure(f"{kind}, p95", percentile(found, 0.95) if found else None, "ms", len(found), None, how)


def _all(phones: "list[_Phone]", do: Callable[["_Phone"], None]) -> None:
    threads = [threading.Thread(target=do, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Client:
    """One browser: a connection that stays open, and its cookies."""

    def __init__(self, running: Started) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", running.service.port, timeout=60)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        """Return status, headers and body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        except ConnectionError:  # It was idle, and the service let it go: browsers ask again.
            self._connection.close()
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers, text

    def post(self, path: str, accept: str = "text/html", **form: object) -> Any:
        """Send a form."""
        body = urllib.parse.urlencode(form).encode()
        return self.ask("POST", path, body, Accept=accept, Content_Type="application/x-www-form-urlencoded")


class _Teacher(_Client):
    """Brings a pack, and leads."""

    def __init__(self, running: Started) -> None:
        super().__init__(running)
        self._pack_id = token_hex(16)
        self._bring()
        self.post(f"/packs/{self._pack_id}/live", count=QUESTIONS + 1)
        found = re.search(r'class="digits">(\w{6})<', self._board())
        if found is None:
            raise RuntimeError("no live quiz has begun")
        self.code = found[1]
        self._step = 0

    def hold(self, questions: int) -> None:
        """Ask so many questions, each open and then shown for a while."""
        for _ in range(questions):
            self.go_on()
            time.sleep(OPEN_SECONDS)
            self.go_on()
            time.sleep(SHOWN_SECONDS)

    def go_on(self) -> None:
        self.post(f"/packs/{self._pack_id}/live/on", step=self._step)
        self._step += 1

    def counted(self) -> int:
        """Return how many answers the board counts."""
        found = re.search(r"(\d+) of \d+ answered", self._board())
        return int(found[1]) if found else 0

    def _board(self) -> str:
        text: bytes = self.ask("GET", f"/packs/{self._pack_id}/live/board", Accept="text/html")[2]
        return text.decode()

    def _bring(self) -> None:
        """Send an account file with a pack of questions: no photo need be read for it."""
        options = ["in the stroma", "in the nucleus", "in the vacuole", "in the cell wall"]
        asked = [
            {"uid": token_hex(16), "question": f"Where does step {n} take place?", "options": options,
             "answer_index": 0, "explanation": "The page says so.", "origin": "import"}
            for n in range(QUESTIONS + 1)
        ]  # fmt: skip
        pack = {"id": self._pack_id, "title": "Photosynthesis", "questions": asked}
        text = json.dumps({"studylens_account": 1, "made_at": "2026-11-29T00:00:00+00:00", "entries": []})
        entry = json.dumps({"pack": pack})
        file = text.removesuffix("]}") + f"\n{entry}\n]}}\n"
        head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
        body, kind = f"{head}{file}\r\n--b--\r\n".encode(), "multipart/form-data; boundary=b"
        json_type = {"Accept": "application/json"}
        status, _headers, answer = self.ask("POST", "/import", body, Content_Type=kind, **json_type)
        until = time.monotonic() + 120
        while status == 202 and time.monotonic() < until:
            time.sleep(1)
            path = json.loads(answer)["status_url"]
            status, _headers, answer = self.ask("GET", path, **json_type)
            status = 202 if json.loads(answer).get("state") not in {"done", "refused", "stopped"} else 200
        if b"error" in answer:
            raise RuntimeError(answer.decode())


class _Phone(_Client):
    """Comes in, polls, and answers each question once."""

    def __init__(self, running: Started, code: str, number: int) -> None:
        super().__init__(running)
        self.took: list[tuple[str, float]] = []
        self.failed = 0
        self._code, self._number = code, number
        self._chance = random.Random(number)  # noqa: S311 - the same class in each run.
        self._tag, self._every, self._step = "", 3.0, 0
        self._waiting: int | None = None
        self._due = 0.0
        self._is_away = self._is_back = False
        self._done = threading.Event()
        self._back = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def come_in(self) -> None:
        """Open the page, choose a nickname, and begin to poll."""
        time.sleep(COME_IN_SECONDS * self._chance.random())
        self._timed("come in", lambda: self.ask("GET", f"/live/{self._code}", Accept="text/html"))
        self._timed("come in", lambda: self.post(f"/live/{self._code}/join", name=f"Phone {self._number}"))
        self._timed("come in", lambda: self.ask("GET", f"/live/{self._code}", Accept="text/html"))
        self._thread.start()

    def lose_network(self) -> None:
        """Reach nobody; the student has seen the question elsewhere, and chooses."""
        self._is_away = True

    def find_network(self) -> None:
        """Come back after a moment."""
        self._waiting, self._due = (self._step // 2) + (self._step % 2), 0.0
        self._is_away, self._is_back = False, True
        self._back.set()

    def stop(self) -> None:
        self._done.set()
        self._back.set()
        self._thread.join(60)

    def _live(self) -> None:
        while not self._done.is_set():
            if not self._is_away:
                self._look()
            pause = self._every * (1 - JITTER + 2 * JITTER * self._chance.random())
            if self._back.wait(min(pause, max(0.05, self._due - time.monotonic())) if self._due else pause):
                self._back.clear()
                self._done.wait(BACK_SECONDS * self._chance.random())

    def _look(self) -> None:
        if self._waiting is not None and time.monotonic() >= self._due:
            self._send()
            return
        kind = "back: poll" if self._is_back else "poll"
        path = f"/live/{self._code}/state"
        asked = {"Accept": "application/json"} | ({"If_None_Match": self._tag} if self._tag else {})
        status, headers, text = self._timed(kind, lambda: self.ask("GET", path, **asked))
        if status == 200:
            self._see(json.loads(text))
            self._tag = headers["ETag"]

    def _see(self, told: dict[str, Any]) -> None:
        self._every = told["every"]
        is_new = told["step"] != self._step and told["phase"] == "asked"
        if is_new and self._waiting is None and not self._is_back:
            self._waiting = told["place"]
            self._due = time.monotonic() + ANSWER_SECONDS * self._chance.random()
        self._step = told["step"]

    def _send(self) -> None:
        kind = "back: answer" if self._is_back else "answer"
        form = {"place": self._waiting, "choice": self._chance.randrange(4)}
        path = f"/live/{self._code}/answers"
        self._timed(kind, lambda: self.post(path, "application/json", **form))
        self._waiting, self._due = None, 0.0

    def _timed(self, kind: str, do: Callable[[], Any]) -> Any:
        """Ask, and note how long it took; no answer is a failure, too, and the phone goes on."""
        began = time.perf_counter()
        try:
            status, headers, text = do()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            status, headers, text = NO_ANSWER, {}, b""
        self.took.append((kind, 1000 * (time.perf_counter() - began)))
        if status not in {200, 303, 304}:
            self.failed += 1
        return status, headers, text
