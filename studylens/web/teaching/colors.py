"""The published addresses: a colour is a class of the caller's newest set, and is trained with it."""

from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from studylens.errors import NotFound
from studylens.models import SetClass
from studylens.study.teaching import store
from studylens.web.door.guests import guest_id, posting_guest
from studylens.web.door.sizes import PHOTOS, takes
from studylens.web.door.wiring import wiring
from studylens.web.teaching import photos, training
from studylens.web.teaching.asked import named
from studylens.web.teaching.shapes import class_json

blueprint = Blueprint("colors", __name__)


@blueprint.post("/colors")
def make() -> ResponseReturnValue:
    """Add a class (JSON or form: name, description) to the newest set; the first one makes a set."""
    wanted = named()
    with posting_guest(wiring().database) as guest, wiring().database.writing() as session:
        made = store.add_class(session, store.first_set(session, guest), wanted)
        return jsonify(class_json(made, 0)), HTTPStatus.CREATED


@blueprint.post("/colors/<int:class_id>/images")
@takes(PHOTOS)
def add_photos(class_id: int) -> ResponseReturnValue:
    """Add photos to a class: as `POST /sets/<id>/classes/<class>/images`."""
    return photos.take(class_id)


@blueprint.post("/train/<int:number>")
def train(number: int) -> ResponseReturnValue:
    """Train the caller's set of this number; else the set of the class of this number. Raises NotFound."""
    with wiring().database.reading() as session:
        guest = guest_id(session)
        try:
            set_id = store.find_set(session, guest, number).id
        except NotFound:
            found: SetClass = store.find_class(session, guest, number)
            set_id = found.set_id
    return training.begin(set_id)
