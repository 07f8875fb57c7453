r"""A page of formulas or of figures through Gemini: LaTeX stays LaTeX, up to the page that shows it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from studylens.analysis.llm.answer import read
from studylens.analysis.llm.slips import escaped, mended
from studylens.models import DONE
from tests.analysis.gemini.behaviours import Reply, Sent
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.gemini.test_jobs import end
from tests.jobs.test_faults import give_photo, pack_of, with_gemini

ROOTS = r"$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$"
FORMULAS: dict[str, Any] = {
    "transcript": [{"n": 1, "text": ROOTS}, {"n": 2, "text": r"$\theta \to \rho$"}],
    "title": "Roots",
    "summary": "How to solve a quadratic equation.",
    "explanation": "",
    "key_terms": [],
    "cards": [{"front": "The roots?", "back": ROOTS, "kind": "short_answer", "source_line": 1}],
    "quiz": [],
}
FIGURE = {
    **FORMULAS,
    "transcript": [],
    "explanation": "The chart shows a yield that rises.",
    "cards": [{"front": "What rises?", "back": "The yield.", "kind": "short_answer", "source_line": None}],
}


def replying(answer: dict[str, Any]) -> Callable[[Sent], Reply]:
    part = {"content": {"parts": [{"text": json.dumps(answer)}]}, "finishReason": "STOP"}
    return lambda _: Reply(200, {"candidates": [part]})


def test_formulas_are_kept_as_latex_and_cards_name_their_line(
    running_app: Callable[..., Flask], photo: bytes, gemini: GeminiServer
) -> None:
    gemini.script.append(replying(FORMULAS))
    app = running_app(**with_gemini(gemini))
    job_id = give_photo(app, photo)
    assert end(app, job_id).state == DONE
    pack = pack_of(app, job_id)
    assert [line.text for line in pack.transcript] == [ROOTS, r"$\theta \to \rho$"]
    assert [(card.back, card.source_line) for card in pack.cards] == [(ROOTS, 1)]


def test_a_figure_without_text_is_a_pack_when_gemini_describes_it(
    running_app: Callable[..., Flask], photo: bytes, gemini: GeminiServer
) -> None:
    gemini.script.append(replying(FIGURE))
    app = running_app(**with_gemini(gemini))
    job_id = give_photo(app, photo)
    assert end(app, job_id).state == DONE
    pack = pack_of(app, job_id)
    assert (pack.transcript, pack.explanation) == ([], FIGURE["explanation"])
    assert [card.source_line for card in pack.cards] == [None]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (r"Energy \(E = mc^2\) is", r"Energy $E = mc^2$ is"),
        (r"\( x \) and \[ \int f \]", r"$x$ and $$\int f$$"),
        ("\\[\na = b\n\\]", "$$a = b$$"),
        (r"grep \(one\|two\)", r"grep \(one\|two\)"),
        (r"`\(x^2\)` is code", r"`\(x^2\)` is code"),
        (r"\(x^2 never ends", r"\(x^2 never ends"),
        (r"\(\(x^2\)", r"\($x^2$"),
    ],
)
def test_signs_of_latex_become_dollars(given: str, kept: str) -> None:
    assert mended(given) == kept


def test_single_backslashes_do_not_cost_the_answer() -> None:
    slipped = json.dumps(FORMULAS).replace("\\\\", "\\")
    assert "\\\\" not in slipped
    material, transcript, _ = read(slipped, model="m")
    assert [line.text for line in transcript] == [ROOTS, r"$\theta \to \rho$"]
    assert material.cards[0].back == ROOTS


@pytest.mark.parametrize(
    "text",
    [r"{\"a\"}", r'"\\alpha \u00e4 \n \/"', r"\\\\"],
)
def test_what_is_escaped_already_stays(text: str) -> None:
    assert escaped(text) == text


@pytest.mark.parametrize(
    ("slipped", "whole"),
    [
        ("$\x0crac{1}{2}$", r"$\frac{1}{2}$"),
        ("\x08eta", r"\beta"),
        ("$$a \times b \neq c$$".replace("\\t", "\t"), r"$$a \times b \neq c$$"),
        ("$\rho$ and\tcells", "$\\rho$ and\tcells"),
        ("$$\na = b\ne = c\n$$", "$$\na = b\ne = c\n$$"),
        ("$$\na \ne 0\nu = 1\n$$", "$$\na \\ne 0\nu = 1\n$$"),
        ("$E = h\nu$", r"$E = h\nu$"),
        ("$$E = h\nu$$", r"$$E = h\nu$$"),
        ("\\(E = h\nu\\)", r"$E = h\nu$"),
        ("$a \ne b$, $A \ni a$", r"$a \ne b$, $A \ni a$"),
        ("$\nabla f \not= \tau \theta$", r"$\nabla f \not= \tau \theta$"),
        ("$x \notin A \to \rangle\right)$", r"$x \notin A \to \rangle\right)$"),
        ("$$\n\tx = 1\n\ty = 2\n$$", "$$\n\tx = 1\n\ty = 2\n$$"),
        ("a $b$\nus and $c$", "a $b$\nus and $c$"),
        ("one\ntwo, 3 $ a\tb", "one\ntwo, 3 $ a\tb"),
    ],
)
def test_commands_come_back_and_texts_stay_as_they_are(slipped: str, whole: str) -> None:
    assert mended(slipped) == whole
