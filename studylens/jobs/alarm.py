"""One line when memory use has been above the warning for a minute, and one when it is back."""

from studylens.config import ALERT_AFTER_SECONDS


class MemoryAlarm:
    """Turns a row of readings into at most one alert line and one recovery line for each episode."""

    def __init__(self, warning_mb: float) -> None:
        self._warning_mb = warning_mb
        self._above_since: float | None = None
        self._raised = False

    def observe(self, used_mb: float, at: float) -> str | None:
        """Take a reading in MB at a time in seconds; return a line for the log when there is news."""
        if used_mb < self._warning_mb:
            return self._calm(used_mb)
        if self._above_since is None:
            self._above_since = at
        if self._raised or at - self._above_since < ALERT_AFTER_SECONDS:
            return None
        self._raised = True
        seconds = at - self._above_since
        return f"ALERT memory use above {self._warning_mb:.0f} MB for {seconds:.0f} s: {used_mb:.1f} MB"

    def _calm(self, used_mb: float) -> str | None:
        self._above_since = None
        if not self._raised:
            return None
        self._raised = False
        return f"RECOVERED memory use is below {self._warning_mb:.0f} MB again: {used_mb:.1f} MB"
