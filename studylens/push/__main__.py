"""Reads one question from standard input, answers on standard output, and ends: 0 with an answer.

`{"ask": "public", "key"}` is answered by `{"public"}`, `{"ask": "new"}` by `{"key", "public"}`; keys are
base64url. `{"ask": "send", "key", "subject", "hosts", "messages": [{"id", "endpoint", "p256dh", "auth",
"text"}]}` is answered by `{"outcomes": [{"id", "outcome", "wait", "status"}]}` (sending.py).
"""

import sys

from studylens.aside.answering import Answer, Limits, answer_once

LIMITS = Limits(question_bytes=512 * 1024, cpu_seconds=30)
"""A hundred messages have 150 kB with Edge's long addresses; each takes 2 ms, and its TLS 5 ms."""


def _load() -> Answer:
    from studylens.push.sending import answer  # noqa: PLC0415 - the limits hold for it, too.

    return answer


if __name__ == "__main__":
    sys.exit(answer_once(LIMITS, _load))
