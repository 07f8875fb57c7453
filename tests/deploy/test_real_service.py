"""A real service as hosts start it: below a path, with a log that machines read."""

import json
import urllib.request
from collections.abc import Callable

import pytest

from tests.service import Service


@pytest.mark.sqlite("about gunicorn and the log")
def test_below_a_path_health_answers_and_each_line_of_the_log_is_json(serve: Callable[..., Service]) -> None:
    """Its start waits for the bare /health, which a host asks; gunicorn itself answers 500 to that."""
    service = serve(SCRIPT_NAME="/study", LOG_FORMAT="json", ENGINES="none")
    assert service.get_json("/study/health")[0] == 200
    headers = {"X-Request-ID": "from-the-proxy", "Accept": "application/json"}
    data = b"text=Osmosis+is+the+movement+of+water."
    asked = urllib.request.Request(f"{service.url}/study/analyze?wait=60", data=data, headers=headers)
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["X-Request-ID"] == "from-the-proxy"
        (job,) = json.load(answer)["jobs"]
    service.stop()
    lines = [json.loads(line) for line in service.log.splitlines()]
    assert {"gunicorn.error", "studylens.jobs"} <= {line["logger"] for line in lines}
    ours = [line for line in lines if line.get("request_id") == "from-the-proxy"]
    assert {line.get("job_id") for line in ours} == {None, job["id"]}
