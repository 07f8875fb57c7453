"""Read a folder of pictures: `python -m benchmarks.reading FOLDER [--peers] [--only NAME ...]`.

Each picture is read in a fresh process, as the service reads it: decoded, turned, quantised, judged. Truth is
a text file `gt/NAME.txt` or `NAME.txt` beside the picture; without it a row has no error rate. `manifest.tsv`
(id, file, kind, lang) gives kinds, which are rows of their own in the sum, and languages for tesseract. With
`--peers` tesseract and rapidocr's own pipeline read the same picture in the same run, where installed.
Seconds are processor time, peaks are anonymous memory in MB.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.text_score import Score, compare
from studylens.config import Config
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT

KINDS = {".png", ".jpg", ".jpeg", ".webp", ".heic", ".gif", ".tif", ".tiff", ".bmp", ".avif"}
LANGUAGES = {"en": "eng", "es": "spa", "fr": "fra", "pt": "por", "de": "deu"}
"""Of manifest.tsv -> of tesseract."""
OURS = "ours"
EXACT = "ours, fp32"
PEERS = ("tesseract", "rapidocr")
SECONDS = 300


@dataclass(frozen=True)
class Sample:
    """A picture and what is known of it."""

    name: str
    path: Path
    kind: str = ""
    language: str = "en"
    truth: str | None = None


@dataclass(frozen=True)
class Result:
    """What one reader made of one picture."""

    sample: Sample
    reader: str
    found: dict[str, Any]
    score: Score | None


def samples(folder: Path) -> Iterator[Sample]:
    """Yield the pictures of a folder, those of its manifest where it has one."""
    manifest = folder / "manifest.tsv"
    if not manifest.exists():
        for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in KINDS):
            yield Sample(path.stem, path, truth=_truth(folder, path.stem, path))
        return
    with manifest.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            path = folder / row["file"]
            yield Sample(row["id"], path, row["kind"], row["lang"], _truth(folder, row["id"], path))


def _truth(folder: Path, name: str, path: Path) -> str | None:
    beside = (folder / "gt" / f"{name}.txt", path.with_suffix(".txt"))
    return next((file.read_text(errors="replace") for file in beside if file.exists()), None)


def measure(sample: Sample, reader: str) -> Result:
    """Let one reader read one picture, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.reading_one", reader, str(sample.path)]
    command.append(LANGUAGES.get(sample.language, "eng"))
    environment = {**os.environ, **ANALYSIS_ENVIRONMENT, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=HOME, env=environment, timeout=SECONDS
    )
    found = (
        json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"error": done.stderr[-200:]}
    )
    score = compare(sample.truth, found["text"]) if sample.truth is not None and "text" in found else None
    return Result(sample, reader, found, score)


def row(result: Result) -> str:
    """Return one line for people."""
    found, score = result.found, result.score
    if "error" in found:
        return f"{result.sample.name:24} {result.reader:12} {found['error'].splitlines()[-1:]}"
    told = f"cer {score.cer:.3f} recall {score.recall:.2f}" if score else " " * 21
    extra = f" turned {found['turned']:3} trust {found['trust']}" if "trust" in found else ""
    cost = f"{found['seconds']:5.1f} s {found['peak_mb']:4.0f} MB {found['lines']:4} lines"
    return f"{result.sample.name:24} {result.reader:12} {told} {cost}{extra}"


def summary(results: list[Result]) -> Iterator[str]:
    """Yield the means of each reader, of all pages and of each kind."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        if "error" not in result.found:
            groups["all", result.reader].append(result)
            groups[result.sample.kind or "no kind", result.reader].append(result)
    for (kind, reader), group in groups.items():
        scores = [result.score for result in group if result.score]
        seconds, peak = mean(r.found["seconds"] for r in group), max(r.found["peak_mb"] for r in group)
        cost = f"{seconds:.2f} s, peak {peak:.0f} MB"
        yield f"{kind:24} {reader:12} {len(group):3} pages, {_means(scores)}, {cost}"


def _means(scores: list[Score]) -> str:
    if not scores:
        return "none with truth"
    cer, recall = mean(score.cer for score in scores), mean(score.recall for score in scores)
    return f"{len(scores)} with truth: mean cer {cer:.3f}, recall {recall:.3f}"


def main() -> None:
    """Read every picture with every reader that was asked for, and print as it goes."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path)
    options.add_argument("--peers", action="store_true", help="also tesseract and rapidocr, and ours in fp32")
    options.add_argument("--only", nargs="+", default=[], metavar="NAME")
    asked = options.parse_args()
    readers = (OURS, EXACT, *PEERS) if asked.peers else (OURS,)
    began, results = time.monotonic(), []
    for sample in samples(asked.folder):
        if not asked.only or sample.name in asked.only:
            for reader in readers:
                results.append(measure(sample, reader))
                print(row(results[-1]), flush=True)
    print(f"\n{len(results)} readings in {(time.monotonic() - began) / 60:.0f} min; reader: {_reader()}")
    print("\n".join(summary(results)))


def _reader() -> str:
    from studylens.analysis.ocr import quantised

    return quantised.describe(Config.from_environment().ocr_path)


if __name__ == "__main__":
    main()
