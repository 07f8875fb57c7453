"""How much memory and processor time a stage may take, before the kernel has to say it with a kill.

RLIMIT_DATA counts private writable mappings, and ONNX Runtime maps a model's weights that way: so the soft
limit is set anew before each stage, to what is mapped now, the stage's room, and the model files it maps.
"""

import importlib
import resource
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from studylens.errors import EngineSkipped
from studylens.language import mark
from studylens.limits import ANALYSIS_CPU_SECONDS
from studylens.machine import memory
from studylens.machine.cgroup import MB


def load(*modules: str) -> None:
    """Import native libraries before a room is set: OpenBLAS exits when its start finds no memory."""
    for module in modules:
        importlib.import_module(module)


@contextmanager
def room(room_mb: float, *, mapped_bytes: int = 0) -> Iterator[None]:
    """Let the block map `room_mb` MB more than now (and its model files); past that, MemoryError."""
    soft = memory.data_bytes() + int(room_mb * MB) + mapped_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    try:
        yield
    except ModuleNotFoundError:
        raise
    except ImportError as error:  # So does the loader say that a library no longer fits.
        raise MemoryError from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def arm_processor_time() -> None:
    """Give this request its processor time: RLIMIT_CPU is cumulative, so it counts from what is used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + ANALYSIS_CPU_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def require_on(engine: str, engines: Collection[str]) -> None:
    """Raise EngineSkipped when the operator has switched an engine off."""
    if engine not in engines:
        raise EngineSkipped(mark("switched off"))


def require(free_mb: float, need_mb: float) -> None:
    """Raise EngineSkipped when an engine that needs `need_mb` does not fit into `free_mb`."""
    if free_mb < need_mb:
        raise EngineSkipped(f"memory pressure: needs {need_mb:.0f} MB, {max(0.0, free_mb):.0f} MB are free")
