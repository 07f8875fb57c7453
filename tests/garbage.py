"""Less work for Python's garbage collector: it took a quarter of the tests' processor time.

What was imported to collect the tests stays to the end, so it is never looked through again. What a test
leaves, whole apps among it, is looked for after many more objects than by default.
"""

import gc

_YOUNG_OBJECTS = 20_000
"""New objects between two looks; by default 700. The processes of tests grow by some 30 MB for it."""


def pytest_collection_finish() -> None:
    """Leave out what is here now, and look less often from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)
