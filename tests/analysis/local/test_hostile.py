"""Whatever a server writes: lines with boxes inside the picture, or a failure by name."""

import json
import random
from typing import Any

import pytest

from studylens import limits
from studylens.analysis.llm.client import CallFailed, Reply
from studylens.analysis.local import chat, reading
from studylens.analysis.local.http import Answer
from studylens.analysis.local.reading import Scale

TAGS = (
    "<div data-bbox='1 2 30 40'>",
    "<p data-label=Figure>",
    "</div>",
    "<table><tr><td>",
    "</td>",
    "<sup>2",
)
DEEPSEEK = ("<|ref|>text<|/ref|>", "<|det|>[[1, 2, 3, 999]]<|/det|>", "<|det|>", "<|/ref|>")
JSON = ('[{"bbox_2d": [1, 2, 30, 40], "text": "', '"}]', '{"text": 7}', '{"bbox": "9 9 1 1", "text": "b"}')
MARKS = ("```json\n", "```", "![a](b)1,2,3,4", "**", "__", "# ", "| a | b |", "\n", "\\alpha", "$", "\x00")
PIECES = (*TAGS, *DEEPSEEK, *JSON, *MARKS, "a < b", "&lt;", "\u202e", "Osmosis moves water.")
NAMES = ("choices", "message", "delta", "content", "text", "finish_reason", "usage", "error", "refusal")
LEAVES = (None, True, 0, -1, 1e99, float("nan"), "", "stop", "length", "{}", "\u0000")


def some_words(dice: random.Random) -> str:
    return "".join(dice.choices(PIECES, k=dice.randrange(30)))


def some_json(dice: random.Random, depth: int = 5) -> Any:
    kind = dice.randrange(3) if depth else 2
    if kind == 0:
        return [some_json(dice, depth - 1) for _ in range(dice.randrange(3))]
    if kind == 1:
        return {dice.choice(NAMES): some_json(dice, depth - 1) for _ in range(dice.randrange(4))}
    return dice.choice(LEAVES)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_reading_model_writes_gives_lines_that_can_be_kept(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(200):
        found, _ = reading.lines(some_words(dice), Scale(1000, 1000))
        assert [line.n for line in found] == list(range(1, len(found) + 1))
        assert all(line.text.strip() and len(line.text) <= limits.ANSWER_LINE_CHARS for line in found)
        for left, top, right, bottom in (line.box for line in found if line.box):
            assert 0 <= left < right <= 1
            assert 0 <= top < bottom <= 1


def outcome(answer: Answer) -> object:
    try:
        return chat.reply(answer)
    except CallFailed as failure:
        return failure


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_server_answers_is_a_reply_or_a_failure_by_name(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(300):
        data = json.dumps({"choices": some_json(dice)} if dice.random() < 0.7 else some_json(dice)).encode()
        body = b"data: " + data + b"\n" if dice.random() < 0.3 else data
        found = outcome(Answer(dice.choice((200, 200, 400, 404, 422, 429, 500)), {}, body))
        assert isinstance(found, Reply | CallFailed), body
        assert not isinstance(found, CallFailed) or found.reason


NOT_CHAT = [b"", b"{", b"[" * 50_000, b"\xff\xfe", b"data:", b"data: {}\n", b"null", b"7"]


@pytest.mark.parametrize("body", NOT_CHAT, ids=range(len(NOT_CHAT)))
def test_what_is_no_completion_is_a_failure_by_name(body: bytes) -> None:
    with pytest.raises(CallFailed):
        chat.reply(Answer(200, {}, body))
