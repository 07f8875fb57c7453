"""One attempt at one job: feed the process, log and store what it tells, end the row, remove the upload."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from database_config import Database
from studylens.analysis.protocol import taught, wire
from studylens.analysis.protocol.answers import Answered, Listed
from studylens.analysis.protocol.cutting import Cut
from studylens.analysis.protocol.drawing import Drawn
from studylens.analysis.protocol.sheets import SheetMade, SheetsMade
from studylens.config import Config
from studylens.errors import (
    AnalysisCrashed,
    DatabaseDown,
    JobFailed,
    OutOfMemory,
    StudylensError,
    Unavailable,
    error_for_code,
)
from studylens.jobs import documents, leases, readings, spending, upkeep
from studylens.jobs.asking import requests, sheets, stories, tally
from studylens.jobs.folder import UploadFolder
from studylens.jobs.patience import patiently
from studylens.jobs.process import AnalysisProcess, FailedStart, ProcessDied
from studylens.jobs.queue import quota_of
from studylens.limits import MAX_ATTEMPTS
from studylens.machine import memory
from studylens.models import DOCUMENT, SHEETS, STORY, JobStage, now
from studylens.sight import counts, trace

log = logging.getLogger("studylens.jobs")

CANCEL_LOOK_SECONDS = 2.0
"""How often a running job looks whether the student has cancelled it."""
AWAY_REST = timedelta(seconds=10)
"""How long a photo waits for its bucket or a full disk before it is tried again; nothing is counted."""
STOP_SIGNAL_SECONDS = 0.5
"""How much later than the analysis process this one may learn of a signal that was meant for both."""


Lesson = taught.Learnt | taught.Trained | taught.Identified
Found = wire.Done | Answered | Listed | Cut | Lesson | SheetsMade | Drawn
Outcome = Found | StudylensError | None
"""The answer, why there is none, or None: the service stops and the job goes back."""


class Attempt:
    """Carries one claim to its end; `run` returns when the row has ended or waits again."""

    def __init__(
        self, claimed: leases.Claim, config: Config, database: Database, folder: UploadFolder
    ) -> None:
        self._claimed, self._config, self._database, self._folder = claimed, config, database, folder
        self._thresholds = memory.thresholds(config)
        self._limit = memory.find_limit(config)
        self._looked = self._reached = time.monotonic()
        self._service_pid, self._shares = 0, False
        self._stopping = threading.Event()
        self._marked = False
        """This attempt has marked a panel as asked for."""
        self._asked = False
        """A model was asked, and may be paid for."""
        self._not_before: datetime | None = None
        """When a job that goes back may be taken again."""

    def run(
        self, process: AnalysisProcess, lock_fd: int, *, stopping: threading.Event, service_pid: int,
        shares: bool = False,
    ) -> None:  # fmt: skip
        """Analyse and end the job; `shares`: the memory limit is its own. Raises DatabaseDown: not stored."""
        self._service_pid, self._stopping, self._shares = service_pid, stopping, shares
        with trace.following(self._claimed.request_id, self._claimed.job_id):
            self._run(process, lock_fd)

    def _run(self, process: AnalysisProcess, lock_fd: int) -> None:
        claimed = self._claimed
        is_photo = claimed.kind not in {SHEETS, STORY}
        if is_photo:
            log.info("Processing photo %d/%d: %s", claimed.number, claimed.of, claimed.name)
        self._own_stage("before_image_processing")
        outcome = self._outcome(process, lock_fd)
        if self._marked and not (isinstance(outcome, Drawn) or self._asked):
            why = outcome.sentence if isinstance(outcome, StudylensError) else ""
            patiently(lambda: stories.settle(self._database, claimed.text, why), self._stopping)
        self._folder.remove_taught(claimed.job_id)
        sheets.clean_up(self._folder, claimed.job_id)
        ended = patiently(lambda: self._store(outcome), self._stopping)
        tally.count(outcome, ended=ended)
        if ended:
            upkeep.join_ended(self._database)
            self._clean_up()
        elif claimed.has_file and not claimed.document_id:  # Another page may be about to open its copy.
            self._folder.put_away(claimed.file_id)
        if is_photo:
            log.info("Memory usage after photo %d: %.1f MB", claimed.number, self._service_mb())
            self._log_peak()

    def _log_peak(self) -> None:
        """Log the most that a batch of photos took, when this was the last of it."""
        peak = readings.batch_peak(self._database, self._claimed.job_id) if self._claimed.of > 1 else None
        if peak is not None:
            log.info("Peak memory during batch of %d: %.1fMB", self._claimed.of, peak)

    def _clean_up(self) -> None:
        """Remove the upload, unless it is a document from which pages may still be read."""
        claimed = self._claimed
        if claimed.document_id or claimed.kind == DOCUMENT:
            documents.close_ended(self._database)
            if documents.is_open(self._database, claimed.file_id):
                return
        if claimed.has_file:
            self._folder.remove(claimed.file_id)
        self._own_stage("after_file_cleanup")

    def _outcome(self, process: AnalysisProcess, lock_fd: int) -> Outcome:
        """Return the answer, why there is none, or None when the service stops meanwhile."""
        try:
            made = requests.make(self._claimed, self._config, self._database, self._folder)
        except Unavailable as error:  # Nothing was tried, so nothing is counted.
            self._not_before = None if isinstance(error, DatabaseDown) else now() + AWAY_REST
            return None
        except StudylensError as error:
            return error
        if isinstance(made, Drawn):
            return made
        self._marked = made.draw is not None
        return self._tried(process, lock_fd, made)

    def _tried(self, process: AnalysisProcess, lock_fd: int, made: wire.Request) -> Outcome:
        try:
            return self._analyse(process, lock_fd, made)
        except (FailedStart, ProcessDied) as death:
            if self._stopping.wait(STOP_SIGNAL_SECONDS):
                return None  # The signal that stops the service reached the process first.
            number, job_id = self._claimed.attempt, self._claimed.job_id
            log.error("Attempt %d/%d at job %s: %s", number, MAX_ATTEMPTS, job_id, death)  # noqa: TRY400
            return AnalysisCrashed()
        except JobFailed as failure:
            return failure

    def _analyse(self, process: AnalysisProcess, lock_fd: int, request: wire.Request) -> Outcome:
        """A start that fails is not the photo's fault: it is tried once more within the same attempt."""
        try:
            return self._run_once(process, lock_fd, request)
        except FailedStart:
            log.warning("The analysis process did not start; trying once more")
            return self._run_once(process, lock_fd, request)

    def _run_once(self, process: AnalysisProcess, lock_fd: int, request: wire.Request) -> Outcome:
        """Closing the events before anything else happens ends a process whose answer nobody awaits."""
        if self._limit.cgroup is None and not self._shares:
            others = memory.others_mb(self._service_pid, without=process.pid)
            request = replace(request, others_mb=others)
        try:
            with contextlib.closing(process.run(request, lock_fd)) as events:
                return self._listen(events)
        finally:  # Whoever was ended may have asked a model just before.
            for word in process.last_words:
                if isinstance(word, wire.GeminiCall):
                    self._asked = True
                    self._note(word)

    def _listen(self, events: Iterator[wire.Event | None]) -> Outcome:
        for event in events:
            if self._stopping.is_set() and not isinstance(event, wire.Outcome | wire.GeminiCall):
                return None
            if isinstance(event, Found):
                return event
            if isinstance(event, wire.Failed):
                return error_for_code(event.code)(event.sentence)
            self._asked = self._asked or isinstance(event, wire.GeminiCall)
            if not self._is_wanted():
                return None
            if isinstance(event, SheetMade):
                sheets.keep(self._database, self._claimed, event, self._stopping)
            elif event is not None:
                self._note(event)
        raise ProcessDied(0)

    def _note(self, event: wire.Event) -> None:
        """Log and store an event. A database that is away costs its readings, not the photo.

        A pack that could not be stored is stored with the end. Raises Cancelled.
        """
        try:
            match event:
                case wire.Stage():
                    self._stage(event)
                case wire.Made(analysis):
                    leases.store_early(self._database, self._claimed, analysis)
                case wire.StageProgress(done, total) if total:
                    leases.record_progress(self._database, self._claimed, f"{done}/{total}")
                case taught.Seen():
                    leases.note_seen(self._database, self._claimed, event)
                case wire.LogLine(line):
                    log.info("%s", line)
                case wire.GeminiCall() | wire.Standing() | wire.Spent():
                    spending.note(self._database, event)
        except DatabaseDown:
            log.warning("Could not store %s of job %s", type(event).__name__, self._claimed.job_id)

    def _own_stage(self, name: str) -> None:
        """A stage that this process reaches, not the analysis."""
        self._note(wire.Stage(name, memory.rss_mb(), self._service_mb()))

    def _stage(self, event: wire.Stage) -> None:
        before, self._reached = self._reached, time.monotonic()
        counts.add_time("stage_seconds", self._reached - before, stage=counts.word(event.stage))
        memory.log_memory(event.stage, event.rss_mb, self._thresholds)
        reading = JobStage(stage=event.stage, rss_mb=event.rss_mb, service_mb=event.service_mb)
        leases.record_stage(self._database, self._claimed, reading)

    def _service_mb(self) -> float:
        return memory.service_mb(self._limit, self._service_pid)

    def _is_wanted(self) -> bool:
        """Look now and then whether the job is still ours. Raises Cancelled."""
        now = time.monotonic()
        is_paid = self._asked and self._claimed.kind == STORY
        if is_paid or now - self._looked < CANCEL_LOOK_SECONDS:
            return True
        self._looked = now
        try:
            return leases.still_wanted(self._database, self._claimed)
        except DatabaseDown:
            log.warning("Could not look whether job %s is cancelled", self._claimed.job_id)
            return True

    def _store(self, outcome: Outcome) -> bool:
        """Write the outcome; say whether the job has ended (else it waits again)."""
        match outcome:
            case None:
                leases.hand_back(self._database, self._claimed, not_before=self._not_before)
                return False
            case OutOfMemory() | AnalysisCrashed():
                return not leases.retry_or_fail(self._database, self._claimed, outcome)
            case StudylensError():
                return leases.fail(self._database, self._claimed, outcome)
            case wire.Done(analysis):
                return leases.finish(self._database, self._claimed, analysis)
            case _:
                return leases.finish(self._database, self._claimed, outcome, quota_of(self._config))
