"""`flask teach add|train|identify`: the same sets as on the pages, in a terminal.

They are those of the guest whom programs on this machine share, so `make run` shows them in a browser, too.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import click
from flask import Blueprint
from sqlalchemy.orm import Session

from studylens import teaching_limits as limits
from studylens.analysis.protocol import taught, wire
from studylens.errors import NotFound, NothingTaught, StudylensError
from studylens.jobs.lock import MachineLock
from studylens.jobs.process import AnalysisProcess
from studylens.models import Job, PhotoSet, SetClass, SetPhoto
from studylens.study.teaching import known, outcomes, photos, store
from studylens.study.teaching.report import Mistake, report
from studylens.uploads.upload import accept
from studylens.web.commands.analyze import listen
from studylens.web.door.guests import local_guest
from studylens.web.door.wiring import wiring
from studylens.web.exchange import scratch
from studylens.web.upload.identified import told_of
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("teach", __name__, cli_group="teach")
_PHOTO = click.Path(exists=True, dir_okay=False, path_type=Path)
_NO_ID = "0" * 32
"""Of a job that there is none of."""
Outcome = TypeVar("Outcome", taught.Learnt, taught.Trained, taught.Identified)


@dataclass(frozen=True)
class _Analysis:
    """The one analysis process of this machine, held while the command works."""

    process: AnalysisProcess
    lock: MachineLock

    def run(self, request: wire.Request, kind: type[Outcome]) -> Outcome:
        """Return the outcome of this kind. Raises StudylensError."""
        for event in listen(self.process, self.lock.fd, request):
            if isinstance(event, kind):
                return event
            if isinstance(event, wire.Failed):
                raise StudylensError(event.sentence)
        raise NothingTaught


@blueprint.cli.command("add")
@click.argument("set_name")
@click.argument("class_name")
@click.argument("files", nargs=-1, required=True, type=_PHOTO)
def add(set_name: str, class_name: str, files: tuple[Path, ...]) -> None:
    """Add photos to a class of a set; both are made if they are not there."""
    with _analysis() as analysis:
        with wiring().database.writing() as session:
            class_id = _class(session, set_name, class_name).id
        _each(files, lambda file: _add(analysis, class_id, file))


@blueprint.cli.command("train")
@click.argument("set_name")
def train(set_name: str) -> None:
    """Train a set, and say how good it is."""
    with _analysis() as analysis:
        _each([Path(set_name)], lambda _: _train(analysis, set_name))


@blueprint.cli.command("identify")
@click.argument("set_name")
@click.argument("files", nargs=-1, required=True, type=_PHOTO)
def identify(set_name: str, files: tuple[Path, ...]) -> None:
    """Say what a trained set takes each photo for."""
    with _analysis() as analysis:
        _each(files, lambda file: _identify(analysis, set_name, file))


@contextmanager
def _analysis() -> Iterator[_Analysis]:
    wiring().database.ensure_compatible()
    lock = MachineLock(wiring().config.lock_path)
    lock.wait(lambda: click.echo("Waiting: another analysis runs on this machine.", err=True))
    process = AnalysisProcess(wiring().config)
    try:
        yield _Analysis(process, lock)
    finally:
        process.kill()
        lock.release()


def _each(files: Iterable[Path], work: Callable[[Path], str]) -> None:
    """Say what becomes of each; ends with 1 when one of them was refused."""
    failed = False
    for file in files:
        try:
            click.echo(f"{file.name}: {work(file)}")
        except StudylensError as error:
            failed = True
            click.echo(f"{file.name}: {error.sentence}", err=True)
    if failed:
        raise SystemExit(1)


def _add(analysis: _Analysis, class_id: int, file: Path) -> str:
    data = file.read_bytes()
    upload = accept(data, file.name, max_bytes=wiring().config.max_upload_bytes)
    brought = [photos.Brought(upload.name, upload.sha256)]
    with wiring().database.writing() as session:
        photos.check(session, session.get_one(SetClass, class_id), brought)
    wishes = wire.Wishes(private=True, keep_copy=True)
    request = wire.Request(_NO_ID, path=str(file.absolute()), task=taught.LEARN, wishes=wishes)
    found = analysis.run(request, taught.Learnt)
    with wiring().database.writing() as session:
        photo = SetPhoto(class_id=class_id, name=upload.name, sha256=upload.sha256)
        photo.features = base64.b64decode(found.features_base64)
        photo.jpeg, photo.width, photo.height = base64.b64decode(found.jpeg_base64), found.width, found.height
        session.add(photo)
        session.flush()
        outcomes.touch(session, class_id)
        own = session.get_one(SetClass, class_id)
        return f"photo {len(own.photos)} of {own.name}"


def _train(analysis: _Analysis, set_name: str) -> str:
    with wiring().database.reading() as session:
        set_id = _find(session, set_name).id
    with _given(set_id) as path:
        found = analysis.run(wire.Request(_NO_ID, task=taught.TRAIN, taught=str(path)), taught.Trained)
    with wiring().database.writing() as session:
        outcomes.receive(session, Job(), found)
        trained = session.get_one(PhotoSet, set_id)
        told = report(session, trained)
        return "\n  ".join([told.words, *(lack.words for lack in told.warnings), *_mistakes(told.mistakes)])


def _mistakes(found: Sequence[Mistake]) -> list[str]:
    return [f"{one.photo.name}: {one.own.name} taken for {one.taken_for.name}" for one in found]


def _identify(analysis: _Analysis, set_name: str, file: Path) -> str:
    accept(file.read_bytes(), file.name, max_bytes=wiring().config.max_upload_bytes)
    with wiring().database.reading() as session:
        found = _find(session, set_name)
        if found.trained_at is None:
            raise NothingTaught(f"{found.name} is not trained yet: flask teach train {found.name!r}")
        set_id, guest = found.id, found.guest_id
    with _given(set_id) as path:
        request = wire.Request(_NO_ID, path=str(file.absolute()), task=taught.IDENTIFY, taught=str(path))
        answers = analysis.run(request, taught.Identified).answers
    with wiring().database.reading() as session:
        job = Job(guest_id=guest, identified=[asdict(answer) for answer in answers])
        return "; ".join(f"{told.words} (closeness {told.closeness:.2f})" for told in told_of(session, job))


@contextmanager
def _given(set_id: int) -> Iterator[Path]:
    """Yield a file of the set, for as long as it is needed. Raises NothingTaught."""
    with scratch.named() as path:
        with wiring().database.reading() as session:
            found = known.known_set(session, set_id)
            if found is None:
                raise NothingTaught
            taught.write(path, [found])
        yield path


def _find(session: Session, name: str) -> PhotoSet:
    """Return the set of this name. Raises NotFound."""
    for found in store.sets_of(session, local_guest(session)):
        if found.name.casefold() == name.strip().casefold():
            return found
    raise NotFound(f"There is no set {name!r}. Make it: flask teach add {name!r} CLASS PHOTO...")


def _class(session: Session, set_name: str, class_name: str) -> SetClass:
    """Return the class, made if need be with its set. Raises BadText, QuotaReached."""
    try:
        photo_set = _find(session, set_name)
    except NotFound:
        photo_set = store.add_set(session, local_guest(session), _named(set_name))
    wanted = _named(class_name)
    there = (one for one in photo_set.classes if one.name.casefold() == wanted.name.casefold())
    return next(there, None) or store.add_class(session, photo_set, wanted)


def _named(name: str) -> store.Named:
    return store.Named(parse_text(name, limits.MAX_NAME_CHARS))
