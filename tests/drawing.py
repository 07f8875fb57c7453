"""Makes the pictures of decks small without a process of its own."""

from typing import Self

from studylens.analysis.protocol.shrinking import Refusal, Small, Wanted
from studylens.errors import error_for_code


class DrawerHere:
    """Stands for study/exchange/anki/drawing.py's Drawer, with the same code behind it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def draw(self, wanted: Wanted) -> Small:
        from studylens.analysis.shrinking import answered

        answer = answered(wanted)
        self.seconds += answer.seconds
        if isinstance(answer, Refusal):
            raise error_for_code(answer.code)
        return answer
