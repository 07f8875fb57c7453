"""Whoever takes over the analysis by a photo's bytes finds no file, nothing to write to, and no network."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from studylens.analysis import walls
from studylens.analysis.protocol import reach, wire
from studylens.analysis.protocol.sheets import Content, SheetWish
from studylens.config import Config
from studylens.jobs.lock import MachineLock
from studylens.jobs.process import AnalysisProcess
from studylens.machine import landlock, seccomp
from studylens.places import HOME

REFUSED = "PermissionError"
PRIVATE = wire.Wishes(private=True)
OWN_AI = "http://ai:1"
needs_walls = pytest.mark.skipif(
    landlock.version() < landlock.SIGNALS_SINCE or not seccomp.is_there(),
    reason="this kernel has no Landlock of version 6, or no seccomp",
)


@dataclass
class Prison:
    """A service's folder with a secret, an upload, and somebody who listens outside."""

    folder: Path
    ports: tuple[int, int]
    config: Config

    def ask(self, *, private: bool) -> tuple[dict[str, str], int | None]:
        """Return what came of each attempt, and the id of the process afterwards."""
        given = {
            "upload": str(self.folder / "upload"), "secret": str(self.folder / "secret"),
            "socket": str(self.folder / "named"), "datagrams": str(self.folder / "datagrams"),
            "port": self.ports[0], "other_port": self.ports[1],
        }  # fmt: skip
        wishes = wire.Wishes(json.dumps(given), private)
        request = wire.Request("0" * 32, path=given["upload"], wishes=wishes)
        lock = MachineLock(self.config.lock_path)
        lock.acquire()
        process = AnalysisProcess(self.config, (sys.executable, "-m", "tests.analysis.taken_over"))
        try:
            with closing(process.run(request, lock.fd)) as events:
                [ended] = [event for event in events if isinstance(event, wire.Failed)]
            return json.loads(ended.sentence), process.pid
        finally:
            process.kill()
            lock.release()


@pytest.fixture
def prison(tmp_path: Path) -> Iterator[Prison]:
    (tmp_path / "secret").write_text("the database's password")
    (tmp_path / "upload").write_text("JPEG")
    with (
        socket.create_server(("127.0.0.1", 0)) as model,
        socket.create_server(("127.0.0.1", 0)) as other,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(str(tmp_path / "datagrams"))
        named.bind(str(tmp_path / "named"))
        named.listen()
        ports = (model.getsockname()[1], other.getsockname()[1])
        config = Config(
            instance_dir=str(tmp_path),
            analysis_lock=str(tmp_path / "lock"),
            gemini_api_key="k",
            gemini_base_url=f"http://127.0.0.1:{ports[0]}",
        )
        yield Prison(tmp_path, ports, config)


@needs_walls
@pytest.mark.process
def test_a_private_photo_that_takes_over_reaches_nothing(prison: Prison) -> None:
    tried, pid = prison.ask(private=True)
    assert tried.pop("own upload") == "done: JPEG"
    assert tried.pop("memory") == "done: None"
    assert tried.pop("own peak") == "done: True"
    assert tried.pop("lock") == "done: []"
    assert set(tried.values()) == {REFUSED}, tried
    assert len(tried) == 22
    assert pid is None  # It ended with its page, and takes nothing of it to the next one.
    assert (prison.folder / "secret").read_text()
    assert not (prison.folder / "new").exists()


@needs_walls
@pytest.mark.process
def test_a_photo_that_takes_over_reaches_models_alone(prison: Prison) -> None:
    tried, pid = prison.ask(private=False)
    free = {name for name, outcome in tried.items() if outcome != REFUSED}
    # UDP asks for names, and the kernel cannot tell it apart: docs/security.md says so.
    assert free == {"own upload", "memory", "own peak", "lock", "connect", "UDP"}
    assert tried["connect"] == "done: None"
    assert tried["lock"] == "done: []"
    assert pid is not None


def test_neither_keys_of_others_nor_programs_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")  # As of Debian's own Python.
    config = Config(gemini_api_key="k")
    opened = [*walls._readable(config, reach.MODELS), *walls._libraries(config)]
    closed = ["/etc/ssl/private/site.key", "/etc/pki/tls/private/site.key", "/etc/shadow", "/usr/bin/env",
              "/usr/sbin/nologin", str(HOME / ".env"), str(config.upload_folder)]  # fmt: skip
    assert [path for path in closed if any(Path(path).is_relative_to(place) for place in opened)] == []
    assert Path(sys.executable) in opened


@pytest.mark.parametrize(
    ("request_", "config", "needed"),
    [
        (wire.Request("0"), Config(), reach.NOBODY),
        (wire.Request("0"), Config(gemini_api_key="k"), reach.MODELS),
        (wire.Request("0"), Config(gemini_api_key="k", engines=("ocr",)), reach.NOBODY),
        (wire.Request("0", wishes=PRIVATE), Config(gemini_api_key="k"), reach.NOBODY),
        (wire.Request("0", wishes=PRIVATE), Config(local_ai_url=OWN_AI), reach.NOBODY),
        (wire.Request("0", wishes=PRIVATE), Config(local_ai_url=OWN_AI, local_ai_private=True), reach.OWN),
        (wire.Request("0", sheets=SheetWish((), Content(""))), Config(gemini_api_key="k"), reach.NOBODY),
        (wire.Request("0", list_pages=True), Config(gemini_api_key="k"), reach.NOBODY),
    ],
)  # fmt: skip
def test_a_request_reaches_no_more_than_it_needs(request_: wire.Request, config: Config, needed: str) -> None:
    assert reach.reach_of(request_, config) == needed


def test_only_ports_of_models_are_open() -> None:
    config = Config(gemini_api_key="k", local_ai_url="http://ai:8080")
    assert reach.ports(reach.NOBODY, config) == []
    assert reach.ports(reach.OWN, config, ("http://proxy:3128",)) == [53, 8080]
    assert reach.ports(reach.MODELS, config) == [53, 443, 8080]
    assert reach.ports(reach.MODELS, config, ("http://proxy:3128", "proxy:80")) == [53, 80, 443, 3128, 8080]
