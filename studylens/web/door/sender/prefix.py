"""The path under which a proxy serves us: `X-Forwarded-Prefix`, when it is a path and nothing else."""

import re
from collections.abc import Iterable
from typing import Any

_HEADER = "HTTP_X_FORWARDED_PREFIX"
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
"""Never `//other.example`, which a browser takes for another site."""


class PlainPrefix:
    """WSGI: takes a prefix away that is no path, before anybody builds addresses from it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on."""
        told = [part.strip().rstrip("/") for part in environ.get(_HEADER, "").split(",")]
        environ[_HEADER] = ",".join(told)
        if not all(_PATH.fullmatch(part) for part in told):
            del environ[_HEADER]
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
