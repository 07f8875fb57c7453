"""A photo that this guest has sent before: what a model said of it is read again, and nobody is asked."""

import hashlib
import json

from studylens.analysis import own_model
from studylens.analysis.journal import Journal
from studylens.analysis.llm import answer
from studylens.analysis.llm import prompt as pages
from studylens.analysis.llm.client import CallFailed
from studylens.analysis.llm.page import PageAnswer
from studylens.analysis.local import ask as local
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import EngineReport, ModelReply
from studylens.config import Config

REASON = "its answer to the same photo was kept"
NOTE = (
    "You have sent this photo before, so the model's answer of then was used again and nothing was sent. "
    "Delete the earlier pack to have it read anew."
)


def version() -> str:
    """Return what stands for all that a model is asked about a photo: other words, another version."""
    asked = pages.request(b"", (), "")
    told = json.dumps([asked.instruction, asked.text, asked.schema], default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def recall(request: wire.Request, config: Config, journal: Journal) -> PageAnswer | None:
    """Return the pack of a kept reply of a model that would be asked today in the same words; None: ask."""
    if request.wishes.private or request.again:
        return None
    today = version() if request.known else ""
    for reply in request.known:
        if reply.version == today and reply.model in _models(reply.engine, config):
            found = _read(reply)
            if found is not None:
                journal.reports.append(EngineReport(reply.engine, "used", REASON))
                journal.said[reply.engine] = reply
                return found
    return None


def _models(engine: str, config: Config) -> tuple[str, ...]:
    """Return the models of an engine that are asked for packs as the operator has set it today."""
    if engine == "gemini":
        return config.gemini_models if config.asks_gemini else ()
    if engine in own_model.order(config):
        return (config.local_ai_model or local.MODEL_UNNAMED,)
    return ()


def _read(reply: ModelReply) -> PageAnswer | None:
    try:
        found = answer.read(reply.text, model=reply.model, engine=reply.engine)
    except CallFailed:
        return None
    return PageAnswer(reply.model, *found, engine=reply.engine)
