"""What all errors have that a student may read."""

from collections.abc import Iterator
from http import HTTPStatus

from studylens.language import mark, said


class StudylensError(Exception):
    """An error that a student may read: HTTP `status`, stable `code`, one kind sentence in their language."""

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    code: str = "error"
    sentence: str = mark("That did not work. Nothing was lost; try again in a minute.")
    retry_after: int | None = None
    """Seconds after which the same request may work, or None when waiting does not help."""

    def __init__(self, sentence: str | None = None, *, retry_after: int | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.sentence = said(sentence or self.sentence)
        self.retry_after = retry_after if retry_after is not None else self.retry_after


def error_for_code(code: str) -> type[StudylensError]:
    """Return the error class with this stable code; StudylensError itself for an unknown one."""
    return next((kind for kind in _tree(StudylensError) if kind.code == code), StudylensError)


def _tree(kind: type[StudylensError]) -> Iterator[type[StudylensError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _tree(child)
