"""Say what `make mutate` has found so far: a line a file, then each change that no test noticed.

`python -m tools.mutants [FOLDER]`: the folder that mutmut works in, `mutants` if none is named.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

NOTICED = {1, 3, 24, 36, -24, -9, -11, 152, 255}
"""How a run of tests ends that fails, runs out of time, or dies."""
UNSEEN, SURVIVED = {5, 33}, {0}
"""No test reaches the place; all tests that do are content."""


def said(code: int | None) -> str:
    """Return what a run's exit code says of the change; None: it was not tried."""
    if code is None:
        return "not tried"
    named = {"noticed": NOTICED, "reached by no test": UNSEEN, "survived": SURVIVED}
    return next((word for word, codes in named.items() if code in codes), "unclear")


def lines(codes: Mapping[str, Mapping[str, int | None]]) -> list[str]:
    """Return the report on the exit codes of each file's changes, by file and change."""
    found, left = [], []
    for file, results in sorted(codes.items()):
        counts = Counter(said(code) for code in results.values())
        tried = counts["noticed"] + counts["survived"]
        if tried:
            score = 100 * counts["noticed"] // tried
            found.append(f"{file}: {score} % of {tried} noticed; {_rest(counts)}")
        left += [f"survived: {name}" for name, code in results.items() if said(code) == "survived"]
    return found + left


def _rest(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[word]} {word}" for word in ("reached by no test", "not tried", "unclear"))


def main(folder: str = "mutants") -> None:
    """Print the report."""
    notes = {
        str(path.relative_to(folder)).removesuffix(".meta"): json.loads(path.read_text())["exit_code_by_key"]
        for path in Path(folder).rglob("*.meta")
    }
    sys.stdout.write("\n".join(lines(notes)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
