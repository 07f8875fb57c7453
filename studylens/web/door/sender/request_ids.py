"""Which request it is: an id from whoever stands before us, or our own, in the log and in the answer."""

from flask import Blueprint, Response, request

from studylens.sight import trace

blueprint = Blueprint("request_ids", __name__)
HEADER = "X-Request-ID"


@blueprint.before_app_request
def begin() -> None:
    """Let what this thread logs and asks for bear the request's id."""
    trace.begin_request(request.headers.get(HEADER, ""))


@blueprint.after_app_request
def tell(response: Response) -> Response:
    """Tell the id, so that a student's report finds its lines."""
    response.headers[HEADER] = trace.request_id()
    return response


@blueprint.teardown_app_request
def end(_error: BaseException | None) -> None:
    """The thread serves somebody else next."""
    trace.end_request()
