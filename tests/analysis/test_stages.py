"""A stage that runs out of room says so, also where the loader of libraries says it in its own words."""

import pytest

from studylens.analysis.budget import stages
from studylens.machine.cgroup import MB


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (ImportError("x.so: failed to map segment from shared object"), MemoryError),
        (ModuleNotFoundError("No module named 'x'"), ModuleNotFoundError),
        (ValueError("not a picture"), ValueError),
    ],
)
def test_a_library_that_finds_no_room_is_memory_and_one_that_is_missing_is_not(
    raised: Exception, told: type[Exception]
) -> None:
    with pytest.raises(told), stages.room(64):
        raise raised


def test_what_needs_more_than_its_room_is_stopped_and_the_room_ends_with_the_stage() -> None:
    with pytest.raises(MemoryError), stages.room(8):
        bytearray(64 * MB)
    assert len(bytearray(64 * MB)) == 64 * MB
