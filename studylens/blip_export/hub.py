"""The hub of models, asked through its own client: only what is needed, and on from where it stopped.

The client itself keeps whole files, but throws the half of one away when a download breaks off, gives up at a
reset, and compares sizes only. The weights are nearly all of a model, so they are fetched here, into the
client's own cache.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click
import httpx2
from huggingface_hub import HfApi, constants, get_hf_file_metadata, get_token, hf_hub_download, hf_hub_url
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import repo_folder_name

from studylens.analysis.blip.manifest import sha256
from studylens.blip_export.layout import CONFIG, SMALL, is_whole, needed
from studylens.errors import EngineFailed

_SHA256_DIGITS = 64
_SILENCE_SECONDS = 30.0
_MB = 1024 * 1024


@dataclass(frozen=True)
class Hub:
    """Which hub, and where its client keeps files; empty: what HF_ENDPOINT and HF_HUB_CACHE say."""

    endpoint: str = field(default_factory=lambda: constants.ENDPOINT)
    cache: Path = field(default_factory=lambda: Path(constants.HF_HUB_CACHE))
    pauses: tuple[float, ...] = (1, 5, 15)
    """Seconds of waiting after a try that brought nothing; after the last one it is given up."""


def download(name: str, revision: str | None = None, hub: Hub | None = None) -> Path:
    """Return the folder with the files of the model `name` that transformers needs, named for the commit.

    What is here already is not fetched again, and without a network it is used as it lies. Raises
    EngineFailed; what had arrived by then stays, so that the next call goes on from there.
    """
    hub = hub or Hub()
    with _plainly(name, revision):
        folder = _small(hub, name, CONFIG, revision).parent  # The client's cache: .../snapshots/<commit>/.
        for file in needed(_listed(hub, name, folder)):
            if not (folder / file).exists():
                if file not in SMALL:
                    _place_weights(hub, name, file, folder.name)
                _small(hub, name, file, folder.name)
        for left in (folder.parent.parent / "blobs").glob("*.part"):
            left.unlink()  # Of a revision that is not wanted any more.
    return folder


def _listed(hub: Hub, name: str, folder: Path) -> list[str]:
    """Return the names of the model's files; the hub is not asked where a whole copy is here."""
    here = [path.name for path in folder.iterdir()]
    if is_whole(here):
        return here
    listed: list[str] = HfApi(endpoint=hub.endpoint).list_repo_files(name, revision=folder.name)
    return listed


def _small(hub: Hub, name: str, file: str, revision: str | None) -> Path:
    """Let the client fetch a file, or link one whose content lies in its cache."""
    return Path(
        hf_hub_download(name, file, revision=revision, endpoint=hub.endpoint, cache_dir=str(hub.cache))
    )


@dataclass(frozen=True)
class _Large:
    """A large file on its way: where it comes from, where it grows, and what it must become."""

    name: str
    url: str
    part: Path
    size: int
    checksum: str
    """The hub's name for its content: the SHA-256, or, of a hub of another kind, something else."""

    @property
    def arrived(self) -> int:
        """The bytes that are here."""
        return self.part.stat().st_size if self.part.exists() else 0

    @property
    def is_damaged(self) -> bool:
        """Say whether all of it is here and is not what was named."""
        return len(self.checksum) == _SHA256_DIGITS and sha256(self.part) != self.checksum


def _place_weights(hub: Hub, name: str, file: str, commit: str) -> None:
    """Fetch a large file to where the client looks for its content, on from where an earlier call stopped."""
    url = hf_hub_url(name, file, revision=commit, endpoint=hub.endpoint)
    found = get_hf_file_metadata(url, endpoint=hub.endpoint)
    if not found.etag or found.size is None:
        return  # A hub that names neither: its client may still know what to do.
    blob = hub.cache / repo_folder_name(repo_id=name, repo_type="model") / "blobs" / found.etag
    if blob.exists():
        return
    blob.parent.mkdir(parents=True, exist_ok=True)
    large = _Large(file, url, blob.with_name(f"{found.etag}.part"), found.size, found.etag)
    _require_room(large)
    _append(large, hub.pauses)
    if large.is_damaged:
        large.part.unlink()
        raise EngineFailed(
            f"{file} arrived damaged, its checksum differs. Run this again: it is fetched anew"
        )
    large.part.replace(blob)


def _append(large: _Large, pauses: Sequence[float]) -> None:
    """Fetch what is missing: on at once while bytes arrive, after a pause when none did."""
    left = iter(pauses)
    with click.progressbar(length=large.size, label=f"Fetching {large.name}") as bar:
        bar.update(large.arrived)
        while (before := large.arrived) < large.size:
            found: Exception | None = None
            try:
                _stream(large, bar.update)
            except (httpx2.HTTPError, OSError) as error:
                found = error
            if large.arrived <= before:
                _pause(next(left, None), large, found)


def _stream(large: _Large, tell: Callable[[int], None]) -> None:
    """Ask for what is missing, and write it down as it arrives; from the start, if that is what is sent."""
    token = get_token()
    headers = {"Range": f"bytes={large.arrived}-", "Accept-Encoding": "identity"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    ask = httpx2.stream("GET", large.url, headers=headers, timeout=_SILENCE_SECONDS, follow_redirects=True)
    with large.part.open("ab") as target, ask as answer:
        answer.raise_for_status()
        if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
            target.truncate(0)
        for piece in answer.iter_bytes():
            tell(target.write(piece))
            if target.tell() > large.size:
                return  # Not what was named; its checksum will say so.


def _pause(seconds: float | None, large: _Large, error: Exception | None) -> None:
    if seconds is None:
        of = f"{large.arrived / _MB:.1f} of {large.size / _MB:.1f} MB"
        raise EngineFailed(
            f"the download of {large.name} broke off at {of}. Run this again: it goes on from there"
        ) from error
    time.sleep(seconds)


def _require_room(large: _Large) -> None:
    missing = large.size - large.arrived
    if (free := shutil.disk_usage(large.part.parent).free) < missing:
        raise EngineFailed(
            f"the disk of the hub's cache has {free / _MB:.0f} MB left, and {missing / _MB:.0f} MB "
            "are to be fetched. HF_HUB_CACHE may name a folder on another disk"
        )


@contextmanager
def _plainly(name: str, revision: str | None) -> Iterator[None]:
    """Turn what the hub's client raises into EngineFailed, said for whoever builds."""
    try:
        yield
    except EngineFailed as failure:
        raise EngineFailed(f"{name}: {failure}") from failure.__cause__
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", "an error")
        words = _said(error).format(revision=revision, status=status)
        raise EngineFailed(f"{name}: {words}") from error


def _said(error: Exception) -> str:
    unknown = f"{type(error).__name__} while asking the hub"
    return next((words for kind, words in _SAID.items() if isinstance(error, kind)), unknown)


_SAID: dict[Any, str] = {
    GatedRepoError: "it is gated. Accept its terms on its page of the hub, and run this again with HF_TOKEN",
    RepositoryNotFoundError: "the hub knows no such model, or shows it only to whoever gives HF_TOKEN",
    RevisionNotFoundError: "the hub has no revision {revision} of it",
    LocalEntryNotFoundError: "the hub cannot be reached, and no whole copy is on this machine",
    EntryNotFoundError: f"it is no model in transformers' format: no {CONFIG}",
    OfflineModeIsEnabled: "the hub may not be asked (HF_HUB_OFFLINE), and no whole copy is on this machine",
    HfHubHTTPError: "the hub answers {status}. Try again later: what has arrived is kept",
    httpx2.HTTPError: "the hub cannot be reached, and no whole copy is on this machine",
    OSError: "its files cannot be kept in the hub's cache",
}
"""The first kind that fits is said; kinds of others come before those that they belong to."""
