"""An analysis process that does what the pasted text says; it speaks the real wire language.

Words: `pack`, `fail CODE`, `die`, `die-early`, `slow`, `out-of-memory`; `once` after a word means: only the
first time (a marker file beside the machine's lock remembers it). `made` before them: the pack is told first.
`brief`: a pack after two seconds.
Panels of stories are drawn in one colour.
"""

import base64
import io
import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

from studylens.analysis.protocol import handing, wire
from studylens.analysis.protocol.answers import Answered
from studylens.analysis.protocol.cutting import Cut
from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.analysis.protocol.result import (
    Analysis,
    Card,
    EngineReport,
    Line,
    Material,
    Question,
    Receipt,
)
from studylens.errors import error_for_code


def analysis(text: str) -> Analysis:
    """Return a small pack whose only line is `text`."""
    return Analysis(
        material=Material(
            title="A pack",
            cards=(Card("front", "back", "definition", 1),),
            quiz=(Question("which?", ("a", "b", "c"), 0, "because", 1),),
        ),
        transcript=(Line(1, text, 0.9, (0.1, 0.1, 0.9, 0.2)),),
        receipt=Receipt(len(text), None, None, "", ()),
        text_engine="student",
        engines=(EngineReport("gemini", "skipped", "no key"),),
    )


RED = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
"""A red square of 8 px, which stands for whatever was to be cut out."""
CAPTION, CAPTIONER = "a chart of two lines", "blip:fake"


def described(made: Analysis) -> Analysis:
    """Return what `made` becomes when its picture is described, too."""
    card = Card("What does the picture show?", "A chart", "short_answer", None, CAPTIONER, rule="figure")
    return replace(
        made,
        material=replace(made.material, cards=(*made.material.cards, card)),
        caption=CAPTION,
        caption_engine=CAPTIONER,
        engines=(*made.engines, EngineReport("blip", "used")),
        notes=("Compare it with your photo.",),
    )


def _send(event: wire.Event) -> None:
    sys.stdout.buffer.write(wire.encode(event))
    sys.stdout.buffer.flush()


def _drawn(wish: PanelWish) -> Drawn:
    """Return a plain picture of the usual shape, darker with each panel."""
    from PIL import Image  # Late: few tests draw, and all of them start this process.

    buffer = io.BytesIO()
    Image.new("RGB", (1024, 768), (40, 160 - 20 * wish.place, 90)).save(buffer, "JPEG")
    return Drawn(base64.b64encode(buffer.getvalue()).decode(), 1024, 768, "fake-image", sent_to="nobody")


def _serve(request: wire.Request) -> None:
    if request.draw is not None:
        _send(wire.Stage("before_panel", 50.0, 120.0))
        _send(wire.GeminiCall("fake-image"))
        _send(_drawn(request.draw))
        return
    if request.cut is not None:
        _send(wire.Stage("after_cutout", 50.0, 120.0))
        _send(Cut(RED, "image/png", 8, 8, request.cut.mode, ["A note."]))
        return
    said = request.wishes.question if request.follow_up else request.text
    if request.device is not None:
        said = " ".join(box.text for box in request.device.boxes)
    words = said.split() or Path(request.path).read_text(errors="replace").split()[:4]
    if "once" in words and _seen(request.job_id):
        words = ["pack"]
    if words[0] == "made":
        words = words[1:]
        if request.stored is None:
            _send(wire.Made(analysis("made")))
    if words[0] == "die-early":
        os._exit(3)
    _send(wire.Stage("after_decode", 50.0, 120.0))
    time.sleep(2.0 if words[0] == "brief" else 0.0)
    _act(words, request)


def _act(words: list[str], request: wire.Request) -> None:
    match words[0]:
        case "die":
            os._exit(3)
        case "slow":
            time.sleep(60)
        case "fail":
            error = error_for_code(words[1])()
            _send(wire.Failed(error.code, error.sentence))
        case "out-of-memory":
            _send(wire.Failed("out_of_memory", "Too much.", last=True))
            os._exit(0)
        case _ if request.follow_up:
            _send(Answered(f"You asked: {request.wishes.question}", "gemini:fake", on_page=True, sources=[1]))
        case "described":
            made = analysis("made") if request.stored is None else _nothing(request)
            _send(wire.Done(described(made)))
        case _ if request.stored:
            _send(wire.Done(described(_nothing(request))))
        case _:
            _send(wire.Done(analysis(" ".join(words))))


def _nothing(request: wire.Request) -> Analysis:
    """Return what an attempt finds that reads nothing again: what the picture adds comes to it."""
    return Analysis(Material(), (), Receipt(request.uploaded_bytes, None, None, request.sha256))


def _seen(job_id: str) -> bool:
    marker = Path(os.environ["ANALYSIS_LOCK"]).with_name(f"seen-{job_id}")
    if marker.exists():
        return True
    marker.touch()
    return False


if __name__ == "__main__":
    for line, fds in handing.lines(socket.socket(fileno=0)):
        _serve(handing.request_of(line, fds))
