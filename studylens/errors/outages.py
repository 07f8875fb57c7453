"""What ends a request of which nothing is wrong: the same one works later."""

import errno
from http import HTTPStatus

from studylens.errors.tree import StudylensError
from studylens.language import mark


class Unavailable(StudylensError):
    """We are at fault; the same request works later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "busy"
    sentence = mark("Studylens is busy. Please try again in a moment.")
    retry_after = 5


class Busy(Unavailable):
    """Too much is going on to take more."""


class BeingJoined(Unavailable):
    """The pack is on its way into another one, or out of it: it is shown when it is whole."""

    code = "joining"
    sentence = mark("This pack is being joined with others, or taken apart. It is whole again in a moment.")
    retry_after = 2


class StillMoving(Unavailable):
    """What is asked for may be on its way from another device of the student's: it is there in a moment."""

    code = "moving"
    sentence = mark("What your other device had is still moving in. It is all here in a moment.")
    retry_after = 5


class DiskFull(Unavailable):
    """The upload could not be written, or would use the disk's reserve; nothing of it was kept."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "disk_full"
    sentence = mark("The server has no room for this right now. Nothing was kept; please try again later.")
    retry_after = 60


class DiskReadOnly(Unavailable):
    """The disk may not be written: mounted read-only, broken, or in somebody else's folder."""

    code = "disk_read_only"
    sentence = mark(
        "The server cannot write to its disk right now. Nothing was kept; please try again later."
    )
    retry_after = 60


class BucketDown(Unavailable):
    """The bucket in which uploads wait does not answer, or refuses us; nothing of the request was kept."""

    code = "bucket"
    sentence = mark("Photos cannot be taken right now. Nothing was kept; please try again in a moment.")
    retry_after = 30


_UNWRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_refusal(error: OSError) -> DiskFull | DiskReadOnly | None:
    """Return what a student is told when the disk refused a write; None when it was no such refusal."""
    if error.errno in _FULL:
        return DiskFull()
    return DiskReadOnly() if error.errno in _UNWRITABLE else None


class DatabaseDown(Unavailable):
    """The database does not answer, or its tables could not be repaired."""

    code = "database"
    sentence = mark("Your packs cannot be reached right now. Nothing was lost; please try again in a moment.")


class DatabaseGone(DatabaseDown):
    """SQLite's file is not where it was, or was emptied: an empty library must not stand in its place."""

    code = "database_gone"
    sentence = mark(
        "The file with everybody's packs is not in its place. Whoever runs this service has to bring it back."
    )
    retry_after = 60


class DatabaseUnwritable(DatabaseDown):
    """The database can be read, but takes no change: its disk is full or read-only, or it is a standby."""

    code = "database_unwritable"
    sentence = mark(
        "The server cannot write anything down right now, so this was not kept. What you have is all there, "
        "and can be read. Please try again later."
    )
    retry_after = 60


class ConnectionLost(DatabaseDown):
    """The database went away while it was asked; whoever only reads may ask again."""


class TablesUnfit(DatabaseDown):
    """The tables lack what this request needs, and could not be repaired (yet)."""

    sentence = mark(
        "This page is being made ready after an update. Nothing was lost; please try again in a moment."
    )


class MailDown(Unavailable):
    """The operator's mail server does not answer or refuses."""

    code = "mail_down"
    sentence = mark("Mail cannot be sent right now. Use one of your one-time codes, or try again later.")
    retry_after = 300
