"""Reads one question from standard input, answers on standard output, and ends: 0 with an answer.

`{"ask": "public", "key"}` is answered by `{"public"}`, `{"ask": "new"}` by `{"key", "public"}`; keys are
base64url. `{"ask": "send", "key", "subject", "hosts", "messages": [{"id", "endpoint", "p256dh", "auth",
"text"}]}` is answered by `{"outcomes": [{"id", "outcome", "wait", "status"}]}` (sending.py).
"""

import json
import resource
import sys

MOST_BYTES = 512 * 1024
"""A hundred messages have 150 kB with Edge's long addresses."""
CPU_SECONDS = 30
"""A message takes 2 ms and its TLS 5 ms."""
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
    from studylens.push.sending import answer  # noqa: PLC0415 - the limits hold for it, too.

    sys.stdout.write(json.dumps(answer(json.loads(question))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
