"""The benchmarks that stand alone, run from here: decode peaks and reading pages."""

import json
import subprocess
import sys
from typing import Any

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from studylens.places import HOME

KEPT_TARGETS_MB = {"ours": 8.0, "ours at 800": 1.5}


def decode(_inputs: Inputs, *, quick: bool) -> Section:
    """Decode peaks against plain Pillow; each picture and way in a fresh process."""
    found = _json("benchmarks.decode", "--json", *(["--quick"] if quick else []))
    rows = tuple(
        (
            f"{row['megapixels']} MP {row['kind']}",
            row["file_mb"],
            *(row["ours"][key] for key in ("peak_mb", "seconds")),
            *(row["pillow"][key] for key in ("peak_mb", "seconds")),
        )
        for row in found["rows"]
    )
    figures = tuple(
        Figure(f"decode peak, {name}", row["ours"]["peak_mb"], "MB", 1, row["target_mb"])
        for (name, *_), row in zip(rows, found["rows"], strict=True)
    )
    figures += tuple(
        Figure(f"kept of a 1080x1920 PNG, {way}", held, "MB", 1, KEPT_TARGETS_MB[way])
        for way, held in found["kept_mb"].items()
    )
    headers = ("picture", "file MB", "peak, ours", "seconds, ours", "peak, Pillow", "seconds, Pillow")
    notes = ("Peak: highest RSS during the decode minus RSS before it, libraries already imported.",)
    table = Table(headers, rows, "MB")
    return Section("Decode peaks", "python -m benchmarks.decode", figures, (table,), notes)


def reading(_inputs: Inputs, *, quick: bool) -> Section:
    """What reading a page costs, and how many words are right; each case in a fresh process."""
    from benchmarks.ocr import CASES  # Brings Pillow, whose pages the service is to pay for: so late.

    cases = CASES[:2] if quick else CASES
    found = [_json("benchmarks.ocr", "--case", name, engine, str(px)) for name, engine, px in cases]
    headers = ("page", "reader", "detection px", *found[0])
    rows = tuple((*case, *row.values()) for case, row in zip(cases, found, strict=True))
    return Section("Reading a page", "python -m benchmarks.ocr", tables=(Table(headers, rows),))


def _json(module: str, *arguments: str) -> Any:
    from studylens.variables import ANALYSIS_ENVIRONMENT
    from tests.service import clean_environment

    command = [sys.executable, "-m", module, *arguments]
    environment = {**clean_environment(HOME), **ANALYSIS_ENVIRONMENT}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOME, env=environment)
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout)
