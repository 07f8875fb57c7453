"""JSON as the body of a request: read as hurriedly and as bounded as a form is."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.exceptions import ClientDisconnected

from studylens.errors import BadForm, BadText, TooLarge
from studylens.language import _
from studylens.serving.places import places
from studylens.storable import is_storable
from studylens.web.door.arrival import BLOCK_BYTES, BLOCK_SECONDS, Patience
from studylens.web.door.bodies import BodyRequest
from studylens.web.door.sizes import FIELDS_BYTES

JSON = "application/json"


def told(request: BodyRequest) -> Mapping[str, str]:
    """Return the fields of a form, or those of a JSON object that are texts or numbers.

    Raises what a form raises, and what `json_object` does.
    """
    if request.mimetype != JSON:
        return request.form
    found = json_object(request).items()
    return {name: str(value) for name, value in found if isinstance(value, str | int)}


def json_object(request: BodyRequest) -> dict[str, Any]:
    """Return the object that a request brings; all texts in it can be stored, and shown again.

    Raises BadForm, BadText, TooLarge, SlowBody, Busy.
    """
    request.take_place()
    body = b""
    with places.aside(), Patience(request.environ, BLOCK_SECONDS) as patience:
        while block := patience.read(request.stream, BLOCK_BYTES):
            body += block
            if len(body) > FIELDS_BYTES:
                raise TooLarge(_("JSON may have %(kb)s kB here.", kb=FIELDS_BYTES // 1024))
    if len(body) < (request.content_length or 0):
        raise ClientDisconnected
    request.has_arrived = True
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadForm(_("This is no JSON object, so nothing of it was kept.")) from error
    if not isinstance(found, dict):
        raise BadForm(_("This is no JSON object, so nothing of it was kept."))
    if not all(map(is_storable, _texts(found))):
        raise BadText
    return found


def _texts(found: object) -> Iterator[str]:
    """Yield every name and text inside, however deep."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
