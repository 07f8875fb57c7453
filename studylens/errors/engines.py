"""How one engine of several gives nothing; the others go on."""


class EngineFailed(Exception):
    """One engine gave nothing; `reason` is a short phrase for the log and the student."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EngineSkipped(EngineFailed):
    """An engine was not tried, by name: `no key`, `private`, `no model`, `memory pressure`..."""
