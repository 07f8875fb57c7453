"""A follow-up question: one call to Gemini, or the reason why there was none. It opens no picture."""

import time
from dataclasses import replace

from studylens import config as limits
from studylens.analysis.budget import stages
from studylens.analysis.gemini import ask
from studylens.analysis.journal import Journal
from studylens.analysis.llm import question
from studylens.analysis.protocol import wire
from studylens.config import Config
from studylens.errors import EngineSkipped
from studylens.machine import memory


def answer(request: wire.Request, config: Config, journal: Journal) -> wire.Answered:
    """Return the answer; without one its `note` says why. Whoever asked has the page's lines already."""
    found = journal.attempt("gemini", lambda: _ask(request, config, journal))
    told = wire.Answered(sent_to=list(journal.sent_to), last=journal.ran_out)
    if found is None:
        return replace(told, note=journal.reports[-1].reason)
    sources, engine = list(found.sources), f"gemini:{found.model}"
    return replace(told, text=found.text, engine=engine, on_page=found.on_page, sources=sources)


def _ask(request: wire.Request, config: Config, journal: Journal) -> question.QuestionAnswer:
    if "gemini" not in config.engines:
        raise EngineSkipped("switched off")
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
