"""What a guest teaches: a photo's features, the training of a set, and what sets say of another photo."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from studylens import teaching_limits as limits
from studylens.analysis import opening
from studylens.analysis.blip.captioner import NO_MODEL_LINE
from studylens.analysis.budget import stages
from studylens.analysis.journal import Journal
from studylens.analysis.picture import decode
from studylens.analysis.protocol import taught, wire
from studylens.analysis.seeing import network
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, NothingTaught, OutOfMemory
from studylens.language import mark
from studylens.machine import memory

TOO_LARGE = mark("This set needs more memory than is free now. Train it later, or with fewer photos.")
NO_NETWORK = "Photos cannot be told apart on this server: {reason}. Ask whoever runs it."


def work(request: wire.Request, config: Config, journal: Journal) -> wire.Outcome:
    """Do what the request's task says. Raises what opening a photo raises, and NothingTaught."""
    try:
        if request.task == taught.TRAIN:
            return _train(request, journal)
        image = opening.open_upload(request, journal, judged=False).picture.image
        journal.stage("after_decode")
        if request.task == taught.IDENTIFY:
            return taught.Identified(_answers(image, request, config, journal))
        return _learn(image, request, config, journal)
    except EngineFailed as failure:
        raise NothingTaught(NO_NETWORK.format(reason=failure.reason)) from failure


def identify_too(image: Image.Image, request: wire.Request, config: Config, journal: Journal) -> None:
    """Tell what the guest's sets say of a photo that is read anyway; it may fail alone."""
    if request.untaught:
        journal.log(NO_MODEL_LINE)
    if not request.taught:
        return
    try:
        journal.tell(taught.Seen(_answers(image, request, config, journal)))
    except EngineFailed as failure:
        journal.log(f"Skipped taught: {failure.reason}")
    except (OutOfMemory, MemoryError, SystemError):  # Imports can lose the MemoryError.
        journal.ran_out = True
        memory.release_memory()
        journal.log("Failed taught: out of memory")


def _learn(image: Image.Image, request: wire.Request, config: Config, journal: Journal) -> taught.Learnt:
    from studylens.analysis.seeing import features  # noqa: PLC0415 - numpy, where it is needed.

    seen = features.pack(_look(image, config, journal))
    small = decode.resized(image, limits.KEPT_PHOTO_PX)
    kept = decode.to_jpeg(small, limits.KEPT_PHOTO_QUALITY) if request.wishes.keep_copy else b""
    return taught.Learnt(_text(seen), _text(kept), small.width, small.height, last=journal.ran_out)


def _train(request: wire.Request, journal: Journal) -> taught.Trained:
    stages.load("numpy")
    from studylens.analysis.seeing import sets  # noqa: PLC0415 - numpy, where it is needed.

    [known] = _known(request)
    if journal.free_mb() < limits.NEED_TRAINING_MB + limits.NEED_TRAINED_PHOTO_MB * len(known.photos):
        raise OutOfMemory(TOO_LARGE)
    with stages.room(limits.ROOM_TEACHING_MB):
        lesson = sets.learn(known)
    guesses = [known.classes[place] for place in lesson.trained.guesses]
    trained = taught.Trained(
        known.set_id, _text(lesson.trained.head.pack()), list(known.classes), list(known.photos), guesses,
        lesson.refuse_below,
    )  # fmt: skip
    del lesson, known
    memory.release_memory()
    journal.stage("after_training")
    return trained


def _answers(
    image: Image.Image, request: wire.Request, config: Config, journal: Journal
) -> list[taught.Answer]:
    from studylens.analysis.seeing import sets  # noqa: PLC0415 - numpy, where it is needed.

    seen = _look(image, config, journal)
    return [sets.identify(known, seen) for known in _known(request)]


def _look(image: Image.Image, config: Config, journal: Journal) -> Any:
    """Return the picture's features (1280,). Raises EngineSkipped without the network or the room for it."""
    found = network.find(config.seeing_path)
    if found.path is None:
        raise EngineSkipped(found.reason)
    stages.require(journal.free_mb(), limits.NEED_TEACHING_MB)
    stages.load("numpy", "onnxruntime")
    from studylens.analysis.seeing import features  # noqa: PLC0415 - numpy, where it is needed.

    try:
        with (
            stages.room(limits.ROOM_TEACHING_MB, mapped_bytes=found.path.stat().st_size),
            features.opened(found.path) as opened,
        ):
            return opened.look(image)
    finally:
        memory.release_memory()
        journal.stage("after_look")


def _known(request: wire.Request) -> Iterator[taught.Known]:
    """Yield the sets that came along, one held at a time. Raises EngineFailed."""
    try:
        yield from taught.read(Path(request.taught))
    except (OSError, ValueError) as error:
        raise EngineFailed("what was taught cannot be read") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
