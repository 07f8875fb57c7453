"""A picture of which something is cut out: the stages of such a job, and which way it goes."""

# What needs numpy and OpenCV is imported inside functions: other jobs never pay for it.
# ruff: noqa: PLC0415

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from studylens import limits
from studylens.analysis import opening
from studylens.analysis.budget import stages
from studylens.analysis.cutting import shelf
from studylens.analysis.journal import Journal
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.cutting import NO_MODEL, OBJECT, Cut, CutWish
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, NothingCut, OutOfMemory
from studylens.machine import memory

if TYPE_CHECKING:
    from studylens.analysis.cutting.thing import Source

NOT_USED = "The box alone said what belongs to it, without a model ({reasons})."
NO_MODEL_HELPED = "{sentence} No model could find it ({reasons})."


def answer(request: wire.Request, wish: CutWish, config: Config, journal: Journal) -> Cut:
    """Cut out what was asked for. Raises BadBox, NothingCut, OutOfMemory, and what decoding raises."""
    picture = opening.open_upload(request, journal, judged=False).picture
    journal.stage("after_decode")
    if journal.free_mb() < limits.NEED_CUTOUT_MB:
        raise OutOfMemory
    stages.load("numpy", "cv2")
    from studylens.analysis.cutting import cut
    from studylens.analysis.cutting.thing import Source

    choices = memory.optimize_for_render_free_tier(journal.free_mb())
    source = Source(cut.pixels_of(picture.image), (picture.width, picture.height), choices["cutout_size"])
    try:
        if wish.mode == OBJECT:
            return replace(_thing(source, wish, config, journal), last=journal.ran_out)
        with stages.room(limits.ROOM_CUTOUT_MB), cut.opencv_errors():
            return cut.cut_page(source, wish)
    finally:
        journal.stage("after_cutout")
        memory.release_memory()
        journal.stage("after_cutout_cleanup")


def _thing(source: "Source", wish: CutWish, config: Config, journal: Journal) -> Cut:
    """Let a network find the thing where there is one, else the box alone."""
    for name in _candidates(source, wish):
        found = journal.attempt(name, partial(_by_network, name, source, wish, (config, journal)))
        if found is not None:
            return found
    return _by_box(source, wish, _why_no_network(wish, journal))


def _candidates(source: "Source", wish: CutWish) -> list[str]:
    """Return which networks are tried; the smallest alone under pressure."""
    if wish.model == NO_MODEL:
        return []
    return shelf.in_order("" if source.side < limits.CUTOUT_PX else wish.model)


def _by_network(name: str, source: "Source", wish: CutWish, told: tuple[Config, Journal]) -> Cut:
    """Raises EngineSkipped without file or room, EngineFailed, OutOfMemory and BadBox."""
    config, journal = told
    shelved = shelf.find(shelf.folder_of(config), name)
    if shelved.path is None:
        raise EngineSkipped(shelved.reason)
    need = limits.NEED_CUTOUT_MODELS_MB[name]
    stages.require(journal.free_mb(), need)
    stages.load("onnxruntime")
    from studylens.analysis.cutting import cut, salient

    find = partial(salient.find_thing, shelved.path)
    try:
        size = shelved.path.stat().st_size
        with stages.room(limits.ROOM_CUTOUT_MB + need, mapped_bytes=size), cut.opencv_errors():
            return cut.cut_object(source, wish, find=find, way=name)
    except NothingCut as error:
        raise EngineFailed("it found nothing in the box") from error
    finally:
        memory.release_memory()
        journal.stage("after_cutout_model")


def _by_box(source: "Source", wish: CutWish, reasons: str) -> Cut:
    from studylens.analysis.cutting import cut

    try:
        with stages.room(limits.ROOM_CUTOUT_MB), cut.opencv_errors():
            made = cut.cut_object(source, wish)
    except NothingCut as error:
        if reasons:
            raise NothingCut(NO_MODEL_HELPED.format(sentence=error.sentence, reasons=reasons)) from error
        raise
    return replace(made, notes=[*made.notes, NOT_USED.format(reasons=reasons)]) if reasons else made


def _why_no_network(wish: CutWish, journal: Journal) -> str:
    """Return why none was used: of a network that nobody asked for and that is not here, nothing is told."""
    asked = shelf.known_name(wish.model)
    told = [item for item in journal.reports if item.engine == asked or item.reason != shelf.NOT_FETCHED]
    return "; ".join(f"{item.engine}: {item.reason}" for item in told)
