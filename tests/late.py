"""Modules that are imported when a test first uses them: whoever collects the tests needs no torch."""

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module; give monkeypatch the module's name, not this."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Return what the module has by this name; pytest asks every name in a file for its own marks."""
        if attribute.startswith(("__", "_mock")):
            raise AttributeError(attribute)
        return getattr(import_module(self._name), attribute)
