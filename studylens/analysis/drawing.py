"""A panel of a story: memory looked at, one call, and the picture made small and plain."""

import base64
import io
from dataclasses import replace

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from studylens.analysis.budget import stages
from studylens.analysis.gemini import pictures
from studylens.analysis.journal import Journal
from studylens.analysis.llm.breaker import Breaker
from studylens.analysis.picture.decode import resized, to_jpeg
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory, StudylensError
from studylens.language import mark
from studylens.machine import memory
from studylens.story_limits import FIRST_PX, MOST_PICTURE_PX, NEED_STORY_MB, PANEL_PX, ROOM_STORY_MB
from studylens.uploads.header import read_header

TOO_LARGE = mark("the model's picture is too large")
DAMAGED = mark("the model's picture cannot be opened")
_KINDS = {"png", "jpeg", "webp"}
_FORMATS = (
    PngImagePlugin.PngImageFile.format,
    JpegImagePlugin.JpegImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
"""Pillow's names of them; a plugin that is named here is loaded, too."""


def draw(
    request: wire.Request,
    wish: PanelWish,
    config: Config,
    journal: Journal,
    *,
    outside: pictures.Outside = pictures.OUTSIDE,
) -> Drawn:
    """Return the panel, or why there is none. Raises OutOfMemory before anybody was asked."""
    journal.log(f"Processing panel {wish.place}/{wish.of}")
    journal.stage("before_panel")
    if journal.free_mb() < NEED_STORY_MB:
        raise OutOfMemory
    try:
        with stages.room(ROOM_STORY_MB):
            drawn = _drawn(request, wish, config, journal, outside=outside)
    finally:
        memory.release_memory()
        journal.stage("after_panel")
        journal.log(f"Memory usage after panel {wish.place}: {memory.rss_mb():.1f}MB")
    return drawn


def _drawn(
    request: wire.Request, wish: PanelWish, config: Config, journal: Journal, *, outside: pictures.Outside
) -> Drawn:
    model = config.gemini_image_model
    breaker = Breaker(request.standings, config.gemini_key_name, now=outside.now, tell=journal.on_standing)
    try:
        if request.calls_left < 1:
            raise EngineSkipped(mark("daily budget used up"))  # noqa: TRY301 - one place says how a panel ends.
        wish = replace(wish, first_base64=_small(wish.first_base64))
        picture = plain(pictures.draw(wish, config, breaker, journal, outside=outside))
        jpeg = base64.b64encode(to_jpeg(picture)).decode()
        return Drawn(jpeg, picture.width, picture.height, model, sent_to=_told(journal))
    except pictures.NoPanel as none:
        return Drawn(
            reason=none.reason,
            model=model,
            retry_after=none.retry_after,
            stops=none.stops,
            sent_to=_told(journal),
        )
    except EngineSkipped as skip:
        return Drawn(reason=skip.reason, model=model, stops=True)
    except EngineFailed as failure:
        return Drawn(reason=failure.reason, model=model, sent_to=_told(journal))


def _small(first_base64: str) -> str:
    """Return the first panel as it is sent along, so that characters stay; "" where there is none of use.

    It may come from an account file, which holds whatever somebody has put there.
    """
    try:
        first = resized(plain(base64.b64decode(first_base64)), FIRST_PX)
    except EngineFailed:
        return ""
    return base64.b64encode(to_jpeg(first)).decode()


def plain(data: bytes) -> Image.Image:
    """Return a picture as RGB on white, its longest side at most PANEL_PX. Raises EngineFailed."""
    try:
        header = read_header(data)
    except StudylensError as error:
        raise EngineFailed(DAMAGED) from error
    if header.kind not in _KINDS:
        raise EngineFailed(DAMAGED)
    if header.width * header.height > MOST_PICTURE_PX:
        raise EngineFailed(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PICTURE_PX:
                raise EngineFailed(TOO_LARGE)
            return resized(_opaque(opened), PANEL_PX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EngineFailed(DAMAGED) from error


def _opaque(opened: Image.Image) -> Image.Image:
    if opened.mode in {"LA", "PA"} or (opened.mode != "RGBA" and "transparency" in opened.info):
        opened = opened.convert("RGBA")
    if opened.mode != "RGBA":
        return opened.convert("RGB")
    ground = Image.new("RGB", opened.size, "white")
    ground.paste(opened, mask=opened)  # Without a copy between: one of 2K takes 16 MB.
    return ground


def _told(journal: Journal) -> str:
    return ", ".join(journal.sent_to)
