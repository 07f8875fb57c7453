"""`flask analyze`, `flask doctor` and `flask worker`: the same pipeline and the same facts, in a terminal."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from flask import Blueprint, current_app

from studylens.analysis.protocol import wire
from studylens.analysis.protocol.answers import Listed
from studylens.analysis.protocol.cutting import Cut, CutWish
from studylens.analysis.protocol.result import Analysis
from studylens.analysis.protocol.result_json import to_json
from studylens.errors import DatabaseDown, StudylensError
from studylens.jobs import gemini_state, spending
from studylens.jobs.distributed import tables
from studylens.jobs.lock import MachineLock
from studylens.jobs.process import AnalysisProcess, FailedStart, ProcessDied
from studylens.uploads.page_range import parse_pages
from studylens.uploads.upload import accept
from studylens.web.commands import doctor, mistakes
from studylens.web.door.wiring import wiring

blueprint = Blueprint("commands", __name__, cli_group=None)

_PHOTO = click.Path(exists=True, dir_okay=False, path_type=Path)
_NO_ANSWER = "The analysis ended without an answer."
_STAGES = 12
"""How many stages a photo passes at most: the length of the progress bar."""


@blueprint.cli.command("doctor")
def show_doctor() -> None:
    """Say on one screen what this installation has, and what is missing; exits with 1 for a mistake."""
    diagnosis = doctor.examine(wiring().config, wiring().database)
    click.echo(doctor.screen(diagnosis))
    if diagnosis.wrong:
        sys.exit(1)


@blueprint.cli.command("worker")
def work() -> None:
    """Carry jobs for all machines (QUEUE=postgresql), until SIGTERM; running ones go back then, uncounted."""
    parts = wiring()
    for lack in mistakes.of_worker(parts.config, parts.database):
        raise click.ClickException(lack)
    from studylens.jobs.distributed.slots import NoSlot  # noqa: PLC0415 - only workers need Procrastinate.
    from studylens.jobs.distributed.worker import Worker  # noqa: PLC0415

    try:
        tables.bring(parts.database)
        command = current_app.config["ANALYSIS_COMMAND"]
        Worker(parts.config, parts.database, parts.folder, command=command).run()
    except (DatabaseDown, NoSlot) as error:
        raise click.ClickException(str(error)) from error


@blueprint.cli.command("analyze")
@click.argument("photos", nargs=-1, required=True, type=_PHOTO)
@click.option("--json", "as_json", is_flag=True, help="Print the packs as JSON, one a line.")
@click.option("--private", is_flag=True, help="Nothing leaves this machine.")
@click.option("--question", default="", help="What you want to know about the photo.")
@click.option("--pages", default="all", help="Which pages of each PDF, as 1-5,8; all of them by default.")
def analyze(photos: tuple[Path, ...], *, as_json: bool, private: bool, question: str, pages: str) -> None:
    """Analyse photos and PDFs as the service does, one after another, and print their study packs."""
    lock = MachineLock(wiring().config.lock_path)
    lock.wait(lambda: click.echo("Waiting: another analysis runs on this machine.", err=True))
    process = AnalysisProcess(wiring().config)
    failed, wishes = False, wire.Wishes(question, private)
    for photo in photos:
        try:
            for request in _requests(process, lock.fd, request_for(photo, wishes), pages):
                found = _analyse(process, lock.fd, request)
                click.echo(
                    json.dumps(to_json(replace(found, reply=None))) if as_json else _readable(photo, found)
                )
        except StudylensError as error:
            failed = True
            click.echo(f"{photo.name}: {error.sentence}", err=True)
    process.kill()
    lock.release()
    raise SystemExit(1 if failed else 0)


def request_for(photo: Path, wishes: wire.Wishes | None = None, cut: CutWish | None = None) -> wire.Request:
    """Read a photo or PDF through the same door as the page; `cut` takes no PDF. Raises what it raises."""
    data = photo.read_bytes()
    config, database = wiring().config, wiring().database
    database.ensure_compatible()
    most = 0 if cut else config.max_document_bytes
    sizes = {"max_bytes": config.max_upload_bytes, "max_document_bytes": most}
    upload = accept(data, photo.name, **sizes)
    return wire.Request(
        job_id="0" * 32,
        path=str(photo.absolute()),
        wishes=wishes or wire.Wishes(),
        cut=cut,
        uploaded_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        standings=gemini_state.standings(database),
        calls_left=spending.left_today(database, config).askable,
        list_pages=upload.is_document,
    )


def _requests(
    process: AnalysisProcess, lock_fd: int, first: wire.Request, pages: str
) -> Iterator[wire.Request]:
    """Yield the photo's own request, or one for each wanted page of a PDF. Raises BadText and JobFailed."""
    if not first.list_pages:
        yield first
        return
    wanted = parse_pages(pages)
    listed = outcome_of(process, lock_fd, first)
    there = [page.n for page in listed.pages] if isinstance(listed, Listed) else []
    yield from (replace(first, list_pages=False, page=number) for number in there if number in wanted)


def _analyse(process: AnalysisProcess, lock_fd: int, request: wire.Request) -> Analysis:
    found = outcome_of(process, lock_fd, request)
    if isinstance(found, wire.Done):
        return found.analysis
    raise StudylensError(_NO_ANSWER)


def outcome_of(process: AnalysisProcess, lock_fd: int, request: wire.Request) -> wire.Done | Listed | Cut:
    """Let the process work and show how far it is. Raises StudylensError."""
    with click.progressbar(length=_STAGES, label="Reading", file=sys.stderr) as bar:
        for event in listen(process, lock_fd, request):
            if isinstance(event, wire.Done | Listed | Cut):
                bar.update(_STAGES)
                return event
            if isinstance(event, wire.Failed):
                raise StudylensError(event.sentence)
            if isinstance(event, wire.GeminiCall | wire.Standing | wire.Spent):
                spending.note(wiring().database, event)
            if isinstance(event, wire.Stage):
                bar.label = event.stage
                bar.update(1)
    raise StudylensError(_NO_ANSWER)


def listen(process: AnalysisProcess, lock_fd: int, request: wire.Request) -> Iterator[wire.Event | None]:
    """Yield what the process tells of the request. Raises StudylensError when it ends without an answer."""
    try:
        yield from process.run(request, lock_fd)
    except (FailedStart, ProcessDied) as death:
        raise StudylensError(f"Reading this photo failed: {death}.") from death


def _readable(photo: Path, found: Analysis) -> str:
    made = found.material
    parts = [f"# {made.title or photo.name}", made.summary, made.explanation, found.caption, ""]
    parts += [f"{line.n:3} {line.text}" for line in found.transcript]
    parts += ["", *(f"- {card.front} -> {card.back}" for card in made.cards)]
    parts += ["", *(f"? {item.question} -> {item.options[item.answer_index]}" for item in made.quiz)]
    return "\n".join([*parts, "", *found.notes])
