"""The operator's own model in the pipeline: when it is asked, with which picture, and what is told of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image

from studylens import limits
from studylens.analysis.budget import stages
from studylens.analysis.journal import Journal
from studylens.analysis.llm import question
from studylens.analysis.llm.client import Reply
from studylens.analysis.llm.page import PageAnswer, PageText, Prompt
from studylens.analysis.local import ask as local
from studylens.analysis.picture import decode
from studylens.analysis.protocol import wire
from studylens.config import Config
from studylens.errors import EngineSkipped
from studylens.machine import memory

T = TypeVar("T")
MODELS = ("gemini", "local")
"""Engines that make a whole pack; ENGINES says in which order they are asked."""


def order(config: Config) -> tuple[str, ...]:
    """Return the models to be asked for packs, in order.

    Gemini is among them even when it is off, which the pack then says; the local one where there is one
    that makes packs.
    """
    local_too = config.asks_local_ai and config.local_ai_task == "pack"
    named = [name for name in config.engines if name in MODELS and (name != "local" or local_too)]
    return tuple(dict.fromkeys([*named, "gemini"]))


def reads_pages(config: Config) -> bool:
    """Say whether there is a local model that only reads."""
    return config.asks_local_ai and config.local_ai_task == "read"


def ask(request: wire.Request, config: Config, journal: Journal, image: Image.Image | None) -> PageAnswer:
    """Ask for a pack of a photo, or of the request's text; it raises what `local.ask` does."""
    allowance = _allowed(request, config, journal, "pack")
    jpeg = _shrunk(image, config, journal).jpeg if image else None
    if jpeg is None:
        _begun(journal)
    prompt = Prompt(image_jpeg=jpeg, text=request.text, question=request.wishes.question)
    return _told(journal, lambda: local.ask(prompt, allowance, _Watch(journal, allowance.model)))


def ask_about(
    asked: question.Asked, request: wire.Request, config: Config, journal: Journal
) -> question.QuestionAnswer:
    """Ask a question about a page; it raises what `local.ask_about` does."""
    allowance = _allowed(request, config, journal, "pack")
    _begun(journal)
    return _told(journal, lambda: local.ask_about(asked, allowance, _Watch(journal, allowance.model)))


def read_page(request: wire.Request, config: Config, journal: Journal, image: Image.Image) -> PageText:
    """Let a reading model read the page; it raises what `local.read_page` does."""
    allowance = _allowed(request, config, journal, "read")
    picture = _shrunk(image, config, journal)
    return _told(journal, lambda: local.read_page(picture, allowance, _Watch(journal, allowance.model)))


@dataclass(frozen=True)
class _Watch:
    """Hears what becomes of the model, and tells the journal under its engine's name."""

    journal: Journal
    model: str

    def on_call(self, label: str, _: str) -> None:
        self.journal.send_to(f"Local AI ({label})")

    def on_reply(self, _: str, reply: Reply) -> None:
        self.journal.hear(local.ENGINE, self.model, reply)

    def on_standing(self, standing: wire.Standing) -> None:
        self.journal.on_standing(standing)

    def log(self, line: str) -> None:
        self.journal.log(line)

    def alive(self) -> None:
        self.journal.alive()


def _allowed(request: wire.Request, config: Config, journal: Journal, task: str) -> local.Allowance:
    """Return what is allowed, before a picture is made for it. Raises EngineSkipped."""
    if request.alone:
        raise EngineSkipped("private")
    allowance = local.Allowance(config, request.standings, request.wishes.private)
    allowance.check(time.time(), task)
    stages.require(journal.free_mb(), limits.NEED_LOCAL_AI_MB)
    return allowance


def _begun(journal: Journal) -> None:
    """Tell that a text is about to be read, since the next word may be minutes away."""
    journal.stage("before_local")


def _shrunk(image: Image.Image, config: Config, journal: Journal) -> local.Picture:
    small = decode.resized(image, config.local_ai_px)
    picture = local.Picture(decode.to_jpeg(small), small.size)
    del small  # It is as large as the engine itself.
    journal.log(f"Resized image to: {picture.size}")
    journal.stage("after_local_resize")
    return picture


def _told(journal: Journal, work: Callable[[], T]) -> T:
    memory.release_memory()  # What shrinking left behind: the model may keep us waiting for minutes.
    try:
        with stages.room(limits.ROOM_LOCAL_AI_MB):
            return work()
    finally:
        journal.stage("after_local")
        memory.release_memory()
        journal.stage("after_local_cleanup")
