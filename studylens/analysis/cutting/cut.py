"""What is cut out of a picture, by mode; `analysis/cut_out.py` has the stages around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2

from studylens.analysis.budget.onnx import OUT_OF_MEMORY_SIGNS
from studylens.analysis.cutting import clean, encode, finish, window
from studylens.analysis.cutting import thing as things
from studylens.analysis.cutting.arrays import pixels_of
from studylens.analysis.protocol.cutting import INK, PAGE, Cut, CutWish
from studylens.errors import NothingCut, OutOfMemory

__all__ = ["cut_object", "cut_page", "opencv_errors", "pixels_of"]


@contextmanager
def opencv_errors() -> Iterator[None]:
    """Turn OpenCV's own errors into OutOfMemory or NothingCut."""
    cv2.setNumThreads(1)
    try:
        yield
    except cv2.error as error:
        if any(sign in str(error).lower() for sign in OUT_OF_MEMORY_SIGNS):
            raise OutOfMemory from error
        raise NothingCut from error


def cut_page(source: things.Source, wish: CutWish) -> Cut:
    """Return the clean page, or its ink on nothing; of the part in the box. Raises BadBox and NothingCut."""
    box = window.box_in(wish.box, source.size, source.original) if wish.box else None
    page = clean.clean(source.pixels, whole=wish.whole, box=box)
    notes = [page.note] if page.note else []
    if wish.mode == PAGE:
        return replace(encode.page_cut(page.ink, webp=wish.webp), notes=notes)
    rgba = finish.on_nothing(page.ink.page, page.ink.strength)
    return replace(encode.rgba_cut(rgba, webp=wish.webp, way=INK), notes=notes)


def cut_object(
    source: things.Source, wish: CutWish, *, find: things.Finder | None = None, way: str = "box"
) -> Cut:
    """Return the thing in the box; `find`: a network, `way` its name. Raises BadBox and NothingCut."""
    found = things.cut_thing(source, wish, find)
    made = encode.rgba_cut(finish.finished(found, wish, source), webp=wish.webp, way=way)
    return replace(made, notes=[found.note] if found.note else [])
