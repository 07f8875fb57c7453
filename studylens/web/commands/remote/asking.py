"""The service that a command asks: its address as an option, its token from the environment alone."""

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource

from studylens.remote.faults import BadPlace
from studylens.remote.place import LOCAL_URL, TOKEN_VARIABLE, URL_VARIABLE, Place, place_of


def asks_a_service(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--url`, and its function the `url` and the `token`; see `place`."""
    where = click.option(
        "--url", envvar=URL_VARIABLE, default=LOCAL_URL, show_default=True, help="The service's address."
    )
    check = never_shown(TOKEN_VARIABLE)
    token = click.option("--token", envvar=TOKEN_VARIABLE, default="", hidden=True, callback=check)
    return where(token(command))


def place(url: str, token: str) -> Place:
    """Return where the service is. Raises click.ClickException, with what to set."""
    try:
        return place_of(url, token)
    except BadPlace as error:
        raise click.ClickException(str(error)) from error


def never_shown(variable: str) -> Callable[[click.Context, click.Parameter, str], str]:
    """Return the check that a secret comes from its variable: everybody on a machine can list commands."""

    def check(context: click.Context, option: click.Parameter, value: str) -> str:
        if option.name and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"Set it as {variable}: whoever uses this machine sees commands.")
        return value

    return check
