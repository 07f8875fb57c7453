"""The app with two more views: one does nothing, the other asks the database one thing.

What a request costs before anybody answers it, and what the shortest answer from the database costs.
"""

from sqlalchemy import Table, bindparam, select

from app import create_app
from studylens.models import Guest
from studylens.web.door.wiring import wiring

app = create_app()
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_ONE = select(_GUESTS.c.id).where(_GUESTS.c.id == bindparam("guest"))


@app.get("/empty")
def show_nothing() -> str:
    """Return nothing."""
    return ""


@app.get("/select")
def show_one() -> str:
    """Return what one SELECT finds, through the same pool and the same session as every page."""
    with wiring().database.reading() as session:
        return str(session.connection().execute(_ONE, {"guest": 1}).scalar())
