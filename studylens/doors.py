"""What the operator says of the doors: addresses, names, proxies, and who may look inside."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from studylens.variables import ConfigError, check_address, env

LEAST_TOKEN_CHARS = 20
"""Of the operator's token: 20 random ones are guessed by nobody; words are shorter."""
_NAME = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*")
"""A host's name without scheme, port and path; a dot before it stands for all below it."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """How the service is reached, and by what name."""

    host: str = env("HOST", "127.0.0.1")
    """0.0.0.0 in Procfile, render.yaml and Dockerfile only."""
    base_url: str = env("BASE_URL", "")
    """Public address, for links that leave the site; its host is a name of this service."""
    trusted_hosts: tuple[str, ...] = env("TRUSTED_HOSTS", ())
    """More names of this service, commas between; `.example.org` stands for example.org and all below it."""
    render_hostname: str = env("RENDER_EXTERNAL_HOSTNAME", "")
    """Set by Render itself: the name under which it serves us."""
    on_render: bool = env("RENDER", False)  # noqa: FBT003 - the default of a field, not an argument.
    """Set by Render itself; its root disk is emptied at every deploy."""
    trusted_proxies: int = env("TRUSTED_PROXIES", 0)
    """Proxies in front that append to X-Forwarded-For; 0: the peer's address counts."""
    local_mode: bool = env("LOCAL_MODE", False)  # noqa: FBT003 - a default, as above.
    """Set by `make run` alone; see `is_local`."""
    operator_token: str = env("OPERATOR_TOKEN", "")
    """Shown as `Authorization: Bearer` it is the operator who asks; empty: only this machine itself is."""

    metrics_token: str = env("METRICS_TOKEN", "")
    """Shown as `Authorization: Bearer` it opens /metrics alone; empty: only the operator reads it."""

    def check_doors(self) -> None:
        """Refuse what is no name and no address. Raises ConfigError."""
        check_address("BASE_URL", self.base_url)
        for name in filter(None, (*self.trusted_hosts, self.render_hostname)):
            if not _NAME.fullmatch(name.lower()):
                raise ConfigError(f"TRUSTED_HOSTS: {name!r} is no name such as study.example.org")
        _check_token("OPERATOR_TOKEN", self.operator_token)
        _check_token("METRICS_TOKEN", self.metrics_token)

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name of this service, in small letters; IP addresses are no names."""
        named = (urlsplit(self.base_url).hostname or "", self.render_hostname, *self.trusted_hosts)
        return ("localhost", *(name.lower() for name in named if name))

    @property
    def is_local(self) -> bool:
        """Say whether this installation serves this machine alone: no other address, no proxy, no host."""
        alone = self.host == "127.0.0.1" and not self.trusted_proxies
        return self.local_mode and alone and not (self.base_url or self.on_render)


def _check_token(name: str, token: str) -> None:
    """Refuse what is guessed, or no header carries; the message must not show it."""
    plain = token.isascii() and token.isprintable() and " " not in token
    if token and not (len(token) >= LEAST_TOKEN_CHARS and plain):
        raise ConfigError(
            f"{name} needs {LEAST_TOKEN_CHARS} letters or more, no blanks: openssl rand -hex 32"
        )
