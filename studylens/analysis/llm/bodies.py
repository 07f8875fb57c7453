"""The body of a response, within a number of bytes and a time: whatever a server sends, however long."""

import time
import zlib
from collections.abc import Callable, Iterable

from studylens import limits
from studylens.analysis.llm.client import BadAnswer, ModelUnavailable

ACCEPTED = "gzip"
"""What a request says that it can unpack; `deflate` is understood as well, anything else is refused."""
_PACKED = {"gzip", "x-gzip", "deflate"}
_EITHER = 32 + zlib.MAX_WBITS
"""zlib's word for "gzip or zlib, see its header"."""


def whole(
    chunks: Iterable[bytes],
    encoding: str,
    *,
    seconds: float,
    most: int = limits.MODEL_BODY_BYTES,
    ticks: Callable[[], float] = time.monotonic,
) -> bytes:
    """Return all of a body, unpacked; `encoding` is its Content-Encoding, `seconds` the time for all of it.

    Raises BadAnswer above `most` bytes, packed or unpacked, and for an unknown encoding; ModelUnavailable
    for one that is late or damaged.
    """
    unpack = _unpacker(encoding.strip().lower())
    ends = ticks() + seconds
    found, arrived = bytearray(), 0
    for chunk in chunks:
        arrived += len(chunk)
        found += unpack(chunk, most + 1 - len(found))
        if max(arrived, len(found)) > most:
            raise BadAnswer(f"its answer is larger than {most / 1e6:.0f} MB")
        if ticks() > ends:
            raise ModelUnavailable(f"no answer within {seconds:.0f} s")
    return bytes(found)


def require_few_parts(body: bytes) -> None:
    """Raise BadAnswer for JSON, or JSON in its strings, of so many parts that reading it takes the memory."""
    if body.count(b"{") + body.count(b"[") > limits.MODEL_BODY_BRACKETS:
        raise BadAnswer("its answer has too many parts")


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks a chunk to at most so many bytes."""
    if encoding in {"", "identity"}:
        return lambda chunk, most: chunk[:most]
    if encoding not in _PACKED:
        raise BadAnswer("its answer is packed in a way that is not read here", encoding)
    stream = zlib.decompressobj(_EITHER)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error as error:
            raise ModelUnavailable("its answer arrived damaged", str(error)) from error

    return unpack
