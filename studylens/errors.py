"""Every way in which a request, a job or an engine can fail, named for the student's situation.

StudylensError                  status, code, one kind sentence
├── Refused                     the request is at fault; nothing was kept
│   ├── NoFile                  400 no_file
│   ├── TooManyFiles            400 too_many_files
│   ├── BadText                 400 bad_text
│   ├── BadForm                 400 bad_request
│   ├── UnknownToken            401 unknown_token
│   ├── CrossSite               403 cross_site
│   ├── NotFound                404 not_found
│   ├── Stale                   409 stale
│   ├── CardAway                410 card_away
│   ├── SlowBody                408 slow_body
│   ├── TooLarge                413 too_large
│   ├── UnsupportedType         415 unsupported_type
│   ├── Unreadable              422 unreadable
│   ├── BadFile                 422 bad_file
│   ├── WrongCode               422 wrong_code
│   ├── TooManyPixels           422 too_many_pixels
│   └── QuotaReached            429 quota         (Retry-After)
├── Unavailable                 we are at fault; the same request works later (Retry-After)
│   ├── Busy                    503 busy
│   ├── BeingJoined             503 joining
│   ├── DiskFull                503 disk_full
│   └── DatabaseDown            503 database
│       ├── ConnectionLost      503 database      (a read is tried again)
│       └── TablesUnfit         503 database
└── JobFailed                   a job that was accepted and did not end in a pack
    ├── OutOfMemory             503 out_of_memory
    ├── UploadLost              503 upload_lost
    ├── TookTooLong             503 took_too_long
    ├── AnalysisCrashed         503 crashed
    ├── NothingFound            422 nothing_found
    ├── NothingTaught           422 nothing_taught
    ├── BadDocument             422 bad_document
    ├── BadBox                  422 bad_box
    ├── NothingCut              422 nothing_cut
    └── Cancelled               409 cancelled

EngineFailed                    one engine (gemini, ocr, blip) gave nothing; the others go on
└── EngineSkipped               it was not even tried, by name: no key, private, no model, pressure
"""

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


class Refused(StudylensError):
    """The request is at fault; nothing of it was kept."""

    status = HTTPStatus.BAD_REQUEST


class NoFile(Refused):
    """Neither a photo nor text arrived."""

    code = "no_file"
    sentence = mark("No photo arrived. Choose a photo, or paste some text.")


class TooManyFiles(Refused):
    """More photos than one request may carry."""

    code = "too_many_files"
    sentence = mark("That is more than 10 photos. Send them in smaller groups.")


class BadText(Refused):
    """Text that no database can keep: NUL bytes, lone surrogates, or far too long."""

    code = "bad_text"
    sentence = mark("This text holds characters that cannot be stored, or is too long.")


class BadForm(Refused):
    """A form that ends too early, names no boundary or is no UTF-8."""

    code = "bad_request"
    sentence = mark("This form is damaged or was cut off, so nothing of it was kept. Please send it again.")


class UnknownToken(Refused):
    """A token that was mistyped or taken back; a caller with one must not become a newcomer unnoticed."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unknown_token"
    sentence = mark(
        "This token is not known here, or it was taken back. Make a new one on the page of your devices."
    )


class CrossSite(Refused):
    """Another site's page tried to act for the student."""

    status = HTTPStatus.FORBIDDEN
    code = "cross_site"
    sentence = mark("This request came from another site, so it was refused.")


class NotFound(Refused):
    """No such thing, or it belongs to somebody else; the two look the same."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    sentence = mark("There is nothing here, or it belongs to somebody else.")


class Stale(Refused):
    """Something was changed in another tab or on another device since the form was opened."""

    status = HTTPStatus.CONFLICT
    code = "stale"
    sentence = mark("This was changed meanwhile, in another tab or on another device.")


class CardAway(Refused):
    """The student's own card, but deleted, in the trash, set aside or never accepted."""

    status = HTTPStatus.GONE
    code = "card_away"
    sentence = mark("This card is not in your reviews any more. Nothing was counted.")


class SlowBody(Refused):
    """The request stopped arriving, or came in at less than 2 kB/s."""

    status = HTTPStatus.REQUEST_TIMEOUT
    code = "slow_body"
    sentence = mark("This took too long to arrive. Try again with a better connection, or with fewer photos.")


class TooLarge(Refused):
    """More bytes than the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    sentence = mark("This photo is too large. Make it smaller, and send it again.")


class UnsupportedType(Refused):
    """The first bytes are not those of a picture type that we read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_type"
    sentence = mark(
        "This is not a picture that can be read here. Send a JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or "
        "BMP, or a PDF."
    )


class Unreadable(Refused):
    """A picture whose header or pixels are damaged."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unreadable"
    sentence = mark("This picture is damaged and cannot be read.")


class BadFile(Refused):
    """A deck or an account file that is damaged, or none at all."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_file"
    sentence = mark("This file is damaged, or not what its name says. Nothing of it was kept.")


class WrongCode(Refused):
    """A one-time code that is mistyped, used or over."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_code"
    sentence = mark(
        "This code is not right, or its ten minutes are over. Make a new one on your other device."
    )


class TooManyPixels(Refused):
    """More pixels than fit into memory when decoded."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "too_many_pixels"
    sentence = mark("This picture has too many pixels. Save it as a smaller JPEG and send it again.")


class QuotaReached(Refused):
    """More analyses in the last hour than one guest or address may start."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "quota"
    sentence = mark("You have reached the number of photos per hour. Please come back later.")
    retry_after = 600


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


class DiskFull(Unavailable):
    """The upload could not be written; nothing of it was kept."""

    code = "disk_full"
    sentence = mark(
        "The server has no room for this photo right now. Nothing was kept; please try again later."
    )
    retry_after = 60


class DatabaseDown(Unavailable):
    """The database does not answer, or its tables could not be repaired."""

    code = "database"
    sentence = mark("Your packs cannot be reached right now. Nothing was lost; please try again in a moment.")


class ConnectionLost(DatabaseDown):
    """The database went away while it was asked; whoever only reads may ask again."""


class TablesUnfit(DatabaseDown):
    """The tables lack what this request needs, and could not be repaired (yet)."""

    sentence = mark(
        "This page is being made ready after an update. Nothing was lost; please try again in a moment."
    )


class JobFailed(StudylensError):
    """A job that was accepted and did not end in a pack."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "failed"


class OutOfMemory(JobFailed):
    """The analysis process reached the memory that it may use."""

    code = "out_of_memory"
    sentence = mark("This photo was too much for this server. A smaller one may work.")


class UploadLost(JobFailed):
    """The upload is not on this machine's disk (any more)."""

    code = "upload_lost"
    sentence = mark("The photo was lost when the server restarted. Please send it again.")


class TookTooLong(JobFailed):
    """The analysis was ended because it ran past its time limit."""

    code = "took_too_long"
    sentence = mark(
        "Reading this photo took too long, so it was stopped. A clearer or smaller photo may work."
    )


class AnalysisCrashed(JobFailed):
    """The analysis process ended without an answer, each time it was tried."""

    code = "crashed"
    sentence = mark("Reading this photo failed several times. Save it as a JPEG and send it again.")


class NothingFound(JobFailed):
    """No engine found anything to study."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "nothing_found"
    sentence = mark("Nothing to study was found in this photo.")


class NothingTaught(JobFailed):
    """A set without photos, or a server on which photos cannot be told apart."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "nothing_taught"
    sentence = mark("This set has no photos yet. Add some to a class, then train it.")


class BadDocument(JobFailed):
    """A PDF that is locked, damaged or too long, or has no such page."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_document"
    sentence = mark("This PDF cannot be opened. Export or print it as PDF again, and send that.")


class BadBox(JobFailed):
    """A box that lies outside the picture, is as small as a point, or leaves nothing around it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "bad_box"
    sentence = mark("This box cannot be cut out. Its numbers are left, top, right, bottom, from 0 to 1.")


class NothingCut(JobFailed):
    """A picture of which nothing could be cut out: blank, black, or nothing apart from its ground."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "nothing_cut"
    sentence = mark("Nothing could be cut out of this picture.")


class Cancelled(JobFailed):
    """The student cancelled the job."""

    status = HTTPStatus.CONFLICT
    code = "cancelled"
    sentence = mark("You cancelled this photo.")


class EngineFailed(Exception):
    """One engine gave nothing; `reason` is a short phrase for the log and the student."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EngineSkipped(EngineFailed):
    """An engine was not tried, by name: `no key`, `private`, `no model`, `memory pressure`..."""


def error_for_code(code: str) -> type[StudylensError]:
    """Return the error class with this stable code; StudylensError itself for an unknown one."""
    return next((kind for kind in _tree(StudylensError) if kind.code == code), StudylensError)


def _tree(kind: type[StudylensError]) -> Iterator[type[StudylensError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _tree(child)
