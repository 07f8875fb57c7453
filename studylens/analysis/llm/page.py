"""One page as a language model is asked about it, and what one gave."""

from dataclasses import dataclass

from studylens.analysis.protocol.result import Line, Material


@dataclass(frozen=True)
class Prompt:
    """One page: a photo (JPEG bytes) or pasted `text`, and the student's question if there is one."""

    image_jpeg: bytes | None
    text: str = ""
    question: str = ""


@dataclass(frozen=True)
class PageAnswer:
    """What a model gave; for pasted text the transcript is the text's own lines."""

    model: str
    material: Material
    transcript: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    """Sentences for the student: what of the answer is missing."""
    engine: str = "gemini"
    """The engine's name in ENGINES."""


@dataclass(frozen=True)
class PageText:
    """What a model gave that only reads: the page's lines."""

    model: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    """As in PageAnswer."""
