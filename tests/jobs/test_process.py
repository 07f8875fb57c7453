"""Whatever the analysis process does once it has been taken over, its runner goes on."""

import os
import select
import sys

import pytest

from studylens.analysis.protocol import wire
from studylens.config import Config
from studylens.jobs import process
from studylens.jobs.process import AnalysisProcess, FailedStart, ProcessDied, SaidTooMuch

pytestmark = pytest.mark.process
ASKED = wire.Request("0" * 32)
DEAD_SECONDS = 30
"""How long a killed process may take to be gone; the ones of these tests would live longer."""


def started(code: str) -> AnalysisProcess:
    """Return what starts a process that runs this code."""
    return AnalysisProcess(Config(), (sys.executable, "-S", "-c", code))


def test_who_says_more_than_anybody_may_hold_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_LINE_BYTES", 100_000)
    endless = started("import os\nwhile True: os.write(1, b'x' * 65536)")
    with pytest.raises(SaidTooMuch):
        list(endless.run(ASKED, 0))
    assert endless.pid is None


def test_who_does_not_take_a_request_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SEND_SECONDS", 0.05)
    deaf = started("import time; time.sleep(300)")
    with pytest.raises(FailedStart):
        list(deaf.run(wire.Request("0" * 32, text="x" * 2_000_000), 0))
    assert deaf.pid is None


@pytest.mark.parametrize("ending", ["os._exit(3)", "os.close(1); time.sleep(300)"])
def test_what_the_process_has_started_ends_with_it(ending: str) -> None:
    reading, writing = os.pipe()  # The lock's place: whoever still lives holds it.
    code = f"import os, time\nif not os.fork(): os.close(1); time.sleep(300)\n{ending}"
    try:
        with pytest.raises((FailedStart, ProcessDied)):
            list(started(code).run(ASKED, writing))
        os.close(writing)
        ended, _, _ = select.select([reading], [], [], DEAD_SECONDS)
        assert ended
        assert os.read(reading, 1) == b""
    finally:
        os.close(reading)


def test_what_was_said_before_an_end_by_force_is_known() -> None:
    told: list[wire.Event] = [wire.Stage("one", 1.0, 1.0), wire.GeminiCall("a-model")]
    words = b"".join(wire.encode(event) for event in told)
    talking = started(f"import os, time\nos.write(1, {words!r})\ntime.sleep(300)")
    events = talking.run(ASKED, 0)
    assert next(event for event in events if event) == told[0]
    events.close()
    assert talking.last_words == told[1:]
