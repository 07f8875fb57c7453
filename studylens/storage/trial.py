"""Does the bucket do what we need? Asked at start and by `flask doctor`, with an object of our own."""

from collections.abc import Callable

from studylens.errors import BucketDown, UploadLost
from studylens.models import new_id
from studylens.storage.bucket import Bucket, reason

WORD = b"trial"


def fault(bucket: Bucket) -> str:
    """Return what is wrong with the bucket, in a sentence; empty when all four of our steps work.

    The object's name is that of an upload, so the sweep finds one that a kill left.
    """
    name = new_id()
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("put an object", lambda: bucket.put(name, WORD)),
        ("list objects", lambda: next(bucket.objects(), None)),
        ("read an object", lambda: b"".join(bucket.blocks(name))),
        ("remove an object", lambda: bucket.remove(name)),
    )
    for what, step in steps:
        try:
            step()
        except UploadLost:
            return f"{bucket.address}: an object that was put is not there: no photo can be read."
        except BucketDown as error:
            why = reason(error.__cause__ or error)
            return f"{bucket.address}: could not {what} ({why}): no photo can be taken."
    return ""
