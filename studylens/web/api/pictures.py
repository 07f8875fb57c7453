"""Pictures of cards."""

import base64
import binascii
from http import HTTPStatus

from flask import Blueprint

from studylens.errors import BadText
from studylens.language import _
from studylens.models.cutouts import ALT_CHARS
from studylens.study.cutouts import sent as pictures
from studylens.study.resources import pages
from studylens.web.api.door import Caller, route
from studylens.web.api.operations import PREFIX, Given, Operation, Scope
from studylens.web.api.shapes import NewPicture
from studylens.web.door.sizes import FIELDS, takes
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import parse_text

blueprint = Blueprint("api_pictures", __name__, url_prefix=PREFIX)


@route(
    blueprint,
    Operation(
        "PUT", "/cards/<card_id>/picture", Scope.WRITE, None, NewPicture,
        status=HTTPStatus.NO_CONTENT, takes_file=True,
    ),
)  # fmt: skip
@takes(FIELDS)
def put_picture(caller: Caller, sent: NewPicture, card_id: str) -> Given:
    """Put a picture on a side of a card, in place of the one that is there."""
    try:
        data = base64.b64decode(sent.webp, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadText(_("“%(field)s” is not as it should be.", field="webp")) from error
    found = pictures.SentPicture(data, parse_text(sent.alt, ALT_CHARS))
    with wiring().database.writing() as session:
        card, _schedule = pages.card_of(session, caller.guest_id, card_id)
        pictures.put(session, card, found, on_back=sent.side == "back")
    return Given(None, HTTPStatus.NO_CONTENT)
