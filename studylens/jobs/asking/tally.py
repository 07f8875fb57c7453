"""What one attempt comes to in the sums of all: how it ended, and what became of each engine."""

from studylens.analysis.protocol.drawing import Drawn
from studylens.analysis.protocol.wire import Done
from studylens.errors import AnalysisCrashed, Cancelled, OutOfMemory, StudylensError
from studylens.sight import counts


def count(outcome: object, *, ended: bool) -> None:
    """Count an attempt by its outcome: an answer, an error, or None when the job goes back."""
    counts.add("attempts_total", outcome=_named(outcome, ended=ended))
    if isinstance(outcome, Done):
        for report in outcome.analysis.engines:
            told = {"engine": counts.word(report.engine), "outcome": counts.word(report.outcome)}
            counts.add("engine_outcomes_total", **told)
    elif isinstance(outcome, Drawn):
        counts.add(
            "engine_outcomes_total", engine="drawing", outcome="used" if outcome.jpeg_base64 else "failed"
        )


def _named(outcome: object, *, ended: bool) -> str:
    if outcome is None:
        return "handed_back"
    if isinstance(outcome, Cancelled):
        return "cancelled"
    if isinstance(outcome, OutOfMemory | AnalysisCrashed) and not ended:
        return "retried"
    return outcome.code if isinstance(outcome, StudylensError) else "done"
