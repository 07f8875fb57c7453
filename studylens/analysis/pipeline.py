"""The stages in order: decode -> models -> (ocr) -> material -> blip. Each engine may fail alone."""

import time
from functools import partial

from PIL import Image

from studylens import limits
from studylens.analysis import (
    answer,
    completing,
    cut_out,
    describing,
    drawing,
    follow_up,
    on_device,
    opening,
    own_model,
    remembered,
    second_look,
    sheet_batch,
    teaching,
)
from studylens.analysis.budget import stages
from studylens.analysis.document import pdf
from studylens.analysis.gemini import ask
from studylens.analysis.journal import Journal, Send
from studylens.analysis.llm.page import PageAnswer, Prompt
from studylens.analysis.material import make as material
from studylens.analysis.ocr import networks, read
from studylens.analysis.picture import decode
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import Line, Material, Trust, own_lines
from studylens.analysis.scripts import installed
from studylens.analysis.scripts import read as scripts
from studylens.config import Config
from studylens.errors import EngineSkipped, NothingFound, OutOfMemory, StudylensError
from studylens.machine import memory


def run(request: wire.Request, config: Config, send: Send) -> wire.Outcome:
    """Analyse one photo or text, or answer a question; a failure comes back as `Failed`, none is raised."""
    journal = Journal(config, request.others_mb, send)
    try:
        return _outcome(request, config, journal)
    except (MemoryError, SystemError):
        return _failed(OutOfMemory(), last=True)
    except StudylensError as error:
        return _failed(error, last=journal.ran_out or isinstance(error, OutOfMemory))


def _outcome(request: wire.Request, config: Config, journal: Journal) -> wire.Outcome:
    other = _other_work(request, config, journal)
    if other is not None:
        return other
    if request.stored:
        added = describing.add_to(request.stored, request, config, journal)
        return wire.Done(added, last=journal.ran_out)
    if request.again:
        return _read_again(request, config, journal)
    read = _read_photo if request.path else _read_text
    return wire.Done(read(request, config, journal).finished(request, journal), last=journal.ran_out)


def _other_work(request: wire.Request, config: Config, journal: Journal) -> wire.Outcome | None:
    """Do what makes no pack; None: a pack is to be made."""
    if request.task:
        return teaching.work(request, config, journal)
    if request.list_pages:
        return opening.list_pages(request, journal)
    if request.cut is not None:
        return cut_out.answer(request, request.cut, config, journal)
    if request.sheets is not None:
        return sheet_batch.make(request.sheets, journal)
    if request.draw is not None:
        return drawing.draw(request, request.draw, config, journal)
    return follow_up.answer(request, config, journal) if request.follow_up else None


def _failed(error: StudylensError, *, last: bool) -> wire.Failed:
    return wire.Failed(error.code, error.sentence, last=last)


def _read_again(request: wire.Request, config: Config, journal: Journal) -> wire.Done:
    """Let models alone read a photo; what this server reads is in its pack. Raises NothingFound."""
    opened = opening.open_upload(request, journal)
    journal.stage("after_decode")
    found = answer.Findings(width=opened.picture.width, height=opened.picture.height)
    found.from_model = _ask_models(request, config, journal, opened.picture.image)
    if found.from_model is None:
        reasons = "; ".join(report.reason for report in journal.reports if report.reason)
        raise NothingFound(f"No model could read it now: {reasons}. Your pack is as it was.")
    return wire.Done(found.finished(request, journal), last=journal.ran_out)


def _read_photo(request: wire.Request, config: Config, journal: Journal) -> answer.Findings:
    opened = opening.open_upload(request, journal)
    picture, image = opened.picture, opened.picture.image
    journal.stage("after_decode")
    found = answer.Findings(width=picture.width, height=picture.height, quality=picture.quality)
    found.from_model = _ask_models(request, config, journal, image)
    if found.from_model is None and not journal.blocked:
        _take_text(found, opened, config, journal)
        if not found.lines and own_model.reads_pages(config):
            read_it = partial(own_model.read_page, request, config, journal, image)
            found.take_page(journal.attempt("local", read_it))
        if not found.lines:
            _read_here(found, opened, config, journal)
        image = describing.turn(image, found)
    completing.place_lines(found, image, config, journal)
    found.copy = decode.kept_copy(image) if request.wishes.keep_copy else None
    _make_what_is_missing(found, journal)
    journal.made(found.made(request, journal))
    teaching.identify_too(image, request, config, journal)
    describing.describe(image, found, config, journal)
    return found


def _take_text(found: answer.Findings, opened: opening.Opened, config: Config, journal: Journal) -> None:
    """Take the text that a PDF brings along where it can be believed."""
    found.lines = opening.own_text(opened, config, journal)
    if found.lines:
        found.text_engine = pdf.engine_name()


def _read_here(found: answer.Findings, opened: opening.Opened, config: Config, journal: Journal) -> None:
    """Read the picture by our own reader."""
    reading = journal.attempt("ocr", lambda: _read_text_of(opened.picture, config, journal))
    if reading is not None and second_look.may_help(reading):
        again = partial(_read_text_of, config=config, journal=journal)
        look = partial(second_look.read_white, opened.picture, reading, journal.free_mb(), again)
        reading = journal.attempt("white", look) or reading
    found.take(reading or read.Reading())
    if reading is not None and scripts.may_help(reading.trust) and installed.languages(config.scripts_path):
        image = opened.picture.image
        other = journal.attempt("scripts", lambda: _read_other_script(image, found.trust, config, journal))
        if other is not None:
            found.take(read.Reading(other.lines, trust=other.trust))
            found.text_engine = other.engine


def _read_other_script(
    image: Image.Image, own: Trust | None, config: Config, journal: Journal
) -> scripts.ScriptReading:
    stages.require(journal.free_mb(), limits.NEED_SCRIPTS_MB)
    try:
        return scripts.read_page(image, config.scripts_path, own)
    finally:
        journal.stage("after_scripts")


def _read_text(request: wire.Request, config: Config, journal: Journal) -> answer.Findings:
    if request.device:
        found = on_device.findings(request.device, journal)
    else:
        found = answer.Findings(lines=own_lines(request.text), from_student=True)
        found.from_model = _ask_models(request, config, journal, None)
    _make_what_is_missing(found, journal)
    return found


def _make_what_is_missing(found: answer.Findings, journal: Journal) -> None:
    """Make of the lines what no model made of them: everything, or the kinds that a model gave none of."""
    if found.from_model is None:
        if found.is_trusted:
            found.material = _make_material(found.lines, journal)
    elif found.lacks:
        found.fill(_make_material(found.transcript, journal))


def _make_material(lines: tuple[Line, ...], journal: Journal) -> Material:
    """Without room for it the transcript is still worth a pack."""

    def make() -> Material:
        stages.require(journal.free_mb(), limits.NEED_MATERIAL_MB)
        with stages.room(limits.ROOM_MATERIAL_MB):
            return material.make_material([line for line in lines if not (line.unreadable or line.unsure)])

    return journal.attempt("material", make) or Material()


def _ask_models(
    request: wire.Request, config: Config, journal: Journal, image: Image.Image | None
) -> PageAnswer | None:
    """Return the first model's pack, in the operator's order; a page that one blocks is shown to no other."""
    recalled = remembered.recall(request, config, journal)
    if recalled is not None:
        return recalled
    asked = {"gemini": _ask_gemini, "local": own_model.ask}
    for engine in own_model.order(config):
        ask_it = partial(asked[engine], request, config, journal, image)
        found = journal.attempt(engine, ask_it)
        if found is not None or journal.blocked:
            return found
    return None


def _ask_gemini(
    request: wire.Request, config: Config, journal: Journal, image: Image.Image | None
) -> PageAnswer:
    stages.require_on("gemini", config.engines)
    if request.wishes.private:
        raise EngineSkipped("private")
    allowance = ask.Allowance(config, request.standings, request.calls_left)
    allowance.models(time.time())
    stages.require(journal.free_mb(), limits.NEED_GEMINI_PRESSURE_MB)
    jpeg = _shrink_for_gemini(image, journal) if image else None
    prompt = Prompt(image_jpeg=jpeg, text=request.text, question=request.wishes.question)
    try:
        with stages.room(limits.ROOM_GEMINI_MB):
            return ask.ask(prompt, allowance, journal)
    finally:
        journal.stage("after_gemini")
        del prompt, jpeg
        memory.release_memory()
        journal.stage("after_gemini_cleanup")


def _shrink_for_gemini(image: Image.Image, journal: Journal) -> bytes:
    choices = memory.optimize_for_render_free_tier(journal.free_mb())
    small = decode.resized(image, choices["max_image_size"])
    journal.log(f"Resized image to: {small.size}")
    journal.stage("after_gemini_resize")
    return decode.to_jpeg(small)


def _read_text_of(picture: decode.Picture, config: Config, journal: Journal) -> read.Reading:
    stages.require_on("ocr", config.engines)
    free = journal.free_mb()
    stages.require(free, limits.NEED_OCR_PRESSURE_MB)
    side = memory.optimize_for_render_free_tier(free)["ocr_detection_size"]
    stages.load("numpy", "cv2", "onnxruntime")
    try:
        with stages.room(limits.ROOM_OCR_MB, mapped_bytes=networks.model_bytes()):
            advice = picture.quality.advice
            return read.read(
                picture.image,
                detection_px=side,
                progress=journal.progress,
                advice=advice,
                quantised=config.ocr_path,
            )
    finally:
        journal.stage("after_ocr")
        read.release()
        memory.release_memory()
        journal.stage("after_ocr_cleanup")
