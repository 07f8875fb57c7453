"""Addresses: how one is written is worked out when it is first asked for, not at each start.

Source: werkzeug.routing.Rule compiles two functions of Python for each address. For our 200 addresses
that took two thirds of `create_app`.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule that can be matched at once, and compiles what writes it when somebody links to it."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - theirs.
        make = super()._compile_builder
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(make(append_unknown))
            return made[0](rule, **values)

        return build
