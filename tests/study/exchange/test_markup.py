"""A stranger's markup as plain text: as a browser shows it, in time that grows with its length."""

import time

import pytest

from studylens.study.exchange.markup import from_cloze, from_html

HOSTILE = [
    "<a", "<", "</", "<!--", "<!", "<?", "&#", "&", "<a b=", "<a '", "<div>", "<![CDATA[", "b='<", "{{c1::",
    "{{c1::a}}", "<anki-mathjax>", "</anki-mathjax>", "<script>", "\\(", "[$]", "[sound:", "\xa0\n", "9",
]  # fmt: skip
"""Openings without an end: each is a false start for something that reads on to the end of a field."""


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_markup_costs_at_most_three_times_as_much(piece: str) -> None:
    def cost(times: int) -> float:
        field = piece * times
        began = time.thread_time()
        for _ in range(5):
            from_cloze(f"&#{field}")
            from_html(field)
        return time.thread_time() - began

    once = 20_000 // len(piece)
    # The least of several: another process on the machine makes some of them slow, none of them fast.
    assert min(cost(2 * once) for _ in range(3)) <= 3 * min(cost(once) for _ in range(3))


def test_a_field_is_read_as_a_browser_shows_it() -> None:
    assert from_html('<img alt="a>b"> x <!-- <b> --> y<!-- z') == "[picture] x y"
    assert from_html("1 < 2 &lt; 3 &#65; &#x42;") == "1 < 2 < 3 A B"
    assert from_html(f"&#{'9' * 5_000};") == "\ufffd"  # Python itself would refuse so many digits.
    assert from_html("a<br/>b<P CLASS='c'>d</p>e") == "a\nb\nd\ne"
    assert from_html("<style>x</style><b title='>'>y") == "y"
    assert from_html("a<script>w('<script><img><br>')</script>b</script>c") == "abc"
    assert from_html('<anki-mathjax block="true">x</anki-mathjax>') == "$$x$$"


def test_gaps_are_cut_out_of_a_field_that_was_read_once() -> None:
    text = "{{c1::<b>Paris</b>}} is {{c2::the capital::hint}} of {{c1::France}}"
    assert from_cloze(text) == [
        ("_____ is the capital of _____", "Paris, France"),
        ("Paris is _____ of France", "the capital"),
    ]
    assert from_cloze("{{c1::a}} " + "b " * 600) == [("", "")]


def test_a_field_that_spells_out_our_own_marks_is_text() -> None:
    number = "9" * 5_000  # Python itself would refuse so many digits.
    assert from_cloze(f"&#xE000;{number}&#xE001;a&#xE002;") == []
