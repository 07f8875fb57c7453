"""The numbers of the progress page as tables, for people, spreadsheets and charts alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studylens.study.exchange.cells import guarded
from studylens.study.progress.days import Share
from studylens.study.progress.stats import ProgressStats
from studylens.web.text.words import capitalize_first, origin_words

Cell = str | int | float | None
_STATES = {
    "new": "New cards",
    "learning": "Learned that day",
    "review": "From earlier days",
    "relearning": "Learned anew that day",
}


@dataclass(frozen=True)
class Table:
    """Rows under headers; None is a number that nobody knows. `title` is its caption."""

    name: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def lines(self) -> Iterable[tuple[str, ...]]:
        """The table for a spreadsheet: None is empty, and no cell is a formula."""
        yield self.headers
        yield from (tuple(_plain(cell) for cell in row) for row in self.rows)


def retention(stats: ProgressStats) -> Table:
    """Return true retention: one row a period, younger, known and both with their n."""
    headers = (
        "Period",
        "Younger, %",
        "n younger",
        "3 weeks or more, %",
        "n 3 weeks or more",
        "Both, %",
        "n both",
    )
    rows = (
        (item.period, *_percent_and_n(item.young), *_percent_and_n(item.mature), *_percent_and_n(item.both))
        for item in stats.retention
    )
    return Table("retention", "What stayed: true retention", headers, tuple(rows))


def forecast(stats: ProgressStats) -> Table:
    """Return the cards that come back on each of the next 30 days."""
    rows = tuple((day.date.isoformat(), day.cards) for day in stats.forecast)
    return Table("forecast", "Cards that come back in the next 30 days", ("Day", "Cards"), rows)


def days(stats: ProgressStats) -> Table:
    """Return the days of the last twelve months on which something was answered."""
    rows = tuple((day.date.isoformat(), day.answers, day.minutes) for day in stats.year.days)
    return Table("days", "Answers a day in the last twelve months", ("Day", "Answers", "Minutes"), rows)


def hours(stats: ProgressStats) -> Table:
    """Return recall by hour of the student's day; only hours with answers."""
    rows = ((f"{item.hour:02}:00", *_quality(item.share)) for item in stats.hours if item.share.n)
    title = "Recall of cards from earlier days, by hour"
    return Table("hours", title, ("Hour", "Recalled, %", "Recalled", "n"), tuple(rows))


def states(stats: ProgressStats) -> Table:
    """Return right answers by the card's state."""
    rows = ((_STATES[item.state], *_quality(item.share)) for item in stats.states if item.share.n)
    title = "Recalled, by what the card was then"
    return Table("states", title, ("Cards", "Recalled, %", "Recalled", "n"), tuple(rows))


def packs(stats: ProgressStats) -> Table:
    """Return how far each pack is."""
    headers = ("Pack", "Known", "Younger", "Learning", "New", "Known, %", "Chance now, %")
    rows = (
        (pack.title or "Untitled page", pack.mastered_cards, pack.young, pack.learning, pack.new,
         pack.percent, _percent(pack.mean_retrievability))
        for pack in stats.packs
    )  # fmt: skip
    return Table("packs", "Cards of each pack", headers, tuple(rows))


def trouble(stats: ProgressStats) -> Table:
    """Return the cards that are forgotten most."""
    rows = (
        (card.front, card.pack_title or "Untitled page", card.lapses, "yes" if card.leech else "no")
        for card in stats.trouble
    )
    return Table(
        "trouble", "Cards forgotten most", ("Card", "Pack", "Times forgotten", "Stubborn"), tuple(rows)
    )


def sources(stats: ProgressStats) -> Table:
    """Return who made the cards."""
    rows = ((capitalize_first(origin_words(item.origin)), item.cards) for item in stats.sources)
    return Table("sources", "Who made your cards", ("Source", "Cards"), tuple(rows))


TABLES: dict[str, Callable[[ProgressStats], Table]] = {
    made.__name__: made for made in (retention, forecast, days, hours, states, packs, trouble, sources)
}
"""By the name that stands in addresses."""


def _percent_and_n(share: Share) -> tuple[Cell, Cell]:
    return share.percent, share.n


def _quality(share: Share) -> tuple[Cell, Cell, Cell]:
    return share.percent, share.passed, share.n


def _percent(value: float | None) -> float | None:
    return round(100 * value, 1) if value is not None else None


def _plain(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return guarded(text) if isinstance(cell, str) else text
