"""Reads one question from standard input, answers on standard output, and ends: 0 with an answer.

A question: `{"kind": "new" | "known", "credential": {...}, "challenge", "host", "origin"}`, and for a known
passkey `public_key` and `sign_count`. An answer: `{"credential_id", "public_key", "sign_count"}` or
`{"refused": why}`. Binary values are base64url.
"""

import json
import resource
import sys

MOST_BYTES = 64 * 1024
"""A question has 2 kB; with an attestation that nobody asked for, some more."""
CPU_SECONDS = 10
"""0.2 are enough."""
MEMORY_BYTES = 512 * 2**20
"""Address space, of which 35 MB are used: libraries map more than they touch."""


def main() -> int:
    """Answer the question on standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    question = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(question) > MOST_BYTES:
        return 1
    from studylens.passkeys.checking import answer  # noqa: PLC0415 - the limits hold for it, too.

    sys.stdout.write(json.dumps(answer(json.loads(question))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
