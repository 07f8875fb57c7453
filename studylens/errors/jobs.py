"""How a job that was accepted ends without its result."""

from http import HTTPStatus

from studylens.errors.tree import StudylensError
from studylens.language import mark


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
