"""What each POST of the matrix sends, so that the owner's is taken; `{names}` are of world.Things.

Whoever is not the owner sends the same, with the owner's ids in it. A route that is not here sends nothing.
"""

import json
from io import BytesIO
from typing import Any

from tests.web.accounts.world import PASSWORD
from tests.web.matrix.world import Things
from tests.web.world import picture

PHOTO = picture()
_CARD = {"front": "What is green?", "back": "Chlorophyll", "version": "1"}
_PART = {**_CARD, "text": "A line", "question": "Which?", "answer": "a", "others": "b"}
SENT: dict[str, dict[str, Any]] = {
    "/account": {"name": "newcomer", "password": PASSWORD},
    "/account/codes": {"password": PASSWORD},
    "/account/passkeys/confirm": {"password": PASSWORD},
    "/account/password": {"current": PASSWORD, "password": "moss cloud ladder"},
    "/analyze": {"text": "Osmosis: water passes a membrane.", "into": "{pack_id}"},
    "/api/remove": {"file": PHOTO},
    "/colors": {"name": "Red"},
    "/colors/<class_id>/images": {"image": PHOTO},
    "/cutouts/<cutout_id>/card": {"front": "What is it?", "back": "A leaf", "card": "{card_id}"},
    "/devices/delete": {"token": "{device}"},
    "/devices/join": {"code": "00000-00000"},
    "/devices/tokens": {"name": "a script"},
    "/devices/tokens/delete": {"token": "{device}"},
    "/documents/<document_id>/pages": {"page": "1"},
    "/export/packs": {"form": "md", "pack": "{pack_id}"},
    "/import": {"file": (b"front,back\nWhat?,That.\n", "cards.csv")},
    "/my-data/delete": {"sure": "1"},
    "/operator": {"key": "guessed"},
    "/packs/<pack_id>/<kind>/new": _PART,
    "/packs/<pack_id>/<kind>/<item_id>/edit": _PART,
    "/packs/<pack_id>/<kind>/<number>/card": {"marked": "green"},
    "/packs/<pack_id>/accept": {"all": "1"},
    "/packs/<pack_id>/cut": {"image": PHOTO},
    "/packs/<pack_id>/edit": {"title": "Leaves", "version": "1"},
    "/packs/<pack_id>/exam": {"exam_date": ""},
    "/packs/<pack_id>/explain": {"text": "Chlorophyll is green."},
    "/packs/<pack_id>/give-back": {"taken": "1"},
    "/packs/<pack_id>/pages/<number>/move": {"to": "2"},
    "/packs/<pack_id>/questions": {"question": "Why is a leaf green?"},
    "/packs/<pack_id>/read-again": {"image": PHOTO},
    "/packs/<pack_id>/sheets": {"templates": "a4_revision"},
    "/packs/<pack_id>/story": {"caption1": "A leaf", "scene1": "A leaf", "draw1": "1", "agreed": "1"},
    "/packs/<pack_id>/typed": {"typed": "1"},
    "/packs/bulk": {"action": "trash", "pack": "{pack_id}"},
    "/packs/bulk/ask": {"action": "tag", "pack": "{pack_id}"},
    "/quizzes": {"pack": "{pack_id}"},
    "/quizzes/<attempt_id>/items/<position>": {"choice": "0", "answer": "a"},
    "/quizzes/today": {"pack": "{pack_id}"},
    "/reset": {"name": "owner", "code": "0000-0000-0000-0000", "password": "moss cloud ladder"},
    "/reset/<word>": {"password": "moss cloud ladder"},
    "/review/cards/<card_id>/answer": {"rating": "3", "key": "k" * 16},
    "/review/cards/<card_id>/check": {"given": "Chlorophyll"},
    "/review/cards/<card_id>/count": {"given": "Chlorophyll"},
    "/review/cards/<card_id>/edit": _CARD,
    "/review/catch-up": {"days": "3"},
    "/review/cram/<pack_id>/cards/<card_id>": {"rating": "3", "key": "k" * 16},
    "/review/cram/<pack_id>/cards/<card_id>/check": {"given": "Chlorophyll"},
    "/review/undo": {"key": "k" * 16},
    "/sets": {"name": "Leaves"},
    "/sets/<set_id>/classes": {"name": "Oak"},
    "/sets/<set_id>/classes/<class_id>": {"name": "Oak"},
    "/sets/<set_id>/classes/<class_id>/images": {"image": PHOTO},
    "/sets/<set_id>/identify": {"image": PHOTO},
    "/sets/import": {"file": (b"no set", "set.zip")},
    "/settings": {
        "time_zone": "Europe/Berlin", "buttons": "4", "daily_cap": "60", "new_per_day": "9", "aim": "90",
    },
    "/settings/language": {"language": "en"},
    "/settings/look": {"theme": "dark"},
    "/settings/zone": {"zone": "Europe/Berlin"},
    "/sheets/templates": {
        "template": json.dumps({"id": "wall", "name": "Wall", "background": "#ffffff", "content": "revision",
                                "corners": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]}),
    },
    "/sign-in": {"name": "owner", "password": "a wrong one"},
}  # fmt: skip


def form(address: str, things: Things) -> dict[str, Any]:
    """Return the fields for this address, with files that can be read once."""
    return {name: _value(value, things) for name, value in SENT.get(address, {}).items()}


def _value(value: Any, things: Things) -> Any:
    if isinstance(value, bytes):
        return BytesIO(value), "photo.png"
    if isinstance(value, tuple):
        return BytesIO(value[0]), value[1]
    return str(things[value[1:-1]]) if value.startswith("{") and value[1:-1] in things else value
