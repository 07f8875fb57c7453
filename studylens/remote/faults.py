"""What can go wrong while a service is asked, named for whoever runs the program."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What the service said (RFC 9457). `code` is stable, `detail` a sentence; `retry_after`: seconds."""

    status: int = 0
    code: str = ""
    title: str = ""
    detail: str = ""
    retry_after: float = 0.0


class RemoteFault(Exception):
    """Anything that went wrong with the service; `str()` is a sentence for a person."""

    def __init__(self, sentence: str, problem: Problem | None = None) -> None:
        super().__init__(sentence)
        self.problem = problem or Problem()


class BadPlace(RemoteFault):
    """The address or the token cannot be what they should be; nothing was sent."""


class ServiceAway(RemoteFault):
    """Nobody answered in time, or the service is busy: the same works later."""


class StrangeAnswer(RemoteFault):
    """Whoever answered does not speak the API: another program, a proxy's page, a redirection."""


class Refused(RemoteFault):
    """The service answered, and said no; `problem` says why."""


class TokenRefused(Refused):
    """401: the token was taken back, its account is gone, or it never was one."""


class ScopeRefused(Refused):
    """403: the token may not do this."""


class NotThere(Refused):
    """404 or 410: no such thing, or it is somebody else's, or it was put away."""


class ChangedMeanwhile(Refused):
    """409: it is not what the caller has seen."""


class AskedTooFast(Refused):
    """429: too many requests; `problem.retry_after` says when."""


_BY_STATUS: dict[int, type[RemoteFault]] = {
    401: TokenRefused,
    403: ScopeRefused,
    404: NotThere,
    409: ChangedMeanwhile,
    410: NotThere,
    429: AskedTooFast,
    507: Refused,  # A budget is used up, or the disk is full: it will not be otherwise in a moment.
}
_AT_FAULT = 500
"""From here on the service is at fault, not what was asked."""


def fault_of(problem: Problem) -> RemoteFault:
    """Return the fault of an answer that is none of success."""
    usual = Refused if problem.status < _AT_FAULT else ServiceAway
    told = problem.detail or problem.title or f"The service answered with {problem.status}."
    return _BY_STATUS.get(problem.status, usual)(told, problem)
