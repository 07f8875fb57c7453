"""How many cards are left today, as a view has found by the way: the tab bar then does not count again."""

from flask import g


def remember_due(cards: int) -> None:
    """Take over what a view has counted."""
    g.due_count = cards


def remembered_due() -> int | None:
    """Return what was counted in this request; None: nobody has."""
    found: int | None = g.get("due_count")
    return found
