"""docs/api.md says what is there: each address, error, limit and field, compared with the real ones."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studylens import limits
from studylens.config import Config
from studylens.web.door.wiring import EXTENSION
from tests.web.world import add_pack, become_guest, photo
from tools.api import PAGE, addresses, kinds_of_errors, page

TEXT = PAGE.read_text()
NAMED = {"stages", "achievements"}
"""Objects whose keys are names of the moment: one of them stands for all."""
FAKE_ANALYSIS = (sys.executable, "-m", "tests.jobs.fake_analysis")


def documented() -> dict[str, Any]:
    """Return the example of each heading, by method and address."""
    found = re.findall(r"^### (\w+ \S+)\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)
    return {
        name: json.loads(block)
        for name, body in found
        for block in re.findall(r"```json\n(.*?)```", body, re.DOTALL)
    }


def differences(told: Any, real: Any, place: str = "") -> Iterator[str]:
    """Yield where an example and a real answer have other fields or other kinds of values."""
    if isinstance(told, dict) and isinstance(real, dict):
        if place.rpartition(".")[2] in NAMED:
            one = next(iter(told.values()))
            told, real = {"*": one}, {"*": next(iter(real.values()), one)}
        yield from (f"{place}.{name} is on one side only" for name in set(told) ^ set(real))
        for name in set(told) & set(real):
            yield from differences(told[name], real[name], f"{place}.{name}")
    elif isinstance(told, list) and isinstance(real, list):
        for item in real:
            yield from differences(told[0] if told else item, item, f"{place}[]")
    elif None not in (told, real) and not _alike(told, real):
        yield f"{place} is {type(real).__name__}, not {type(told).__name__}"


def _alike(told: Any, real: Any) -> bool:
    numbers = (int, float)
    both = isinstance(told, numbers) and isinstance(real, numbers)
    return isinstance(told, bool) == isinstance(real, bool) and (both or type(told) is type(real))


def same(name: str, real: Any) -> None:
    """Fail unless the page's example of `name` has the fields of `real`."""
    assert list(differences(documented()[name], real)) == []


def test_the_comparison_sees_what_is_missing_and_what_is_of_another_kind() -> None:
    told = {"a": 1, "b": [{"c": "x"}]}
    assert sorted(differences(told, {"a": "1", "b": [{"c": "x", "d": 1}]})) == [
        ".a is str, not int",
        ".b[].d is on one side only",
    ]


def test_the_tables_are_as_they_would_be_written() -> None:
    assert page(TEXT) == TEXT, "run `make api`"


def test_every_address_and_error_is_named(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert f"`{rule.rule}`" in TEXT
    assert len(addresses(app).splitlines()) > 80
    for kind in kinds_of_errors():
        assert f"| {int(kind.status)} | `{kind.code}` |" in TEXT


def test_the_headings_name_real_addresses(app: Flask) -> None:
    routes = {re.sub(r"<.*?>", "", rule.rule) for rule in app.url_map.iter_rules()}
    named = {re.sub(r"[A-Z]+\d*", "", name.split(maxsplit=1)[1]) for name in documented()}
    assert len(named) == 9
    assert named <= routes


@pytest.mark.parametrize(
    ("value", "name"), re.findall(r"\| (\d+) \| `([A-Z_]+)`(?: in the environment)? \|", TEXT)
)
def test_the_limits_are_the_real_ones(value: str, name: str) -> None:
    real = getattr(limits, name) if hasattr(limits, name) else getattr(Config(), name.lower())
    assert int(value) == real


def test_a_refusal_has_the_documented_form(client: FlaskClient) -> None:
    answer = client.post("/analyze", headers={"Accept": "application/json"})
    (form,) = re.findall(r"```json\n(\{\"error\".*?)```", TEXT, re.DOTALL)
    assert (answer.status_code, answer.get_json()) == (400, json.loads(form))


@pytest.mark.parametrize("address", ["/health", "/memory", "/get_progress_stats"])
def test_a_newcomer_gets_the_documented_fields(client: FlaskClient, address: str) -> None:
    same(f"GET {address}", client.get(address).get_json())


def test_a_job_and_its_batch_have_the_documented_fields(running_app: Callable[..., Flask]) -> None:
    client = running_app(ANALYSIS_COMMAND=FAKE_ANALYSIS).test_client()
    answer = client.post("/analyze?wait=60", data={"image": photo()})
    batch = answer.get_json()
    assert answer.status_code == 200
    job = client.get(batch["jobs"][0]["status_url"]).get_json()
    pack = job["pack"]
    same("GET /jobs/JOB", job)
    same(
        "POST /analyze",
        {**batch, "jobs": [{**batch["jobs"][0], "pack": {"title": pack["title"], "...": ""}}]},
    )
    assert batch["jobs"][0]["pack"] == pack
    assert (
        client.get(f"/batches/{batch['batch']}", headers={"Accept": "application/json"}).get_json() == batch
    )


def test_a_student_with_a_pack_gets_the_documented_fields(app: Flask, client: FlaskClient) -> None:
    wiring = app.extensions[EXTENSION]
    pack = add_pack(wiring, become_guest(wiring, client))
    client.post(f"/packs/{pack}/accept", data={"all": "1"})
    asked = client.post(
        f"/packs/{pack}/questions", data={"question": "Where does the Calvin cycle take place?"}
    )
    same("GET /packs/PACK/questions", client.get(asked.location).get_json())
    same("GET /packs/by-photo/SHA256", client.get("/packs/by-photo/" + "ab" * 32).get_json())
    stats = client.get("/get_progress_stats").get_json()
    assert stats["packs"]
    same("GET /get_progress_stats", stats)
