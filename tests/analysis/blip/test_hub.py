"""The hub from which a model comes: what is fetched of it, and what is said when that fails."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studylens.analysis.blip.captioner import get_cached_blip_models
from studylens.analysis.blip.manifest import read_manifest
from studylens.blip_export import layout
from studylens.blip_export.page import PAGE
from studylens.blip_export.source import find_source, source_of
from studylens.config import Config
from studylens.errors import EngineFailed
from tests.analysis.blip import published
from tests.analysis.blip.hub import COMMIT, FORMER_NAME, NAME, TOKEN, HubServer
from tests.analysis.blip.tiny_blip.figures import HELD_OUT, draw
from tests.late import Late
from tests.service import HOME, clean_environment

client = Late("studylens.blip_export.hub")
backend = Late("studylens.analysis.blip.transformers")
pytestmark = pytest.mark.torch  # The client comes with transformers.
WEIGHTS = "model.safetensors"
FILES = {**published.files(), WEIGHTS: bytes(range(256)) * 800}
"""Weights that nobody loads: 200 kB are fetched in no time."""


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(FILES) as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def no_token_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "no such file")


def download(hub: HubServer, cache: Path, name: str = NAME, revision: str | None = None) -> Path:
    found: Path = client.download(name, revision, client.Hub(hub.url, cache, pauses=()))
    return found


def test_only_what_is_needed_is_fetched(hub: HubServer, cache: Path) -> None:
    folder = download(hub, cache)
    assert folder.name == COMMIT
    assert {path.name for path in folder.iterdir()} == set(FILES) - set(published.NEEDLESS)
    assert sorted(set(hub.got())) == sorted(set(FILES) - set(published.NEEDLESS))
    assert (folder / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_what_is_there_is_not_fetched_again(hub: HubServer, cache: Path) -> None:
    download(hub, cache)
    hub.requests.clear()
    download(hub, cache)
    assert hub.got() == []


def test_a_model_that_was_renamed_is_found(hub: HubServer, cache: Path) -> None:
    assert (download(hub, cache, FORMER_NAME) / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_a_download_that_breaks_off_goes_on_by_itself(hub: HubServer, cache: Path) -> None:
    hub.faults.append("break")
    folder = download(hub, cache)
    assert hub.pieces() == ["bytes=0-", f"bytes={len(FILES[WEIGHTS]) // 2}-"]
    assert (folder / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_the_next_call_goes_on_where_a_download_stopped(hub: HubServer, cache: Path) -> None:
    hub.faults.extend(["break", "503"])
    with pytest.raises(EngineFailed, match=r"Owner/tiny: .* broke off at 0\.1 of 0\.2 MB\. Run this again"):
        download(hub, cache)
    hub.requests.clear()
    folder = download(hub, cache)
    assert hub.pieces() == [f"bytes={len(FILES[WEIGHTS]) // 2}-"]
    assert (folder / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_a_host_that_starts_anew_spoils_nothing(hub: HubServer, cache: Path) -> None:
    hub.faults.extend(["break", "whole"])
    assert (download(hub, cache) / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_a_host_that_sends_nothing_is_not_asked_for_ever(hub: HubServer, cache: Path) -> None:
    hub.faults.extend(["break", "nothing"])
    with pytest.raises(EngineFailed, match=r"broke off at 0\.1 of 0\.2 MB"):
        download(hub, cache)


def test_half_of_another_revision_does_not_stay(hub: HubServer, cache: Path) -> None:
    left = cache / "models--Owner--tiny" / "blobs" / "0123.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    download(hub, cache)
    assert not list(left.parent.glob("*.part"))


def test_weights_that_arrive_damaged_are_fetched_anew(hub: HubServer, cache: Path) -> None:
    hub.faults.append("damage")
    with pytest.raises(EngineFailed, match=r"model\.safetensors arrived damaged"):
        download(hub, cache)
    assert (download(hub, cache) / WEIGHTS).read_bytes() == FILES[WEIGHTS]


def test_without_the_hub_a_whole_copy_is_used(hub: HubServer, cache: Path) -> None:
    folder = download(hub, cache)
    gone = client.Hub("http://127.0.0.1:9", cache)  # Nobody listens there.
    assert client.download(NAME, None, gone) == folder


def test_where_the_hub_may_not_be_asked_half_a_copy_is_none(
    hub: HubServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (download(hub, cache) / WEIGHTS).unlink()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EngineFailed, match=r"may not be asked .*, and no whole copy"):
        download(hub, cache)


def test_without_hub_and_copy_nothing_is_prepared(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)  # Between its own tries.
    with pytest.raises(EngineFailed, match="the hub cannot be reached, and no whole copy"):
        client.download(NAME, None, client.Hub("http://127.0.0.1:9", cache))


def test_a_gated_model_says_what_to_do(cache: Path) -> None:
    with HubServer(FILES, gated=True) as hub, pytest.raises(EngineFailed, match=r"gated.*HF_TOKEN"):
        download(hub, cache)


def test_a_token_opens_a_gated_model_and_no_other_host_sees_it(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with HubServer(FILES, gated=True) as hub:
        assert (download(hub, cache) / WEIGHTS).exists()
    assert {asked.authorization for asked in hub.requests if asked.host == "localhost"} == {""}
    assert f"Bearer {TOKEN}" in {asked.authorization for asked in hub.requests}


@pytest.mark.parametrize(
    ("name", "revision", "said"),
    [
        ("Owner/other", None, "knows no such model"),
        (NAME, "v9", "no revision v9"),
    ],
)
def test_what_the_hub_does_not_have_is_named(
    hub: HubServer, cache: Path, name: str, revision: str | None, said: str
) -> None:
    with pytest.raises(EngineFailed, match=said):
        download(hub, cache, name, revision)


@pytest.mark.parametrize("missing", ["config.json", WEIGHTS])
def test_a_repository_that_is_no_model_is_named(cache: Path, missing: str) -> None:
    files = {name: FILES[name] for name in set(FILES) - {missing, "pytorch_model.bin"}}
    with HubServer(files) as hub, pytest.raises(EngineFailed, match=r"no config\.json|no weights"):
        download(hub, cache)


@pytest.mark.filterwarnings("ignore:Not enough free disk space")  # The client's own words.
def test_a_disk_without_room_is_named_before_anything_is_fetched(
    hub: HubServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(HOME)._replace(free=1000)
    monkeypatch.setattr("studylens.blip_export.hub.shutil.disk_usage", lambda _: full)
    with pytest.raises(EngineFailed, match=r"0 MB left.*HF_HUB_CACHE"):
        download(hub, cache)
    assert WEIGHTS not in hub.got()


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["pytorch_model.bin", "model.safetensors"], ["model.safetensors"]),
        (["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"], ["pytorch_model.bin"]),
        (["model.fp16.safetensors", "model.safetensors"], ["model.safetensors"]),
        (
            [
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "model.safetensors.index.json",
            ],
            [
                "model.safetensors.index.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
            ],
        ),
    ],
)
def test_one_kind_of_weights_is_taken(names: list[str], taken: list[str]) -> None:
    assert layout.needed(names) == taken


def prepare(hub: HubServer, folder: Path) -> subprocess.CompletedProcess[str]:
    """Do what `make blip` does once everything is installed."""
    variables = {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(folder / "home"),
        "BLIP_MODEL_DIR": str(folder / "model"),
        "OMP_NUM_THREADS": "1",
    }
    environment = clean_environment(folder, **{**variables, "INSTANCE_DIR": str(folder)})
    command = [sys.executable, "-m", "flask", "--app", str(HOME / "app.py"), "blip", "prepare", NAME]
    return subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> tuple[HubServer, Path, str]:
    """The whole of it, once: a model as it was published, a hub that breaks off, and what was said."""
    folder = tmp_path_factory.mktemp("rehearsal")
    with HubServer(published.files()) as hub:
        hub.faults.append("break")
        done = prepare(hub, folder)
    assert done.returncode == 0, done.stderr
    return hub, folder / "model", done.stdout


@pytest.mark.process
def test_the_published_shape_becomes_a_model_that_captions_as_transformers_does(
    rehearsal: tuple[HubServer, Path, str], tmp_path: Path
) -> None:
    hub, model, _ = rehearsal
    assert not set(published.NEEDLESS) & set(hub.got())
    manifest = read_manifest(model)
    assert (manifest.model, manifest.revision, manifest.licence) == (NAME, COMMIT, "bsd-3-clause")
    for name, content in published.files().items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "pytorch_model.bin").unlink()
    theirs = backend.TransformersCaptioner(tmp_path)
    ours = get_cached_blip_models(Config(blip_model_dir=str(model)))
    for seed in range(HELD_OUT, HELD_OUT + 5):
        assert ours.caption(draw(seed)[0]) == theirs.caption(draw(seed)[0])


@pytest.mark.process
def test_what_was_prepared_is_verified_against_the_commit_it_came_from(
    rehearsal: tuple[HubServer, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = rehearsal[1]
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(model.parent / "home" / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    found = source_of(read_manifest(model))
    assert found == find_source(f"{NAME}@main")
    assert (found.name, found.revision, Path(found.place).name) == (NAME, COMMIT, COMMIT)


@pytest.mark.process
def test_whoever_builds_reads_that_the_models_are_there(rehearsal: tuple[HubServer, Path, str]) -> None:
    said = rehearsal[2].splitlines()
    assert "Models pre-downloaded successfully" in said
    assert any(PAGE in line for line in said)


@pytest.mark.process
def test_the_page_shows_ten_pictures_with_both_captions_and_no_path(
    rehearsal: tuple[HubServer, Path, str],
) -> None:
    page = (rehearsal[1] / PAGE).read_text()
    assert page.count("<article>") == page.count("data:image/jpeg;base64,") == 10
    assert page.count("<dt>This service</dt>") == page.count("<dt>transformers</dt>") == 10
    assert NAME in page
    assert COMMIT in page
    assert str(rehearsal[1].parent) not in page
    assert str(HOME) not in page
    assert len(page) < 500_000


def test_weights_for_an_older_torch_are_loaded_as_well(cache: Path, tmp_path: Path) -> None:
    with HubServer(published.only_for_older_torch(tmp_path)) as hub:
        theirs = backend.TransformersCaptioner(download(hub, cache))
    assert theirs.caption(draw(HELD_OUT)[0]) == backend.TransformersCaptioner(published.FOLDER).caption(
        draw(HELD_OUT)[0]
    )
