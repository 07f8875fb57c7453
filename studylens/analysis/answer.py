"""What the engines found, put together into the answer that leaves the process, with honest notes."""

from dataclasses import dataclass, replace

from studylens.analysis import remembered
from studylens.analysis.blip.figure import Caption, add_caption, caption_adds, rests_on
from studylens.analysis.journal import Journal
from studylens.analysis.llm.page import PageAnswer, PageText
from studylens.analysis.material.make import filled, with_facts
from studylens.analysis.ocr import networks
from studylens.analysis.ocr.read import Reading
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import (
    Analysis,
    EngineReport,
    KeptCopy,
    Line,
    Material,
    ModelReply,
    Quality,
    Receipt,
    Table,
    Trust,
)
from studylens.errors import NothingFound, OutOfMemory
from studylens.language import mark

WITHOUT = {
    "gemini": mark("No explanation"),
    "local": mark("Nothing from this server's own model"),
    "ocr": mark("The page was not read on this server"),
    "blip": mark("No description of the picture"),
}
"""What a missing engine would have added."""
REASONS = {
    "no key": mark("Gemini is not set up on this server"),
    "private": mark("you chose private mode"),
    "switched off": mark("that is switched off on this server"),
    "no model": mark("what describes it is not set up on this server"),
}
CHECK_CAPTION = mark(
    "What the picture shows was written by a small model on this server, which can be wrong. "
    "Compare it with your photo before you learn it."
)
MADE_HERE = "The model gave no {kinds}. Those here were made on this server from the lines that it read."
TRY_PRIVATELY = mark("Send it again in private mode, and it is read on this server instead.")


@dataclass
class Findings:
    """Fills up while the stages run; the only thing here that changes."""

    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    turned: int = 0
    trust: Trust | None = None
    material: Material | None = None
    from_model: PageAnswer | None = None
    caption: str = ""
    caption_engine: str = ""
    width: int | None = None
    height: int | None = None
    quality: Quality | None = None
    from_student: bool = False
    copy: KeptCopy | None = None
    text_engine: str = ""
    """What gave the lines, unless our own reader did."""
    cut: tuple[str, ...] = ()
    """Sentences for the student: which of the lines are missing."""

    def take(self, reading: Reading) -> None:
        """Take over what our own reader found."""
        self.lines, self.tables = reading.lines, reading.tables
        self.turned, self.trust = reading.turned, reading.trust

    def take_page(self, page: PageText | None) -> None:
        """Take over what the operator's own reading model found, if anything."""
        if page is not None:
            self.lines, self.text_engine = page.lines, f"local:{page.model}"
            self.cut = page.notes

    @property
    def is_trusted(self) -> bool:
        """Whether there are lines that study material may be made of."""
        return bool(self.lines) and (self.trust is None or self.trust.trusted)

    def made(self, request: wire.Request, journal: Journal) -> Analysis | None:
        """Return what a pack can be made of before the picture is described; None: there is nothing yet."""
        transcript = self.transcript
        found = self._material(transcript)
        if not transcript and found == Material():
            return None
        return self._analysis(found, request, journal)

    def finished(self, request: wire.Request, journal: Journal) -> Analysis:
        """Return the answer; raises NothingFound or OutOfMemory when no engine gave anything."""
        transcript = self.transcript
        found = self._material(transcript)
        if not (transcript or self.caption or found != Material()):
            raise self._nothing(journal)
        caption = Caption(self.caption, self.caption_engine)
        made = add_caption(found, caption, transcript)
        checked = (CHECK_CAPTION,) if rests_on(made, caption) else ()
        return self._analysis(made, request, journal, checked)

    def added(self, known: wire.Stored, request: wire.Request, journal: Journal) -> Analysis:
        """Return what the picture adds to a pack that was stored by an earlier attempt, if anything."""
        caption = Caption(self.caption, self.caption_engine)
        adds = caption_adds(known, caption)
        checked = (CHECK_CAPTION,) if rests_on(adds, caption) else ()
        return self._analysis(adds, request, journal, checked)

    @property
    def transcript(self) -> tuple[Line, ...]:
        """The lines of the page, whoever read them."""
        return self.from_model.transcript if self.from_model else self.lines

    def _analysis(
        self, made: Material, request: wire.Request, journal: Journal, checked: tuple[str, ...] = ()
    ) -> Analysis:
        return Analysis(
            material=made,
            transcript=self.transcript,
            receipt=self._receipt(request, journal),
            caption=self.caption,
            text_engine=self._text_engine(),
            caption_engine=self.caption_engine,
            engines=tuple(journal.reports),
            quality=self.quality,
            notes=(
                *(self.from_model.notes if self.from_model else self.cut),
                *checked,
                *_notes(request, journal, modelled=self.from_model is not None),
            ),
            copy=self.copy,
            tables=self.tables,
            turned=self.turned,
            trust=self.trust,
            reply=self._reply(request, journal),
        )

    @property
    def lacks(self) -> bool:
        """Whether a model read lines and gave no cards, no questions or no key terms of them."""
        given = self.from_model.material if self.from_model else None
        return bool(given and self.transcript and not (given.cards and given.quiz and given.key_terms))

    def place(self, lines: tuple[Line, ...]) -> None:
        """Take over a model's lines with the boxes that were found for them."""
        if self.from_model:
            self.from_model = replace(self.from_model, transcript=lines)

    def fill(self, own: Material) -> None:
        """Take over what this server made of a model's lines, of each kind that it gave none of."""
        if self.from_model is None:
            return
        self.material, kinds = filled(self.from_model.material, own)
        if kinds:
            notes = (*self.from_model.notes, MADE_HERE.format(kinds=" and ".join(kinds)))
            self.from_model = replace(self.from_model, notes=notes)

    def _material(self, transcript: tuple[Line, ...]) -> Material:
        """Return what was made; a model's too is held against the facts of its page, once."""
        if self.from_model and self.material is None:
            self.material = with_facts(self.from_model.material, transcript)
        return self.material or Material()

    def _reply(self, request: wire.Request, journal: Journal) -> ModelReply | None:
        """Return what the model said of a photo that may be remembered."""
        if self.from_model is None or not request.path or request.wishes.private:
            return None
        said = journal.said.get(self.from_model.engine)
        return replace(said, version=remembered.version()) if said else None

    def _text_engine(self) -> str:
        if self.from_student:
            return "student"
        if self.from_model:
            return f"{self.from_model.engine}:{self.from_model.model}"
        return self.text_engine or (networks.engine_name() if self.lines else "")

    def _receipt(self, request: wire.Request, journal: Journal) -> Receipt:
        return Receipt(
            uploaded_bytes=request.uploaded_bytes or len(request.text.encode()),
            width=self.width,
            height=self.height,
            sha256=request.sha256,
            sent_to=tuple(journal.sent_to),
            tokens=tuple(journal.used.values()),
        )

    def _nothing(self, journal: Journal) -> Exception:
        if journal.blocked:
            return NothingFound(f"Gemini would not read this photo ({journal.blocked}). {TRY_PRIVATELY}")
        if journal.ran_out:
            return OutOfMemory()
        seen = [self.trust.sentence] if self.trust else []
        advice = " ".join([*seen, *(self.quality.advice if self.quality else ())])
        reasons = "; ".join(
            f"{report.engine}: {report.reason}" for report in journal.reports if report.reason
        )
        return NothingFound(
            f"{NothingFound.sentence} {advice} ({reasons})".replace("  ", " ").replace(" ()", "")
        )


def _notes(request: wire.Request, journal: Journal, *, modelled: bool) -> list[str]:
    """Say what is missing; with a pack of any model (`modelled`) nothing of another model's is."""
    missing = [report for report in journal.reports if _is_missing(report)]
    if modelled:
        missing = [report for report in missing if report.engine not in {"gemini", "local"}]
    notes = [f"{WITHOUT[report.engine]}: {REASONS.get(report.reason, report.reason)}." for report in missing]
    if request.wishes.question and any(report.engine == "gemini" for report in missing):
        notes.append(mark("Your question was not answered, since no model was there to answer it."))
    if any(report.reason == remembered.REASON for report in journal.reports):
        notes.append(remembered.NOTE)
    if journal.blocked and request.path:
        notes.append(f"The text of the page was not read. {TRY_PRIVATELY}")
    return notes


def _is_missing(report: EngineReport) -> bool:
    return report.outcome != "used" and report.engine in WITHOUT
