"""Answers of an image model in Gemini's wire format: pictures, and the ways in which none comes."""

import base64
import io
import struct
import zlib

from PIL import Image

from tests.analysis.gemini.behaviours import USAGE, Reply, Sent, said


def png(size: tuple[int, int] = (1200, 900), mode: str = "RGBA") -> bytes:
    """Return a picture whose upper half is transparent, where its mode can be."""
    image = Image.new(mode, size, (30, 120, 60, 255) if mode == "RGBA" else "green")
    if mode == "RGBA":
        image.paste((0, 0, 0, 0), (0, 0, size[0], size[1] // 2))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """Return the beginning of a PNG that says that it has 900 million pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def drawn(data: bytes, kind: str = "image/png") -> Reply:
    """Reply with a picture, a draft of it that was only thought, and words beside it."""
    held = {"inlineData": {"mimeType": kind, "data": base64.b64encode(data).decode()}}
    draft = {"inlineData": {"mimeType": kind, "data": "AAAA"}, "thought": True}
    content = {"role": "model", "parts": [draft, {"text": "Here it is."}, held]}
    candidates = [{"index": 0, "content": content, "finishReason": "STOP"}]
    return Reply(200, {"candidates": candidates, "usageMetadata": USAGE})


def answer(_: Sent) -> Reply:
    """Draw what is asked for."""
    return drawn(png())


def words_only(_: Sent) -> Reply:
    """Say something instead of drawing it."""
    return said("I would rather tell you.")


def wants_picture(sent: Sent) -> bool:
    """Whether a request asks for a picture."""
    return sent.body.get("generationConfig", {}).get("responseModalities") == ["IMAGE"]
