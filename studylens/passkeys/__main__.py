"""Reads one question from standard input, answers on standard output, and ends: 0 with an answer.

A question: `{"kind": "new" | "known", "credential": {...}, "challenge", "host", "origin"}`, and for a known
passkey `public_key` and `sign_count`. An answer: `{"credential_id", "public_key", "sign_count"}` or
`{"refused": why}`. Binary values are base64url.
"""

import sys

from studylens.aside.answering import Answer, Limits, answer_once

LIMITS = Limits(question_bytes=64 * 1024, cpu_seconds=10)
"""A question has 2 kB, with an attestation that nobody asked for some more; 0.2 s are enough."""


def _load() -> Answer:
    from studylens.passkeys.checking import answer  # noqa: PLC0415 - the limits hold for it, too.

    return answer


if __name__ == "__main__":
    sys.exit(answer_once(LIMITS, _load))
