"""A stranger's markup as plain text: as a browser shows it, in time that grows with its length."""

import gc
import io
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylens.study.exchange.anki.templates import Sheet, read_template, render
from studylens.study.exchange.gaps import Gaps
from studylens.study.exchange.markup import from_html, to_html
from studylens.study.exchange.tables.reading import Table

HOSTILE = [
    "<a", "<", "</", "<!--", "<!", "<?", "&#", "&", "<a b=", "<a '", "<div>", "<![CDATA[", "b='<", "{{c1::",
    "{{c1::a}}", "<anki-mathjax>", "</anki-mathjax>", "<script>", "\\(", "[$]", "[sound:", "\xa0\n", "9",
]  # fmt: skip
"""Openings without an end: each is a false start for something that reads on to the end of a field."""


def _cost(work: Callable[[str], object], text: str) -> float:
    """Return the least of several: another process makes some of them slow, none of them fast."""
    costs = []
    gc.disable()  # It looks through everything that the other tests left, now and then.
    try:
        for _ in range(3):
            began = time.thread_time()
            for _ in range(5):
                work(text)
            costs.append(time.thread_time() - began)
    finally:
        gc.enable()
    return min(costs)


def _field(text: str) -> None:
    Gaps(text).shown(1, is_answer=False)
    from_html(text)


def _filled(text: str) -> str:
    return render(read_template("{{furigana:A}}"), Sheet({"A": text}, {}, 1))


def _table(text: str) -> None:
    list(Table(io.BytesIO(text.encode()), "words").cards())


@pytest.mark.parametrize("piece", HOSTILE)
def test_four_times_the_markup_costs_at_most_eight_times_as_much(piece: str) -> None:
    once = piece * (10_000 // len(piece))
    assert _cost(_field, 4 * once) <= 8 * _cost(_field, once)  # What begins anew at each costs 16 times.


NEVER_ENDS: dict[str, tuple[Callable[[str], object], Callable[[int], str], int]] = {
    "tag": (_field, lambda n: "<" + "a" * n, 10_000),
    "blanks": (_field, lambda n: "\xa0" * n + ".", 10_000),
    "word": (_filled, lambda n: "a" * n, 10_000),
    "readings": (_filled, lambda n: "a[" * n, 5_000),
    "template": (read_template, lambda n: "{{" * n, 10_000),
    "cells": (_table, lambda n: "a;b\n" * 20 + "a;b" + ";" * n, 10_000),
    "marks": (_table, lambda n: "a,b\n" * 20 + '"a\n' + '","a\n' * n, 750),
}
"""What is begun and never ended: who reads it, how it is written, and how often."""


@pytest.mark.parametrize("name", NEVER_ENDS)
def test_four_times_of_what_never_ends_costs_at_most_eight_times_as_much(name: str) -> None:
    work, text, times = NEVER_ENDS[name]
    assert _cost(work, text(4 * times)) <= 8 * _cost(work, text(times))


def test_a_field_is_read_as_a_browser_shows_it() -> None:
    assert from_html('<img alt="a>b"> x <!-- <b> --> y<!-- z') == "[picture] x y"
    assert from_html("1 < 2 &lt; 3 &#65; &#x42;") == "1 < 2 < 3 A B"
    assert from_html(f"&#{'9' * 5_000};") == "\ufffd"  # Python itself would refuse so many digits.
    assert from_html("a<br/>b<P CLASS='c'>d</p>e") == "a\nb\nd\ne"
    assert from_html("<style>x</style><b title='>'>y") == "y"
    assert from_html("a<script>w('<script><img><br>')</script>b</script>c") == "abc"
    assert from_html('<anki-mathjax block="true">x</anki-mathjax>') == "$$x$$"


def _gaps(field: str) -> list[tuple[str, str]]:
    gaps = Gaps(field)
    return [(gaps.shown(n, is_answer=False), ", ".join(gaps.answers(n))) for n in sorted(gaps.numbers())]


def test_gaps_are_cut_out_of_a_field_that_was_read_once() -> None:
    assert _gaps("{{c1::Paris}} is {{c2::the capital::hint}} of {{c1::France}}") == [
        ("_____ is the capital of _____", "Paris, France"),
        ("Paris is _____ (hint) of France", "the capital"),
    ]
    assert _gaps("{{c1::Paris in {{c2::France}}}} since") == [
        ("_____ since", "Paris in France"),
        ("Paris in _____ since", "France"),
    ]


@pytest.mark.parametrize(
    "text", ["{{c1::no end", "{{c1,2::x}}", "{{c::x}}", "}}", "{{c1::a {{c2::b", "{{c1::"]
)
def test_what_is_no_gap_is_text(text: str) -> None:
    assert _gaps(text) == []
    assert Gaps(text).shown(1, is_answer=False) == text


@pytest.mark.parametrize(
    ("field", "seen"),
    [
        ("6.022×10<sup>23</sup> mol<sup>-1</sup>", "6.022×10²³ mol⁻¹"),
        ("e<sup>x+y</sup>, e<sup>x</sup>, 5<sup>th</sup>", "e^(x+y), e^x, 5th"),
        ("x<sup>a</sup>·x<sup>e</sup> ≠ x<sup>o</sup>", "x^a·x^e ≠ x^o"),
        ("XIX<sup>e</sup>, 2<sup>a</sup>, n<sup>o</sup> 5, 20<sup>o</sup>C", "XIXe, 2ª, nº 5, 20ºC"),
        ("H<sub>2</sub>SO<sub>4</sub>, x<sub>max</sub>", "H₂SO₄, x_max"),
        ("10<sup>2<sub>3</sub></sup>", "10^2₃"),
        ("<table><tr><th>Na<th>11<tr><td>K</td><td>19</td></tr></table>end", "Na | 11\nK | 19\nend"),
        ("<pre>for i in x:\n    print(i)</pre>", "for i in x:\n    print(i)"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"),
        ("<ol><li>one</li><li>two</li></ol><ul><li>three</li></ul>", "1. one\n2. two\n- three"),
        ("a\n  b<br>c<br><br>d", "a b\nc\n\nd"),
        ("[latex]$\\frac{a}{b}$[/latex] and [latex]x^2[/latex]", "$\\frac{a}{b}$ and $x^2$"),
        ("[sound:a.mp3]b[anki:tts lang=en]c[/anki:tts]", "b"),
        ("a &lt; b &amp;&amp; c &gt; d &nbsp; &eacute;", "a < b && c > d   é"),
    ],
)
def test_what_a_field_means_survives(field: str, seen: str) -> None:
    assert from_html(field) == seen


@pytest.mark.parametrize(
    "text",
    ["[sound:a.mp3]", "[latex]x[/latex]", "[$]x[/$]", "a \\(b\\) c", "if x:\n    y\n  z", "a  b", "x² 10⁻³",
     "Na | 11\nK | 19", "1. one\n2. two", "<b> & </b>", "漢字(かんじ)", "{{c1::x}}", "a_b^c", "5 < 6 > 4"],
)  # fmt: skip
def test_what_goes_out_comes_back_equal(text: str) -> None:
    assert from_html(to_html(text, "server")) == text


@given(
    st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" \n[]\\()$_{}:<>&^"), max_size=60)
)
def test_any_text_goes_out_and_comes_back_equal(text: str) -> None:
    lines = [line.strip() for line in text.split("\n")]
    plain = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    assert from_html(to_html(plain, "server")) == plain
