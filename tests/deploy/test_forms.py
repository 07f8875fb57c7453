"""compose.yaml, render-paid.yaml and deploy-cloud-run.sh say what the service really reads.

What needs Docker, Render or Google was not run: docs/scaling.md says so.
"""

import dataclasses
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from studylens import limits
from studylens.config import Config
from tests.deploy.test_deployment import variables
from tests.service import HOME

OURS = {name for item in dataclasses.fields(Config) for name in item.metadata["env"]}
VENDORS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}
PYTHONS = {"MALLOC_ARENA_MAX", "MALLOC_TRIM_THRESHOLD_", "PYTHONUNBUFFERED", "PYTHONOPTIMIZE"}
READ = OURS | VENDORS | PYTHONS
WORKER = "flask --app app worker"
SCRIPT = HOME / "deploy-cloud-run.sh"
NEEDED = {"PROJECT": "a-project", "BUCKET": "a-bucket", "IMAGE": "registry/studylens:1"}


def read(name: str) -> Any:
    return yaml.safe_load((HOME / name).read_text())


@pytest.fixture(scope="module")
def compose() -> Any:
    return read("compose.yaml")


@pytest.fixture(scope="module")
def services(compose: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


def plain(value: str) -> str:
    """Return what compose makes of a variable that nobody set: its default, or a word where one must be."""
    told = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
    return re.sub(r"\$\{\w+:\?[^}]*\}", "w" * 32, told).replace("$$", "$")


def settings(service: dict[str, Any]) -> dict[str, str]:
    return {name: plain(str(value)) for name, value in service["environment"].items()}


@pytest.mark.parametrize("name", ["web", "worker", "tables"])
def test_every_variable_of_compose_is_read_and_makes_sense(services: Any, name: str) -> None:
    told = settings(services[name])
    assert set(told) <= READ
    config = Config.from_environment(told)
    assert config.bucket is not None
    assert config.bucket.endpoint == "http://store:8333"
    assert config.database_url.startswith("postgresql://")


def test_compose_names_images_by_version(services: Any) -> None:
    images = {service["image"] for service in services.values()} - {"studylens:local"}
    assert len(images) == 3
    assert [
        image for image in images if not re.fullmatch(r"[a-z/]+:\d+\.\d+[\w.-]*(@sha256:\w{64})?", image)
    ] == []


def test_compose_waits_for_what_it_names(compose: Any, services: Any) -> None:
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            healthy = how["condition"] == "service_healthy"
            assert needed in services
            assert not healthy or needed == "web" or "healthcheck" in services[needed]
        assert {each["source"] for each in service.get("configs", [])} <= set(compose["configs"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert named <= set(compose["volumes"])


def test_compose_lets_only_the_proxy_be_reached(services: Any) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_two_workers_carry_what_the_service_takes(services: Any) -> None:
    worker = services["worker"]
    assert " ".join(worker["command"]) == WORKER
    assert worker["deploy"]["replicas"] == 2
    assert {key: services["web"][key] for key in ("image", "build")} == {
        key: worker[key] for key in ("image", "build")
    }
    shared = {name: value for name, value in settings(worker).items() if name != "INSTANCE_DIR"}
    assert shared.items() <= settings(services["web"]).items()


def test_the_proxy_takes_what_the_service_takes_and_waits_as_long(compose: Any) -> None:
    text = plain(compose["configs"]["proxy"]["content"])
    (most,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert 0 <= int(most) * 2**20 - Config().max_body_bytes < 2**20
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert int(seconds) > limits.MAX_WAIT_SECONDS
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in text
    assert text.count("{") == text.count("}")


def test_the_store_knows_the_bucket_and_the_key_of_the_service(compose: Any, services: Any) -> None:
    (identity,) = json.loads(plain(compose["configs"]["identities"]["content"]))["identities"]
    told = settings(services["web"])
    (key,) = identity["credentials"]
    assert key == {"accessKey": told["AWS_ACCESS_KEY_ID"], "secretKey": told["AWS_SECRET_ACCESS_KEY"]}
    bucket = Config.from_environment(told).bucket
    assert bucket is not None
    assert {action.partition(":")[2] for action in identity["actions"]} == {bucket.bucket}
    assert f"-name {bucket.bucket}'" in services["bucket"]["command"][0]


# --- Render's paid form ---
def test_the_paid_form_has_service_worker_and_database() -> None:
    form = read("render-paid.yaml")
    kinds = {service["type"]: service for service in form["services"]}
    assert set(kinds) == {"web", "worker"}
    assert kinds["worker"]["dockerCommand"] == WORKER
    assert kinds["web"]["healthCheckPath"] == "/health"
    assert "free" not in {service["plan"] for service in form["services"]}
    (database,) = form["databases"]
    for service in form["services"]:
        named = {each["key"]: each for each in service["envVars"] if "key" in each}
        assert named["DATABASE_URL"]["fromDatabase"]["name"] == database["name"]
        groups = [each["fromGroup"] for each in service["envVars"] if "fromGroup" in each]
        assert groups == [group["name"] for group in form["envVarGroups"]]


def test_every_variable_of_the_paid_form_is_read_and_makes_sense() -> None:
    form = read("render-paid.yaml")
    lists = [group["envVars"] for group in form["envVarGroups"]] + [s["envVars"] for s in form["services"]]
    keys = {each["key"] for each_list in lists for each in each_list if "key" in each}
    assert keys <= READ
    Config.from_environment(variables((HOME / "render-paid.yaml").read_text()))


# --- Cloud Run ---
def dry_run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = ["sh", str(SCRIPT), "--dry-run", *words]
    path = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env={**path, **environment}, capture_output=True, text=True, check=False)


def flags(**environment: str) -> dict[str, str]:
    done = dry_run(**NEEDED, **environment)
    assert done.returncode == 0, done.stderr
    words = [line.strip() for line in done.stdout.splitlines()]
    assert words[:4] == ["gcloud", "run", "deploy", "studylens"]
    return dict(word.removeprefix("--").partition("=")[::2] for word in words[4:])


@pytest.mark.process
def test_cloud_run_gets_what_a_service_with_a_runner_needs() -> None:
    found = flags(GEMINI_SECRET="a-key")
    assert {"no-cpu-throttling", "min-instances", "max-instances"} <= set(found)
    threads = re.search(r"^threads = (\d+)", (HOME / "gunicorn.conf.py").read_text(), re.MULTILINE)
    assert threads is not None
    assert found["concurrency"] == threads[1]
    told = dict(pair.split("=", 1) for pair in found["set-env-vars"].removeprefix("^|^").split("|"))
    secrets = dict(pair.split("=", 1) for pair in found["set-secrets"].split(","))
    assert {*told, *secrets} <= READ
    assert set(secrets) == {"DATABASE_URL", "SECRET_KEY", "GEMINI_API_KEY"}
    config = Config.from_environment(told)
    assert str(config.bucket) == "gs://a-bucket"
    assert config.max_body_bytes < 32 * 2**20  # What a request may have there.


@pytest.mark.process
@pytest.mark.parametrize("missing", NEEDED)
def test_cloud_run_says_what_is_missing(missing: str) -> None:
    done = dry_run(**{name: value for name, value in NEEDED.items() if name != missing})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{missing} is not set: ")


@pytest.mark.process
def test_cloud_run_takes_no_word_that_it_does_not_know_and_no_latest() -> None:
    assert dry_run("--dryrun", **NEEDED).returncode == 2
    assert "name a version" in dry_run(**{**NEEDED, "IMAGE": "registry/studylens:latest"}).stderr


def test_none_of_it_names_a_secret_or_a_place_of_ours() -> None:
    for path in (HOME / "compose.yaml", HOME / "render-paid.yaml", SCRIPT):
        assert not re.search(r"AKIA|/root/|/opt/|/work", Path(path).read_text())
