"""The text that Prometheus reads (exposition format 0.0.4): a few lines of our own cost no library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PREFIX = "studylens_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Family:
    """Numbers of one name: `kind` is gauge, counter or summary; `names` are those of its sums."""

    name: str
    kind: str
    help: str


COUNTED = (
    Family("attempts_total", "counter", "Attempts at jobs, by how they ended."),
    Family("stage_seconds", "summary", "Seconds from the stage before to this one, of all attempts."),
    Family("engine_outcomes_total", "counter", "What became of each engine, by pack."),
    Family("schema_repairs_total", "counter", "How often the tables lacked something that was added."),
    Family("bucket_failures_total", "counter", "Calls to the bucket that failed, by what was asked."),
)
"""What `counts.add` is given; another name is a mistake, which a test finds."""


def lines(families: Iterable[tuple[Family, Mapping[str, float]]]) -> str:
    """Return the page: each family with what its samples, named as `counts.sample` does, say now."""
    told: list[str] = []
    for family, samples in families:
        name = PREFIX + family.name
        told += [f"# HELP {name} {family.help}", f"# TYPE {name} {family.kind}"]
        told += [f"{PREFIX}{each} {_number(value)}" for each, value in samples.items()]
    return "\n".join(told) + "\n"


def counted(sums: Mapping[str, float]) -> Iterable[tuple[Family, Mapping[str, float]]]:
    """Pair each counted family with its sums; one that was never counted has none."""
    for family in COUNTED:
        names = {family.name, f"{family.name}_sum", f"{family.name}_count"}
        yield family, {each: value for each, value in sums.items() if each.partition("{")[0] in names}


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
