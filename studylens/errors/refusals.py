"""What ends a request that is at fault: nothing of it was kept."""

from http import HTTPStatus

from studylens.errors.tree import StudylensError
from studylens.language import mark


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


class PackFull(BadText):
    """One card or question more than a pack holds."""

    code = "pack_full"
    sentence = mark("This pack is full. Start another one for more.")


class BadLines(Refused):
    """Lines that a device is said to have read, and that cannot be: no numbers, no boxes, far too many."""

    code = "bad_lines"
    sentence = mark("What your device read could not be understood. Send the photo instead.")


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


class StaleForm(Refused):
    """A form without this device's token: another site's, or a page of before the cookie changed."""

    status = HTTPStatus.FORBIDDEN
    code = "stale_form"
    sentence = mark("This page was loaded before you were known here. Load it again, then send it again.")


class NotFound(Refused):
    """No such thing, or it belongs to somebody else; the two look the same."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    sentence = mark("There is nothing here, or it belongs to somebody else.")


class TooLate(Refused):
    """An answer to a question of a live quiz that is over."""

    status = HTTPStatus.CONFLICT
    code = "too_late"
    sentence = mark("This question is over: its answer was shown already.")


class NotTakingPart(Refused):
    """An answer from a phone that has not come in, or was taken out by the teacher."""

    status = HTTPStatus.FORBIDDEN
    code = "not_taking_part"
    sentence = mark("You do not take part in this quiz any more. Come in with its code again.")


class Stale(Refused):
    """Something was changed in another tab or on another device since the form was opened."""

    status = HTTPStatus.CONFLICT
    code = "stale"
    sentence = mark("This was changed meanwhile, in another tab or on another device.")


class ScopeMissing(Refused):
    """A token that is known, and may not do this."""

    status = HTTPStatus.FORBIDDEN
    code = "scope_missing"
    sentence = mark("This token opens the API only, and not what else you can do.")


class VersionMissing(Refused):
    """A change that does not say what it changes."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "version_missing"
    sentence = mark("Send If-Match with the ETag of what you change.")


class TooFast(Refused):
    """A program that asks more often than it may."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_fast"
    sentence = mark("These are too many requests at once. Wait a second.")
    retry_after = 1


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


class NoRoom(Refused):
    """The student, or all of this server, keeps as much as may be kept."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "no_room"
    sentence = mark("You keep as much here as you may. Delete what you do not need, then try again.")


class QuotaReached(Refused):
    """More analyses in the last hour than one guest or address may start."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "quota"
    sentence = mark("You have reached the number of photos per hour. Please come back later.")
    retry_after = 600
