"""What happened in this process: numbers by name, taken now and then to the sums of all processes.

Labels are words of ours (a stage, an engine, an outcome), never anything of a student.
"""

import re
import threading
from collections.abc import Mapping

OTHER = "other"
_WORD = re.compile(r"[a-z0-9_-]{1,32}")
_lock = threading.Lock()
_counted: dict[str, float] = {}


def add(name: str, value: float = 1.0, /, **labels: str) -> None:
    """Count something; a name and its labels are one number."""
    give_back({sample(name, **labels): value})


def add_time(name: str, seconds: float, /, **labels: str) -> None:
    """Count how often something was done, and how long it took in all."""
    add(f"{name}_count", **labels)
    add(f"{name}_sum", seconds, **labels)


def word(told: str) -> str:
    """Return a label that another process told, or OTHER: who reads strangers' files may be taken over.

    What is longer has no room in the table, and then nothing that was counted could be kept any more.
    """
    return told if _WORD.fullmatch(told) else OTHER


def take() -> dict[str, float]:
    """Return what was counted since the last call, and begin anew."""
    with _lock:
        taken = _counted.copy()
        _counted.clear()
    return taken


def give_back(taken: Mapping[str, float]) -> None:
    """Count again what could not be kept."""
    with _lock:
        for key, value in taken.items():
            _counted[key] = _counted.get(key, 0.0) + value


def sample(name: str, /, **labels: str) -> str:
    """Return a number's name as Prometheus writes it: `attempts_total{outcome="done"}`."""
    told = ",".join(f'{label}="{_escaped(value)}"' for label, value in sorted(labels.items()))
    return f"{name}{{{told}}}" if told else name


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", " ")
