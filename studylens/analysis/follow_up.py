"""A follow-up question: one call to a model, or the reason why there was none. It opens no picture."""

import time
from dataclasses import replace
from functools import partial

from studylens import limits
from studylens.analysis import own_model
from studylens.analysis.budget import stages
from studylens.analysis.gemini import ask
from studylens.analysis.journal import Journal
from studylens.analysis.llm import question
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.answers import Answered
from studylens.config import Config
from studylens.errors import EngineSkipped
from studylens.machine import memory


def answer(request: wire.Request, config: Config, journal: Journal) -> Answered:
    """Return the answer; without one its `note` says why. Whoever asked has the page's lines already."""
    for engine in own_model.order(config):
        found = journal.attempt(engine, partial(_ASKED[engine], request, config, journal))
        if found is not None:
            sources, told = list(found.sources), replace(_told(journal), on_page=found.on_page)
            return replace(told, text=found.text, engine=f"{engine}:{found.model}", sources=sources)
        if journal.blocked:
            break
    return replace(_told(journal), note=_why_not(journal))


def _told(journal: Journal) -> Answered:
    return Answered(sent_to=list(journal.sent_to), last=journal.ran_out)


def _why_not(journal: Journal) -> str:
    """Return what failed, rather than what was never there."""
    failed = [report.reason for report in journal.reports if report.outcome == "failed"]
    return failed[0] if failed else journal.reports[-1].reason


def _ask(request: wire.Request, config: Config, journal: Journal) -> question.QuestionAnswer:
    stages.require_on("gemini", config.engines)
    if request.wishes.private:
        raise EngineSkipped("private")
    allowance = ask.Allowance(config, request.standings, request.calls_left)
    allowance.models(time.time())
    stages.require(journal.free_mb(), limits.NEED_GEMINI_PRESSURE_MB)
    asked = question.parse(request.text, request.wishes.question)
    try:
        with stages.room(limits.ROOM_GEMINI_MB):
            return ask.ask_about(asked, allowance, journal)
    finally:
        journal.stage("after_gemini")
        memory.release_memory()
        journal.stage("after_gemini_cleanup")


def _ask_local(request: wire.Request, config: Config, journal: Journal) -> question.QuestionAnswer:
    asked = question.parse(request.text, request.wishes.question)
    return own_model.ask_about(asked, request, config, journal)


_ASKED = {"gemini": _ask, "local": _ask_local}
