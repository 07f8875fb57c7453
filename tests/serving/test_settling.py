"""What was imported is set aside once it is all there, and again when more has come."""

import gc
import sys

from studylens.serving.settling import Settling, set_aside


def test_it_is_set_aside_when_no_more_comes() -> None:
    modules, done = ["app"], list[int]()
    settling = Settling(modules, lambda: done.append(len(modules)))
    assert [settling.look() for _ in range(3)] == [False, True, False]
    modules.append("a page")
    assert not settling.look()
    modules.append("what the page needs")
    assert [settling.look() for _ in range(3)] == [False, True, False]
    assert done == [1, 3]


def test_what_is_set_aside_is_passed_over() -> None:
    before = gc.get_freeze_count()
    kept = [{"module": sys}]
    set_aside()  # As all tests begin (tests/garbage.py).
    assert gc.get_freeze_count() > before
    assert not any(found is kept for found in gc.get_objects())
