"""Read one page by tesseract: a line of JSON and the grey pixels come in, a line of JSON goes out.

A process of its own: tesseract keeps 50 MB that it never gives back, and ends the process where it runs
out of memory. It ends when its standard input does: whoever started it is gone then.
"""

import json
import os
import resource
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

CPU_SECONDS = 60
"""A dense page takes 5; whatever takes more is not text."""
SURE = 80
"""Mean confidence (0-100) from which tesseract's own way to part a page is not tried in another one."""
MARKS = " \t\u200e\u200f\u202a\u202b\u202c"
"""Spaces and marks of direction, which tesseract puts round right-to-left lines."""
NOTHING = {"script": "", "script_confidence": 0.0, "codes": [], "confidence": 0, "lines": []}


def main() -> None:
    """Serve the one request; writes NOTHING where no language fits the script."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    request = json.loads(sys.stdin.buffer.readline())
    width, height = request["size"]
    pixels = sys.stdin.buffer.read(width * height)
    threading.Thread(target=_watch_standard_input, daemon=True).start()
    try:
        sys.stdout.write(json.dumps(_answer(request, pixels)) + "\n")
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - whatever it is, the asker must not wait for it.
        traceback.print_exc()
    finally:
        os._exit(0)  # The watcher still reads; at exit the interpreter would wait for its lock.


def _watch_standard_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _answer(request: dict[str, Any], pixels: bytes) -> dict[str, Any]:
    from PIL import Image  # noqa: PLC0415 - after the limit is set.

    image = Image.frombytes("L", tuple(request["size"]), pixels)
    script, confidence = _script(image, request["folder"])
    codes = request["by_script"].get(script, [])
    if not codes:
        return {**NOTHING, "script": script, "script_confidence": confidence}
    read = _read(image, request["folder"], "+".join(codes))
    return {"script": script, "script_confidence": confidence, "codes": codes, **read}


def _script(image: Any, folder: str) -> tuple[str, float]:
    """Return the page's script as tesseract calls it, and its confidence; ("", 0) for too little text."""
    from tesserocr import PSM, PyTessBaseAPI  # noqa: PLC0415

    with PyTessBaseAPI(path=folder, lang="osd", psm=PSM.OSD_ONLY) as api:
        api.SetImage(image)
        found = api.DetectOrientationScript() or {}
    return found.get("script_name", ""), float(found.get("script_conf", 0.0))


def _read(image: Any, folder: str, language: str) -> dict[str, Any]:
    """Read the page parted as tesseract sees fit, and as one block when it is not sure; the surer counts."""
    from tesserocr import PSM, PyTessBaseAPI  # noqa: PLC0415

    best: dict[str, Any] = {"confidence": -1, "lines": []}
    with PyTessBaseAPI(path=folder, lang=language) as api:
        for mode in (PSM.AUTO, PSM.SINGLE_BLOCK):
            api.SetPageSegMode(mode)
            api.SetImage(image)
            api.Recognize()
            if api.MeanTextConf() > best["confidence"]:
                best = {"confidence": api.MeanTextConf(), "lines": _lines(api)}
            if best["confidence"] >= SURE:
                break
    return best


def _lines(api: Any) -> list[dict[str, Any]]:
    """Return the page's lines with their boxes (px).

    The text is that of the whole page: line by line tesseract gives right-to-left text backwards and cut, and
    parts Korean words. Where it counts lines differently, they have no boxes.
    """
    texts = [line for line in (line.strip(MARKS) for line in api.GetUTF8Text().splitlines()) if line]
    places = list(_places(api))
    if len(places) != len(texts):
        places = [(api.MeanTextConf(), None)] * len(texts)
    return [
        {"text": text, "confidence": confidence, "box": box}
        for text, (confidence, box) in zip(texts, places, strict=True)
    ]


def _places(api: Any) -> Iterator[tuple[float, Any]]:
    from tesserocr import RIL, iterate_level  # noqa: PLC0415

    for line in iterate_level(api.GetIterator(), RIL.TEXTLINE):
        if not line.Empty(RIL.TEXTLINE) and line.GetUTF8Text(RIL.TEXTLINE).strip(MARKS):
            yield line.Confidence(RIL.TEXTLINE), line.BoundingBox(RIL.TEXTLINE)


if __name__ == "__main__":
    main()
