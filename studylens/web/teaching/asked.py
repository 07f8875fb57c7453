"""What a request about sets names, parsed once: a name, photos, and whose they are."""

import traceback
from collections.abc import Callable
from typing import cast

from flask import request

from studylens import limits
from studylens import teaching_limits as most
from studylens.analysis.protocol.wire import Wishes
from studylens.errors import BadText, NoFile, StudylensError, TooManyFiles, UnsupportedType
from studylens.language import _
from studylens.study.teaching.store import Named
from studylens.uploads.upload import PDF_MARK, Upload, accept, safe_name
from studylens.web.door.bodies import BodyRequest
from studylens.web.door.checks import taking_in
from studylens.web.door.plain import told
from studylens.web.door.wiring import wiring
from studylens.web.upload.intake import is_yes, parse_text

FIELDS = ("image", "images")


def named() -> Named:
    """Return the name and description of a form or of JSON. Raises BadText, BadForm."""
    fields = told(cast("BodyRequest", request))
    name = parse_text(fields.get("name", ""), most.MAX_NAME_CHARS)
    if not name:
        raise BadText(_("Give it a name, such as “Oak”."))
    return Named(name, parse_text(fields.get("description", ""), most.MAX_DESCRIPTION_CHARS))


def with_photos(work: Callable[[tuple[Upload, ...], Wishes], str]) -> str:
    """Let `work` take in the request's photos, all or none; no photo is held when it returns.

    Raises NoFile, TooManyFiles, what `accept` raises for the first bad photo, and what `work` raises.
    """
    try:
        _ = request.files  # The body arrives before the lock is taken: a slow phone must not hold it.
        with taking_in:
            return _accepted(work)
    finally:
        request.close()


def _accepted(work: Callable[[tuple[Upload, ...], Wishes], str]) -> str:
    try:
        files = [item for field in FIELDS for item in request.files.getlist(field) if item.filename]
        if len(files) > limits.MAX_PHOTOS:
            raise TooManyFiles
        photos = tuple(_photo(item.stream.read(), item.filename or "") for item in files)
        if not photos:
            raise NoFile(_("No photo arrived. Choose one, or several."))
        keeps = request.form.getlist("keep") or ["1"]  # The form's hidden "0" comes before its tick.
        return work(photos, Wishes(private=True, keep_copy=is_yes(keeps[-1])))
    except StudylensError as error:
        # Its traceback would keep all photos until the answer is sent, and the lock is free by then.
        traceback.clear_frames(error.__traceback__)
        raise


def _photo(data: bytes, name: str) -> Upload:
    if data.startswith(PDF_MARK):
        raise UnsupportedType(_("%(name)s is a PDF. A set is taught with photos.", name=safe_name(name)))
    return accept(data, name, max_bytes=wiring().config.max_upload_bytes)
