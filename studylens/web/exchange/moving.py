"""What a device had moves in with it: begun in the request's transaction, gone on with before the answer."""

from flask import Response, after_this_request
from sqlalchemy.orm import Session

from studylens.study.exchange.moving import steps
from studylens.web.door.wiring import wiring


def move_in(session: Session, old: int, new: int) -> None:
    """Let everything of guest `old` move to `new`; the answer waits until it is there, for a moment at most.

    Raises HasAccount when both have an account, WrongCode when `new` has just moved itself.
    """
    steps.begin(session, old, new)
    database = wiring().database

    @after_this_request
    def finish(response: Response) -> Response:
        steps.finish_soon(database, new)
        return response
