"""onnxruntime in little memory, and what its C++ libraries say when there is none left: for OCR and BLIP.

Imported before the runtime itself is: 8 MB and 0.1 s that only a photo that is really read needs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studylens.errors import EngineFailed, OutOfMemory

OUT_OF_MEMORY_SIGNS = ("bad_alloc", "allocate memory", "insufficient memory", "failed to map segment")
"""How the C++ libraries say that memory ran out, inside errors of their own types."""


def open_session(path: Path, *, as_written: bool = False) -> Any:
    """Open a graph for one thread, gone with its memory once nothing refers to it.

    Raises what onnxruntime raises. The arena costs 8 MB and halves the time: without it every layer maps
    and unmaps its pages, since MALLOC_TRIM_THRESHOLD_ fixes malloc's limits. A memory pattern
    would cost 7-45 MB more for nothing.

    `as_written`: the graph runs as it lies in the file, its weights mapped and used in place. Optimising it
    at load time would cost 0.1 s and copies of weights; planning the reuse of memory costs 0.2 s for the
    900 nodes of BLIP's decoder step, and the arena reuses anyway.
    """
    import onnxruntime  # noqa: PLC0415 - see above.

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    if as_written:
        options.enable_mem_reuse = False
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.add_session_config_entry("session.disable_prepacking", "1")
    provider = ("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
    return onnxruntime.InferenceSession(path, options, providers=[provider])


@contextmanager
def vendor_errors(doing: str) -> Iterator[None]:
    """Turn whatever the vendors raise while `doing` something into EngineFailed or OutOfMemory."""
    try:
        yield
    except (EngineFailed, OutOfMemory):
        raise
    except MemoryError as error:
        raise OutOfMemory from error
    except Exception as error:  # onnxruntime's, OpenCV's and tokenizers' errors share no base class.
        if any(sign in str(error).lower() for sign in OUT_OF_MEMORY_SIGNS):
            raise OutOfMemory from error
        raise EngineFailed(f"{type(error).__name__} while {doing}") from error
