"""The numbers of the progress page as tables, for people, spreadsheets and charts alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from studylens.language import _, mark, said
from studylens.study.exchange.tables.cells import guarded
from studylens.study.progress.days import Share
from studylens.study.progress.stats import ProgressStats
from studylens.study.terms.proof import Proof
from studylens.web.text.dates import listed
from studylens.web.text.words import capitalize_first, origin_words

Cell = str | int | float | None
_STATES = {
    "new": mark("New cards"),
    "learning": mark("Learned that day"),
    "review": mark("From earlier days"),
    "relearning": mark("Learned anew that day"),
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
    """Return true retention: one row a period, younger, known and both with their n and their bands."""
    headers = (
        _("Period"),
        _("Younger, %%"),
        _("n younger"),
        _("3 weeks or more, %%"),
        _("n 3 weeks or more"),
        _("Both, %%"),
        _("n both"),
        _("Younger, from %%"),
        _("Younger, to %%"),
        _("3 weeks or more, from %%"),
        _("3 weeks or more, to %%"),
        _("Both, from %%"),
        _("Both, to %%"),
    )
    rows = (
        (
            said(item.period),
            *_percent_and_n(item.young),
            *_percent_and_n(item.mature),
            *_percent_and_n(item.both),
            *(side for share in (item.young, item.mature, item.both) for side in _band(share)),
        )
        for item in stats.retention
    )
    return Table("retention", _("What stayed: true retention"), headers, tuple(rows))


def forecast(stats: ProgressStats) -> Table:
    """Return the cards that come back on each of the next 30 days."""
    rows = tuple((day.date.isoformat(), day.cards) for day in stats.forecast)
    return Table("forecast", _("Cards that come back in the next 30 days"), (_("Day"), _("Cards")), rows)


def days(stats: ProgressStats) -> Table:
    """Return the days of the last twelve months on which something was answered."""
    rows = tuple((day.date.isoformat(), day.answers, day.minutes) for day in stats.year.days)
    return Table(
        "days", _("Answers a day in the last twelve months"), (_("Day"), _("Answers"), _("Minutes")), rows
    )


def hours(stats: ProgressStats) -> Table:
    """Return recall by hour of the student's day; only hours with answers."""
    rows = ((f"{item.hour:02}:00", *_quality(item.share)) for item in stats.hours if item.share.n)
    title = _("Recall of cards from earlier days, by hour")
    return Table("hours", title, (_("Hour"), _("Recalled, %%"), _("Recalled"), "n"), tuple(rows))


def states(stats: ProgressStats) -> Table:
    """Return right answers by the card's state."""
    rows = ((said(_STATES[item.state]), *_quality(item.share)) for item in stats.states if item.share.n)
    title = _("Recalled, by what the card was then")
    return Table("states", title, (_("Cards"), _("Recalled, %%"), _("Recalled"), "n"), tuple(rows))


def packs(stats: ProgressStats) -> Table:
    """Return how far each pack is."""
    headers = (
        _("Pack"),
        _("Known"),
        _("Younger"),
        _("Learning"),
        _("New"),
        _("Known, %%"),
        _("Chance now, %%"),
    )
    rows = (
        (pack.title or _("Untitled page"), pack.known_cards, pack.young, pack.learning, pack.new,
         pack.percent, _percent(pack.mean_retrievability))
        for pack in stats.packs
    )  # fmt: skip
    return Table("packs", _("Cards of each pack"), headers, tuple(rows))


def trouble(stats: ProgressStats) -> Table:
    """Return the cards that are forgotten most."""
    rows = (
        (card.front, card.pack_title or _("Untitled page"), card.lapses, _("yes") if card.leech else _("no"))
        for card in stats.trouble
    )
    return Table(
        "trouble",
        _("Cards forgotten most"),
        (_("Card"), _("Pack"), _("Times forgotten"), _("Stubborn")),
        tuple(rows),
    )


def sources(stats: ProgressStats) -> Table:
    """Return who made the cards."""
    rows = ((capitalize_first(origin_words(item.origin)), item.cards) for item in stats.sources)
    return Table("sources", _("Who made your cards"), (_("Source"), _("Cards")), tuple(rows))


def terms(stats: ProgressStats) -> Table:
    """Return the key terms that were explained or typed, with the day of each piece of evidence."""
    headers = (
        _("Term"), _("Pack"), _("Mastered"), _("Recalled on"), _("Forgotten on"), _("Explained on"),
        _("Points said"), _("Points"), _("Typed on"),
    )  # fmt: skip
    rows = (
        (
            one.term,
            one.pack_title or _("Untitled page"),
            _("yes") if one.mastered else _("no"),
            *_proof(one.proof),
        )
        for one in stats.terms
    )
    return Table("terms", _("Key terms and what proves them"), headers, tuple(rows))


def _proof(proof: Proof) -> tuple[Cell, ...]:
    said = proof.explained
    recalled = listed(day.isoformat() for day in proof.recalled_on)
    explained = (said.on.isoformat(), said.said, said.points) if said else (None, None, None)
    return (recalled or None, _iso(proof.lost_on), *explained, _iso(proof.typed_on))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


TABLES: dict[str, Callable[[ProgressStats], Table]] = {
    made.__name__: made for made in (retention, forecast, days, hours, states, packs, terms, trouble, sources)
}
"""By the name that stands in addresses."""


def _percent_and_n(share: Share) -> tuple[Cell, Cell]:
    return share.percent, share.n


def _band(share: Share) -> tuple[Cell, Cell]:
    return (share.band.low, share.band.high) if share.band else (None, None)


def _quality(share: Share) -> tuple[Cell, Cell, Cell]:
    return share.percent, share.passed, share.n


def _percent(value: float | None) -> float | None:
    return round(100 * value, 1) if value is not None else None


def _plain(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return guarded(text) if isinstance(cell, str) else text
