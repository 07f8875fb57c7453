"""/health and /memory: what the host and the operator rely on."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from database_config import Database
from studylens.jobs import readings
from studylens.models import JobStage
from studylens.web.commands import doctor
from studylens.web.door.storage import is_lasting
from studylens.web.door.wiring import Wiring
from tests.jobs.test_queue import send, upload
from tests.jobs.test_runner import guest


def test_health_has_the_promised_fields(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert set(answer.json) == {  # type: ignore[arg-type]
        "status", "memory_usage_mb", "memory_warning", "memory_critical", "timestamp"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "status", "warning", "critical"),
    [(100_000, "healthy", False, False), (0.85, "degraded", True, False), (0.5, "critical", True, True)],
)
def test_health_stays_200_whatever_memory_is_used(
    settings: dict[str, Any], limit: float, status: str, warning: bool, critical: bool
) -> None:
    used = create_app(settings).test_client().get("/health").json["memory_usage_mb"]  # type: ignore[index]
    mb = limit if limit > 1 else used / limit
    mb = used / 0.85 if status == "degraded" else used / 2 if status == "critical" else mb
    answer = create_app({**settings, "memory_limit_mb": mb}).test_client().get("/health")
    assert answer.status_code == 200
    found = answer.json
    assert found is not None
    assert (found["status"], found["memory_warning"], found["memory_critical"]) == (status, warning, critical)


def test_health_touches_no_database(settings: dict[str, Any], tmp_path: Any) -> None:
    app = create_app({**settings, "database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    assert app.test_client().get("/health").status_code == 200


def test_memory_has_the_promised_fields(client: FlaskClient, wiring: Wiring, database: Database) -> None:
    (job_id,) = send(database, wiring.folder, guest(wiring), uploads=(upload(),))
    with database.writing() as session:
        for rss in (50.0, 70.0):
            session.add(JobStage(job_id=job_id, stage="after_decode", rss_mb=rss, service_mb=120.0))
    readings.begin(database)
    found = client.get("/memory").json
    assert found is not None
    promised = {"memory_usage_mb", "memory_warning_threshold_mb", "memory_limit_mb", "memory_status"}
    assert promised | {"memory_details", "psutil_available", "timestamp"} <= set(found)
    assert set(found["memory_details"]) == {"rss_mb", "vms_mb", "percent"}
    assert found["psutil_available"] is True
    assert found["stages"] == {"after_decode": {"count": 2, "max_rss_mb": 70.0, "max_service_mb": 120.0}}
    assert [process["kind"] for process in found["processes"]] == ["web"]
    assert found["memory_usage_mb"] == pytest.approx(found["memory_details"]["rss_mb"], rel=0.5)


KEYS = {
    "memory_usage_mb": float, "memory_warning_threshold_mb": float, "memory_limit_mb": float,
    "memory_limit_source": str, "memory_status": str, "memory_details": dict, "psutil_available": bool,
    "process_kinds": dict, "processes": list, "stages": dict, "timestamp": str,
}  # fmt: skip
TOKEN = "an operator's token of 32 letters".replace(" ", "-")
STRANGER = {"X-Forwarded-For": "203.0.113.9"}


@pytest.mark.parametrize(
    ("headers", "changes", "operator"),
    [
        ({}, {}, True),
        (STRANGER, {}, False),
        ({"Host": "192.168.1.20"}, {}, False),
        ({"Sec-Fetch-Site": "cross-site"}, {}, False),
        ({}, {"trusted_proxies": 1}, False),
        ({}, {"on_render": True}, False),
        ({**STRANGER, "Authorization": f"Bearer {TOKEN}"}, {"operator_token": TOKEN}, True),
        ({**STRANGER, "Authorization": f"Bearer {TOKEN}x"}, {"operator_token": TOKEN}, False),
        ({**STRANGER, "Authorization": "Bearer "}, {}, False),
        ({**STRANGER, "Authorization": "Bearer \xff"}, {"operator_token": TOKEN}, False),
    ],
)
def test_memory_has_the_same_keys_for_all_and_process_ids_for_the_operator_alone(
    settings: dict[str, Any], headers: dict[str, str], changes: dict[str, Any], operator: bool
) -> None:
    client = create_app({**settings, **changes}).test_client()
    found = client.get("/memory", headers=headers).get_json()
    assert {name: type(value) for name, value in found.items()} == KEYS
    assert {name: type(value) for name, value in found["memory_details"].items()} == dict.fromkeys(
        ("rss_mb", "vms_mb", "percent"), float
    )
    assert found["process_kinds"]["web"]["count"] == 1
    assert ("pid" in str(found)) is operator
    assert bool(found["processes"]) is operator
    page = client.get("/memory", headers={**headers, "Accept": "text/html"}).text
    assert (f"<td>{os.getpid()}</td>" in page) is operator
    assert "<code>web</code>" in page


@pytest.mark.parametrize("path", ["/health", "/memory"])
def test_times_end_in_z(client: FlaskClient, path: str) -> None:
    told = client.get(path).get_json()["timestamp"]
    assert datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) <= datetime.now(UTC)


def test_memory_without_psutil_says_the_same(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with_psutil = client.get("/memory").json
    monkeypatch.setitem(__import__("sys").modules, "psutil", None)
    without = client.get("/memory").json
    assert with_psutil is not None
    assert without is not None
    for name in ("rss_mb", "vms_mb"):
        assert without["memory_details"][name] == pytest.approx(with_psutil["memory_details"][name], rel=0.1)


def test_memory_answers_while_the_database_is_down(settings: dict[str, Any]) -> None:
    app = create_app({**settings, "database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    answer = app.test_client().get("/memory")
    assert (answer.status_code, answer.json["stages"]) == (200, {})  # type: ignore[index]


def test_memory_is_a_page_for_browsers(client: FlaskClient) -> None:
    page = client.get("/memory", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "No photo has been read yet" in page.text


def test_doctor_names_what_is_missing(app: Any, wiring: Wiring) -> None:
    shown = app.test_cli_runner().invoke(args=["doctor"])
    assert shown.exit_code == 0
    database = f"{wiring.database.url.get_backend_name()}, answers"
    for words in ("memory limit", database, "google-genai", "missing: GEMINI_API_KEY", "BLIP"):
        assert words in shown.output


def test_doctor_is_one_line_in_the_log(wiring: Wiring) -> None:
    line = doctor.log_line(doctor.examine(wiring.config, wiring.database))
    assert line.startswith("Doctor: memory limit: ")
    assert "\n" not in line


def test_doctor_shows_no_secret(settings: dict[str, Any]) -> None:
    settings |= {"gemini_api_key": "AQ.secret", "database_url": "postgresql://me:hunter2@127.0.0.1:1/x"}
    app = create_app(settings)
    shown = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "does not answer" in shown
    assert "AQ.secret" not in shown
    assert "hunter2" not in shown
    assert "for tests only" not in shown


@pytest.mark.parametrize(
    ("mounts", "render", "lasting"),
    [
        ("22 1 8:1 / / rw - ext4 /dev/sda rw\n", False, True),
        ("22 1 0:30 / / rw - overlay overlay rw\n", False, False),
        ("22 1 8:1 / / rw - ext4 /dev/sda rw\n", True, False),
        ("22 1 8:1 / / rw - ext4 /dev/sda rw\n30 22 8:2 / /data rw - ext4 /dev/sdb rw\n", True, True),
        ("22 1 8:1 / / rw - ext4 /dev/sda rw\n30 22 0:9 / /data rw - tmpfs tmpfs rw\n", False, False),
    ],
)
def test_storage_that_ends_with_its_host_is_known(
    settings: dict[str, Any], tmp_path: Any, mounts: str, render: bool, lasting: bool
) -> None:
    from studylens.config import Config

    (tmp_path / "mountinfo").write_text(mounts)
    config = Config(instance_dir="/data/studylens", on_render=render)
    assert is_lasting(config, tmp_path / "mountinfo") is lasting
    postgres = Config(database_url="postgresql://db/x", on_render=render)
    assert is_lasting(postgres, tmp_path / "mountinfo")
