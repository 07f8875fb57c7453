"""The API attacked by its own document, and 10,000 requests with one token."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from app import create_app
from studylens.models import now
from studylens.web.door.guests import make_token
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.service import HOME, Service, clean_environment
from tests.study.reviews.world import add_deck, add_guest, learn

pytestmark = [pytest.mark.process, pytest.mark.timeout(1_800)]
FUZZ = HOME / "build" / "fuzz"
"""Where `make test-long` installs what attacks."""
EXAMPLES = 60
"""Of each operation and phase."""
TOKENS = 150
REQUESTS, AT_ONCE = 10_000, 4
FLAT_MB = 4.0
"""By how much a process may grow while the last 8,000 are refused: pages of its heap that come and go."""


@dataclass(frozen=True)
class World:
    """A service with a student who has cards, and tokens of that student."""

    service: Service
    tokens: tuple[str, ...]
    cards: tuple[str, ...]
    packs: tuple[str, ...]
    jobs: tuple[str, ...]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("fuzz")
    with Service(folder) as service:
        app = create_app({"instance_dir": str(folder / "instance")})
        wiring: Wiring = app.extensions[EXTENSION]
        yield _peopled(service, wiring)
        wiring.database.engine.dispose()


def _peopled(service: Service, wiring: Wiring) -> World:
    with wiring.database.writing() as session:
        guest = add_guest(session)
        packs = [add_deck(session, guest, 40) for _ in range(3)]
        learn(session, packs[0], now())
        programs = [make_token(session, guest, f"{n}", "read study write") for n in range(TOKENS)]
        may_everything = make_token(session, guest, "photos")
        cards = [card.uid or "" for pack in packs for card in pack.cards]
        ids = [pack.id for pack in packs]
    jobs = [_read(service, may_everything, f"Osmosis: {n} % of the water passes.") for n in range(3)]
    return World(service, tuple(programs), tuple(cards), tuple(ids), tuple(jobs))


def _read(service: Service, token: str, text: str) -> str:
    """Send pasted notes; return the job's id."""
    sent = urlencode({"text": text}).encode()
    asked = urllib.request.Request(
        f"{service.url}/analyze?wait=0", sent, {"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return str(json.load(answer)["jobs"][0]["id"])


def _configuration(world: World) -> str:
    """Return schemathesis's configuration: half of all ids are of things that are there."""
    known = {"cards": world.cards, "packs": world.packs, "jobs": world.jobs}
    bound = {"path.card_id": "cards", "path.pack_id": "packs", "path.job_id": "jobs", "body.card": "cards",
             "body.pack": "packs"}  # fmt: skip
    lines = [f"hooks = {json.dumps(str(HOME / 'tests' / 'long' / 'fuzz' / 'hooks.py'))}"]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(ids)}" for name, ids in known.items()]
    lines += ["[parameters]"]
    lines += [f'"{where}" = {{ dictionary = "{name}", probability = 0.5 }}' for where, name in bound.items()]
    lines += [
        "[checks.missing_required_header]",
        "expected-statuses = [428]  # RFC 6585: If-Match is needed.",
    ]
    return "\n".join(lines)


def test_no_request_makes_the_api_fail_or_say_what_its_document_does_not(
    world: World, tmp_path: Path
) -> None:
    assert FUZZ.is_dir(), "make test-long installs schemathesis into build/fuzz"
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(_configuration(world), encoding="utf-8")
    document = f"{world.service.url}/api/v1/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run", document]
    command += ["--checks", "all", "--max-examples", str(EXAMPLES), "--continue-on-failure", "--no-color"]
    environment = clean_environment(tmp_path, PYTHONPATH=str(FUZZ), FUZZ_TOKENS=" ".join(world.tokens))
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=1_500
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-4_000:]
    assert "Traceback" not in world.service.log


def test_ten_thousand_requests_with_one_token_slow_that_one_down_and_leave_memory_flat(world: World) -> None:
    first, other = world.tokens[:2]

    def many(count: int) -> Counter[int]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return Counter(pool.map(lambda _n: _ask(world.service.url, first), range(count)))

    early = many(REQUESTS // 5)
    before = _unshared_mb(world.service)
    late = many(REQUESTS - REQUESTS // 5)
    assert early[200] + early[429] + late[200] + late[429] == REQUESTS
    assert early[429] + late[429] > REQUESTS / 2
    assert _unshared_mb(world.service) < before + FLAT_MB
    assert _ask(world.service.url, other) == 200


def _ask(url: str, token: str) -> int:
    asked = urllib.request.Request(f"{url}/api/v1/due?limit=1", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def _unshared_mb(service: Service) -> float:
    """Return the web process's anonymous memory."""
    lines = Path(f"/proc/{service.pids()['web']}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024
