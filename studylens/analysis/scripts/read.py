"""A page that our own reader could not read, read by tesseract where it knows the script and is sure.

It works in a process of its own, after our networks are gone, and is believed only when both of it are sure:
which script the page is in, and what it says.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from studylens.analysis.protocol.result import Box, Line, Trust
from studylens.analysis.scripts import installed
from studylens.errors import EngineFailed, EngineSkipped
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT

if TYPE_CHECKING:
    from PIL import Image

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("__main__.py")))
"""By its file: to look for a module, Python would list our whole folder, which the analysis cannot do."""
SURE_SCRIPT = 8.0
"""Tesseract's confidence in the script: full pages have 8 to 60; a few lines of Hindi or Korean 1 to 4."""
SURE = 80
"""Its mean confidence in what it read (0-100): pages in their own language have 83-95, in others 22-35."""
SURE_ANYWAY = 85
"""The same where the script is in doubt."""
ACCENTS, LATIN = "accents", "Latin"
"""Languages with Latin letters are asked only where our reader misses their accents: it reads the others."""


@dataclass(frozen=True)
class ScriptReading:
    """What tesseract read, and how far it can be trusted; `engine` names the languages."""

    lines: tuple[Line, ...]
    trust: Trust
    engine: str


def may_help(trust: Trust | None) -> bool:
    """Say whether another reader may do better: where nothing was found (None), or nothing to be trusted.

    A page that is read well but for some lines stays ours: tesseract would read the others worse.
    """
    return trust is None or not trust.trusted


def read_page(image: "Image.Image", folder: Path, own: Trust | None) -> ScriptReading:
    """Read an upright RGB picture; raises EngineSkipped without a sure answer, EngineFailed for a crash."""
    by_script = _by_script(folder, own)
    if not by_script:
        raise EngineSkipped("no language for it is installed")
    answer = _ask(image.convert("L"), {"folder": str(folder), "by_script": by_script})
    codes, confidence = answer["codes"], answer["confidence"]
    if not codes:
        raise EngineSkipped(f"no language for {answer['script'] or 'its script'} is installed")
    least = SURE if answer["script_confidence"] >= SURE_SCRIPT else SURE_ANYWAY
    lines = tuple(_lines(answer["lines"], image.size))
    if confidence < least or not lines:
        raise EngineSkipped(f"not sure of the {installed.name_of(codes)}")
    return ScriptReading(lines, Trust(round(confidence / 100, 3)), installed.engine_name(codes))


def _by_script(folder: Path, own: Trust | None) -> dict[str, list[str]]:
    codes = installed.languages(folder)
    scripts = {installed.LANGUAGES[code][1] for code in codes}
    if own is None or ACCENTS not in own.reasons:
        scripts.discard(LATIN)
    return {script: installed.for_script(codes, script) for script in sorted(scripts)}


def _ask(grey: "Image.Image", request: dict[str, Any]) -> dict[str, Any]:
    """Start the process, feed it, and keep its standard input open: closing it would end it."""
    environment = {**ANALYSIS_ENVIRONMENT, "OMP_THREAD_LIMIT": "1", "PYTHONPATH": str(HOME)}
    with subprocess.Popen(  # noqa: S603 - our own module, no shell, no foreign words.
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=HOME
    ) as process:
        try:
            stdin, stdout = _pipes(process)
            stdin.write(json.dumps({**request, "size": grey.size}).encode() + b"\n" + grey.tobytes())
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
        except (OSError, ValueError) as error:
            raise EngineFailed("tesseract ended without an answer") from error
        finally:
            process.kill()
    return answer


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise OSError("started without pipes")
    return process.stdin, process.stdout


def _lines(found: Sequence[dict[str, Any]], size: tuple[int, int]) -> list[Line]:
    told = [line for line in found if line["text"]]
    return [
        Line(n, line["text"], round(line["confidence"] / 100, 4), _fractions(line["box"], size))
        for n, line in enumerate(told, start=1)
    ]


def _fractions(box: Sequence[int] | None, size: tuple[int, int]) -> Box | None:
    if box is None:
        return None
    left, top, right, bottom = (round(side / size[n % 2], 4) for n, side in enumerate(box))
    return (left, top, right, bottom)
