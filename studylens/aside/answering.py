"""The short process's own side: reads one question from standard input, answers on standard output."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Answer = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Limits:
    """What a process may use."""

    question_bytes: int
    cpu_seconds: int
    memory_bytes: int = 512 * 2**20
    """Address space, of which 35 MB are used: libraries map more than they touch."""


def answer_once(limits: Limits, load: Callable[[], Answer]) -> int:
    """Answer the question and return 0; 1 for one that is too long. `load` imports under the limits, too."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    question = sys.stdin.buffer.read(limits.question_bytes + 1)
    if len(question) > limits.question_bytes:
        return 1
    sys.stdout.write(json.dumps(load()(json.loads(question))))
    return 0
