"""The commands of `flask`, imported when one is asked for: the web process has no use for them."""

from importlib import import_module

import click
from flask import Blueprint
from flask.cli import AppGroup

MODULES = (
    "analyze",
    "database",
    "blip",
    "cutout",
    "sheets",
    "backup",
    "report",
    "teach",
    "token",
    "push",
    "admin",
    "accounts",
    "remote.anki",
    "remote.mcp",
)
"""Rooms of this folder whose blueprints hold commands alone."""


class Commands(AppGroup):
    """An app's commands: those of its pages' rooms, and those of `MODULES`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        self._bring()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        self._bring()
        return super().get_command(ctx, cmd_name)

    def _bring(self) -> None:
        for name in MODULES:
            blueprint: Blueprint = import_module(f"studylens.web.commands.{name}").blueprint
            if blueprint.cli_group is None:
                self.commands.update(blueprint.cli.commands)
            else:
                self.add_command(blueprint.cli, str(blueprint.cli_group))
