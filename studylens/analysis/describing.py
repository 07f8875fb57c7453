"""What the picture shows, asked when the text is done: a pack is there by then, and this only adds to it."""

from PIL import Image

from studylens import limits
from studylens.analysis import opening
from studylens.analysis.answer import Findings
from studylens.analysis.blip import captioner
from studylens.analysis.budget import stages
from studylens.analysis.journal import Journal
from studylens.analysis.picture import canvas, decode, quality
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import Analysis
from studylens.config import Config
from studylens.errors import EngineSkipped
from studylens.machine import memory


def add_to(known: wire.Stored, request: wire.Request, config: Config, journal: Journal) -> Analysis:
    """Return what the picture adds to the pack of an earlier attempt: its text is not read again.

    Raises what opening the photo raises.
    """
    picture = opening.open_upload(request, journal).picture
    journal.stage("after_decode")
    found = Findings(width=picture.width, height=picture.height, quality=picture.quality, turned=known.turned)
    describe(turn(picture.image, found), found, config, journal)
    return found.added(known, request, journal)


def describe(image: Image.Image, found: Findings, config: Config, journal: Journal) -> None:
    """Note in `found` what the picture shows, if the captioner is there and can say it."""
    caption = journal.attempt("blip", lambda: _caption(image, config, journal))
    found.caption, found.caption_engine = caption or ("", "")


def turn(image: Image.Image, found: Findings) -> Image.Image:
    """Return the picture as it was read: whatever is told of it from here on is told of the turned one."""
    if not found.turned:
        return image
    if found.turned in canvas.QUARTERS:
        found.width, found.height = found.height, found.width
    turned = canvas.turned_clockwise(image, found.turned)
    found.quality = quality.estimate(turned)
    return turned


def _caption(image: Image.Image, config: Config, journal: Journal) -> tuple[str, str]:
    stages.require_on("blip", config.engines)
    try:
        captioner.require_model(config)
    except EngineSkipped:
        journal.log(captioner.NO_MODEL_LINE)
        raise
    stages.require(journal.free_mb(), captioner.need_mb(config))
    small = decode.resized(image, limits.BLIP_PX)
    journal.log(f"Resized image to: {small.size}")
    journal.stage("after_blip_resize")
    stages.load("numpy", "onnxruntime")
    with stages.room(captioner.room_mb(config), mapped_bytes=captioner.model_bytes(config.blip_path)):
        model = captioner.get_cached_blip_models(config)
        journal.stage("after_blip_load")
        try:
            return model.caption(small), model.engine
        finally:
            journal.stage("after_blip")
            model.close()
            memory.release_memory()
            journal.stage("after_blip_cleanup")
