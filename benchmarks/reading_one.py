"""Read one picture with one reader, and print what it took as JSON: for `benchmarks.reading`."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ocr import TUNED, watched
from benchmarks.reading import EXACT, OURS
from studylens.config import Config


def ours(path: Path, _language: str, folder: Path | None) -> dict[str, Any]:
    """Decode and read as the analysis does."""
    from studylens.analysis.ocr import read
    from studylens.analysis.picture import decode

    picture = decode.decode(path)
    reading = read.read(picture.image, quantised=folder, advice=picture.quality.advice)
    trust = reading.trust
    told = (
        f"{trust.score:.3f} {'' if trust.trusted else 'no cards: '}{trust.sentence}" if trust else "nothing"
    )
    text = "\n".join(line.text for line in reading.lines)
    return {"text": text, "lines": len(reading.lines), "turned": reading.turned, "trust": told.strip()}


def tesseract(path: Path, language: str) -> dict[str, Any]:
    """Run the program, with its own page segmentation and orientation."""
    command = ["tesseract", str(path), "-", "-l", language, "--psm", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"text": done.stdout, "lines": len(done.stdout.splitlines())}


def rapidocr(path: Path, _language: str) -> dict[str, Any]:
    """Run rapidocr's own pipeline with one thread."""
    from rapidocr import RapidOCR

    found = RapidOCR(params={**TUNED, "Global.log_level": "critical"})(str(path))
    return {"text": "\n".join(found.txts or ()), "lines": len(found.txts or ())}


def main() -> None:
    """Read, and print the JSON."""
    reader, path, language = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    folder = Config.from_environment().ocr_path
    readers: dict[str, Callable[[], dict[str, Any]]] = {
        OURS: lambda: ours(path, language, folder),
        EXACT: lambda: ours(path, language, None),
        "tesseract": lambda: tesseract(path, language),
        "rapidocr": lambda: rapidocr(path, language),
    }
    found: list[dict[str, Any]] = []
    peak = watched(lambda: found.append(readers[reader]()))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    children_mb = used[1].ru_maxrss / 1024
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({**found[0], "seconds": seconds, "peak_mb": max(peak, children_mb)}))


if __name__ == "__main__":
    main()
