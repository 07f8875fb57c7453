"""What this machine can do at best, measured with the library that the captioner uses, in the same run."""

import time
from collections.abc import Callable
from typing import Any

TOKENS = 20
LAYERS, WIDTH, PATCHES, WORDS = 12, 768, 577, 30524
"""BLIP-base."""


def timed(work: Callable[..., Any], pixels: Any) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work(pixels)
    return time.perf_counter() - wall, time.process_time() - processor


def limit() -> dict[str, float]:
    """What this machine can do at best, and what a caption would then take."""
    int8, float32 = (_products(kind) for kind in ("int8", "float32"))
    bandwidth = _bandwidth()
    block = WIDTH * WIDTH
    vision = LAYERS * 12 * block * (PATCHES - 1) + LAYERS * 2 * block * PATCHES
    attention = LAYERS * 2 * PATCHES * PATCHES * WIDTH
    weights = LAYERS * 14 * block + block + WIDTH * WORDS
    seen = LAYERS * 2 * PATCHES * WIDTH
    decoder = TOKENS * (weights + seen) / bandwidth
    return {
        "int8 GMAC/s": int8 / 1e9,
        "float GMAC/s": float32 / 1e9,
        "GB/s": bandwidth / 1e9,
        "caption": vision / int8 + attention / int8 + decoder,
        "caption, attention in float": vision / int8 + attention / float32 + decoder,
    }


def _products(kind: str) -> float:
    """Multiply-adds a second of onnxruntime's own kernel, weights packed, at the encoder's largest layer."""
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    whole = kind == "int8"
    a, b, c = (TensorProto.UINT8, np.int8, TensorProto.INT32) if whole else (1, np.float32, 1)
    matrix = np.random.default_rng(0).integers(-127, 127, (WIDTH, 4 * WIDTH)).astype(b)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger" if whole else "MatMul", ["a", "b"], ["c"])],
        "limit",
        [helper.make_tensor_value_info("a", a, [PATCHES, WIDTH])],
        [helper.make_tensor_value_info("c", c, [PATCHES, 4 * WIDTH])],
        [numpy_helper.from_array(matrix, "b")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, ["CPUExecutionProvider"])
    left = np.ones((PATCHES, WIDTH), np.uint8 if whole else np.float32)
    best = min(timed(lambda x: session.run(None, {"a": x}), left)[0] for _ in range(20))
    return PATCHES * WIDTH * 4 * WIDTH / best


def _bandwidth() -> float:
    """Bytes a second that one thread can read from memory."""
    import numpy as np

    block = np.ones(256 * 1024 * 1024 // 8, np.int64)
    return block.nbytes / min(timed(np.sum, block)[0] for _ in range(8))
