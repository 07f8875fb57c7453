"""What happens to every request before its view, and to every answer after it."""

import threading
from urllib.parse import urlsplit

from flask import Blueprint, request

from studylens.budget_limits import SMALL_BODY_BYTES
from studylens.errors import BadText, NotFound
from studylens.machine import disk
from studylens.serving.places import places
from studylens.storable import LARGEST_INTEGER, is_storable
from studylens.study.budgets.room import Asked
from studylens.study.budgets.sums import asked_by
from studylens.web.door.bodies import FORM_TYPES
from studylens.web.door.guests import address_hash
from studylens.web.door.headers import STATIC, protect
from studylens.web.door.sender.origin import SAFE_METHODS, refuse_cross_site
from studylens.web.door.sizes import bound_body
from studylens.web.door.squeeze import squeeze
from studylens.web.door.storage import disks_of
from studylens.web.door.wiring import wiring

blueprint = Blueprint("door", __name__)
blueprint.after_app_request(protect)
blueprint.after_app_request(squeeze)

WITHOUT_DATABASE = STATIC | {
    "home.show_home",
    "capture.show",
    "operations.health",
    "form_tokens.show",
    "operations.show_memory",
    "ready.show",
    "phones.show_state",
    "installed.show_manifest",
    "installed.show_worker",
    "installed.show_offline",
    "installed.show_review",
    "installed.share",
}
"""Endpoints that answer when the database does not. Each takes a place before it asks it."""

taking_in = threading.Lock()
"""Held while photos are in memory: 50 MB once, not once for each of 32 threads."""


@blueprint.before_app_request
def check_request() -> None:
    """Bound the body and refuse other sites' requests. Raises CrossSite, TooLarge."""
    config = wiring().config
    refuse_cross_site(request, urlsplit(config.base_url).netloc.lower())
    bound_body(request, config)


@blueprint.before_app_request
def check_disk() -> None:
    """Refuse an upload that would use the disk's reserve, before its body is read. Raises DiskFull.

    It is there twice for a moment: while it arrives, and where it is kept.
    """
    length = request.content_length or 0
    if "Transfer-Encoding" in request.headers or length > SMALL_BODY_BYTES:
        config = wiring().config
        disk.check_room(disks_of(config), 2 * length, config.disk_reserve_bytes)


@blueprint.before_app_request
def note_who_asks() -> None:
    """Let what this request adds count against its guest's and its address's budgets."""
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        asked_by.set(Asked(address_hash(), wiring().config))


@blueprint.teardown_app_request
def forget_who_asked(_error: BaseException | None) -> None:
    """The thread serves somebody else next, or nobody."""
    asked_by.set(None)


@blueprint.before_app_request
def check_address() -> None:
    """Refuse addresses that no database can look up. Raises NotFound, or BadText for what follows the `?`."""
    if not all(_can_be_kept(value) for value in (request.view_args or {}).values()):
        raise NotFound
    try:
        asked = list(request.args.items(multi=True))
    except UnicodeDecodeError as error:  # A raw byte; what browsers send is escaped.
        raise BadText from error
    if not all(_can_be_kept(value) for pair in asked for value in pair):
        raise BadText


def _can_be_kept(value: object) -> bool:
    return value <= LARGEST_INTEGER if isinstance(value, int) else is_storable(str(value))


@blueprint.before_app_request
def let_form_arrive() -> None:
    """Let a form arrive before anything is asked of the database: a slow phone must hold no connection.

    Raises what reading a form raises (web/door/bodies.py).
    """
    if request.endpoint is not None and request.method not in SAFE_METHODS and request.mimetype in FORM_TYPES:
        _ = request.form


@blueprint.before_app_request
def check_database() -> None:
    """Repair the tables, if they need it, before a view asks for them. Raises Busy, DatabaseDown."""
    if request.endpoint is not None and request.endpoint not in WITHOUT_DATABASE:
        places.take()
        wiring().database.ensure_compatible()


@blueprint.teardown_app_request
def leave_place(_error: BaseException | None) -> None:
    """Let the next view ask the database."""
    places.give_back()
