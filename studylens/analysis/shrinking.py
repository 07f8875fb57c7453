"""`python -m studylens.analysis.shrinking`: make strangers' pictures small, one request after another.

Decoded as every photo is, within the same walls. It ends when its standard input does.
"""

import io
import logging
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from PIL import Image

from studylens import limits
from studylens.analysis import walls
from studylens.analysis.picture.decode import Picture, decode, resized, to_jpeg
from studylens.analysis.protocol import handed, reach
from studylens.analysis.protocol.shrinking import (
    PAGE,
    Refusal,
    Small,
    Wanted,
    read_wanted,
    write_answer,
)
from studylens.config import Config
from studylens.errors import OutOfMemory, StudylensError

CPU_SECONDS = 10
"""For one request: the largest photo takes 2 s; what takes longer is an attack on a decoder."""
WEBP_QUALITY = 82
"""Letters stay clean; a picture of 800 px has 20-110 kB."""
GAP_PX = 8
"""Between pictures, one below the other."""
_SMALLER = 0.75
"""By so much the sides shrink until a picture has room."""


def main() -> None:
    """Answer requests until standard input ends."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Whatever a library prints goes to the log.
    walls.close_in(Config.from_environment(), reach.NOBODY)
    while (wanted := read_wanted(sys.stdin.buffer)) is not None:
        _arm()
        write_answer(answers, answered(wanted))


def answered(wanted: Wanted) -> Small | Refusal:
    """Return the picture that is wanted, or why there is none."""
    began = time.process_time()
    try:
        found = _small(wanted)
    except StudylensError as error:
        return Refusal(error.code, time.process_time() - began)
    except MemoryError:
        return Refusal(OutOfMemory.code, time.process_time() - began)
    return replace(found, seconds=time.process_time() - began)


def _small(wanted: Wanted) -> Small:
    decoded = [_decoded(file) for file in wanted.files]
    image = _stacked([resized(one.image, limits.KEPT_COPY_PX) for one in decoded])
    source = decoded[0].width, decoded[0].height
    if wanted.kind == PAGE:
        return Small(to_jpeg(image), image.width, image.height, source)
    picture = _webp(image)
    while len(picture) > wanted.most:
        image = resized(image, int(max(image.size) * _SMALLER))
        picture = _webp(image)
    return Small(picture, image.width, image.height, source)


def _arm() -> None:
    """Let the kernel end a decoder that does not come back; what was used before counts along."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _decoded(data: bytes) -> Picture:
    """Decode from memory: decoders read descriptors, and no file of a stranger's gets a name."""
    with _nameless() as file:
        file.write(data)
        file.flush()
        return decode(Path(f"{handed.FOLDER}{file.fileno()}"), judged=False)


def _nameless() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("picture"), "w+b")
    return tempfile.TemporaryFile()  # macOS.


def _stacked(images: Sequence[Image.Image]) -> Image.Image:
    """Return one picture with all of them, as wide as the widest, on white."""
    if len(images) == 1:
        return images[0]
    width = max(image.width for image in images)
    height = sum(image.height for image in images) + GAP_PX * (len(images) - 1)
    whole = Image.new("RGB", (width, height), "white")
    top = 0
    for image in images:
        whole.paste(image, ((width - image.width) // 2, top))
        top += image.height + GAP_PX
    return whole


def _webp(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=WEBP_QUALITY, method=4)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
