"""Reads one question from standard input, answers on standard output, and ends: 0 with an answer.

`{"cards": [[day, rating, day, rating, ..], ..], "retention": 0.9}` is answered by `{"outcome": "few"}`, or by
`{"outcome": "better" | "not_better", "weights", "loss_usual", "loss_own", "held_out", "workload"}`
(fitting.py). Days are whole numbers; ratings are 1-4, in the order in which they were given.
"""

import sys

from studylens.aside.answering import Answer, Limits, answer_once

LIMITS = Limits(question_bytes=4 * 1024 * 1024, cpu_seconds=120, memory_bytes=400 * 2**20)
"""100,000 answers have 1.2 MB and take 78 MB and 0.8 s; address space counts what is only mapped, too."""


def _load() -> Answer:
    from studylens.fitting.fitting import answer  # noqa: PLC0415 - the limits hold for it, too.

    return answer


if __name__ == "__main__":
    sys.exit(answer_once(LIMITS, _load))
