"""Every error as JSON or as a page, with its own status; never a stack trace. The API's are RFC 9457's."""

import logging
from http import HTTPStatus

from flask import Blueprint, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from studylens.errors import NotFound, StudylensError, disk_refusal
from studylens.language import mark
from studylens.web.door.accept import wants_json
from studylens.web.door.sizes import too_large
from studylens.web.door.wiring import wiring

log = logging.getLogger("studylens.web")

blueprint = Blueprint("errors", __name__)
PREFIX = "/api/v1"
"""Where the API begins."""
_SENTENCES = {
    HTTPStatus.METHOD_NOT_ALLOWED: mark("This address does not do that. Start again from the first page."),
    HTTPStatus.BAD_REQUEST: mark("This request could not be understood."),
}


@blueprint.app_errorhandler(StudylensError)
def show_error(error: StudylensError) -> ResponseReturnValue:
    """Answer with the error's status, its code and its one kind sentence."""
    if _is_api(request.path):
        return _problem(error)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if wants_json():
        body = jsonify(error={"code": error.code, "message": error.sentence})
        return body, error.status, headers
    return render_template("error.html", error=error), error.status, headers


@blueprint.app_errorhandler(HTTPException)
def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer for what Werkzeug refuses; a redirect stays one."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    answer = make_response(show_error(_translated(error, HTTPStatus(error.code))))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


@blueprint.app_errorhandler(OSError)
def show_disk_error(error: OSError) -> ResponseReturnValue:
    """Answer for a disk that is full, or may not be written, while the request is still arriving."""
    refusal = disk_refusal(error)
    if refusal is None:
        return show_unexpected(error)
    log.error("The disk refuses: %s", error)  # Path and reason; a traceback would say no more.
    return show_error(refusal)


@blueprint.app_errorhandler(Exception)
def show_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what nobody foresaw, and answer without its details."""
    log.error("A request failed", exc_info=error)
    return show_error(StudylensError())


def _translated(error: HTTPException, status: HTTPStatus) -> StudylensError:
    if status is HTTPStatus.NOT_FOUND:
        return NotFound()
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large(request, wiring().config)
    plain = StudylensError(_SENTENCES.get(status, f"{status.phrase}."))
    plain.status, plain.code = status, status.name.lower()
    plain.retry_after = None
    log.debug("refused by Werkzeug: %s", error)
    return plain


def _is_api(path: str) -> bool:
    """Say whether a path, below any prefix of a proxy, is the API's."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _problem(error: StudylensError) -> ResponseReturnValue:
    """Return the error as a problem; `type` names it, in the OpenAPI document of this version."""
    said = {
        "type": f"{PREFIX}/openapi.json#{error.code}",
        "title": error.status.phrase,
        "status": error.status.value,
        "detail": error.sentence,
        "code": error.code,
    }
    made = jsonify(said)
    made.status_code = error.status.value
    made.mimetype = "application/problem+json"
    if error.status is HTTPStatus.UNAUTHORIZED:
        made.headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        made.headers["Retry-After"] = str(error.retry_after)
    return made
