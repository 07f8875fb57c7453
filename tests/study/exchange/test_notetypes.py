"""Two hundred made note types: our cards are those that Anki shows, with the same words on them."""

import io
import random
import re
from pathlib import Path

import pytest

from studylens.study.exchange.anki import reading
from studylens.study.exchange.anki.notes import Note, card_of, gaps_of
from studylens.study.exchange.anki.notetypes import NoteType
from studylens.study.exchange.anki.own_notes import BASIC_MODEL
from studylens.study.exchange.anki.templates import BadTemplate, Sheet, read_template, render
from studylens.study.exchange.counted import EMPTY, SOUNDS
from studylens.study.exchange.incoming import Incoming
from studylens.study.exchange.markup import from_html
from tests.study.exchange.anki_world import Anki

TYPES = 200
_NAMES = ("Word", "Add Reverse", "Übersetzung", "Index 2", "Beispiel", "Note to self")
_VALUES = (
    "Hund", "dog", "", "x<sup>2</sup>", "one<br>two", " <br> ", "日本[にほん] 語[ご]", "<b>bold</b> &amp; b",
    "a: b", "y", "<div>line</div><div>next</div>", "5 &lt; 6", "{{not a field}}", "100%",
)  # fmt: skip
_GAPS = (
    "{{c1::Paris}} is in {{c2::France::a land}}", "{{c1::a {{c2::b}} c}} d", "{{c2::only}} two", "no gap",
    "{{c1::H<sub>2</sub>O}}", "{{c1,2::Mitosis}} makes {{c1::two}} cells", "{{c1::open", "{{c3::x}}{{c3::y}}",
)  # fmt: skip
_SEEN_FILTERS = ("", "kanji:", "kana:", "furigana:")
_ASKED = re.compile(r"""<span class="?cloze"?[^>]*>(?:<[^>]*>)*\[(.*?)\](?:</[^>]*>)*</span>""", re.DOTALL)
_HIDDEN = re.compile(r"""<a class=hint.*?</a>|<div id="hint[^>]*>.*?</div>""", re.DOTALL)
_TYPED = re.compile(r"\[\[type:[^\]]*\]\]")


def _side(pick: random.Random, fields: list[str]) -> str:
    """Make a side from what templates are made of."""
    parts = []
    for _ in range(pick.randint(1, 3)):
        one, other = pick.choice(fields), pick.choice(fields)
        parts.append(
            pick.choice([
                f"{{{{{pick.choice(_SEEN_FILTERS)}{one}}}}}",
                f"<div>{{{{ {one} }}}}</div>",
                f"{{{{#{one}}}}}with {{{{{other}}}}}{{{{/{one}}}}}",
                f"{{{{^{one}}}}}without{{{{/{one}}}}}",
                f"{{{{#{one}}}}}{{{{^{other}}}}}nested{{{{/{other}}}}}{{{{/{one}}}}}",
                f"<!-- {{{{{one}}}}} -->said: {{{{{other}}}}}",
                "{{Card}} of {{Type}}",
            ])
        )  # fmt: skip
    return "<br>".join(parts)


def _asked(question: str) -> str:
    """Return the text of Anki's question as we write it."""
    bare = _TYPED.sub("", _HIDDEN.sub("", question))
    return from_html(_ASKED.sub(lambda gap: "_____" if gap[1] == "..." else f"_____ ({gap[1]})", bare))


def _made(program: Anki, pick: random.Random) -> None:
    for number in range(TYPES):
        gaps = number % 4 == 0
        fields = pick.sample(_NAMES, pick.randint(2, 4))
        values = [pick.choice(_VALUES) for _ in fields]
        if gaps:
            values[0] = pick.choice(_GAPS)
            front = f"{{{{cloze:{fields[0]}}}}}"
            sides = [(front, f"{front}<br>{{{{{fields[1]}}}}}")]
        else:
            values[0] = values[0].strip(" <br>") or "first"
            sides = [
                (f"{place}. {_side(pick, fields)}", f"{{{{FrontSide}}}}<hr id=answer>{_side(pick, fields)}")
                for place in range(1, pick.randint(2, 4))
            ]
        program.add_type(f"Kind {number}", fields, sides, gaps=gaps)
        program.add_note(f"Kind {number}", *values, deck="Kinds")


def _ours(path: Path, folder: Path) -> list[Incoming]:
    with reading.opened(io.BytesIO(path.read_bytes()), folder / "scratch") as deck:
        return list(deck.cards())


@pytest.mark.process
@pytest.mark.parametrize("legacy", [True, False], ids=["2021", "today"])
def test_our_cards_are_those_that_anki_shows(tmp_path: Path, legacy: bool) -> None:
    path = tmp_path / "kinds.apkg"
    with Anki(tmp_path / "anki") as program:
        _made(program, random.Random(17))
        program.hand_out(path, legacy=legacy)
        shown = program.cards()
    ours = _ours(path, tmp_path)
    assert len(ours) == len(shown) > TYPES
    for card, (_note, _place, question, answer) in zip(ours, shown, strict=True):
        if card.left == EMPTY:
            asked = _asked(question)
            gone = (
                "is blank" in asked or (card.kind == "cloze" and "_____" not in asked) or "No cloze" in asked
            )
            assert gone or not from_html(answer.split("<hr id=answer>")[-1])
            continue
        assert not card.left
        assert card.front == _asked(question)
        if card.kind == "cloze":
            first, *extra = card.back.split("\n")
            assert all(part in from_html(answer) for part in (*first.split(", "), *extra))
        else:
            assert card.back == from_html(answer.split("<hr id=answer>")[1])


def _rendered(template: str, *, is_answer: bool = False, **fields: str) -> str:
    return render(read_template(template), Sheet(fields, {}, 1, is_answer=is_answer))


def test_a_hint_and_what_is_typed_wait_for_the_answer() -> None:
    assert _rendered("{{A}}{{hint:B}}{{type:B}}", A="a", B="b") == "a"
    assert _rendered("{{A}}{{type:B}}", is_answer=True, A="a", B="b") == "ab"
    assert _rendered("{{=<% %>=}}<%A%>", A="a") == "a"
    assert _rendered("{{tts en_US:A}}{{unknown:A}}", A="a") == "a"


_BACK = "{{FrontSide}}<hr id=answer>{{B}}"


def _card(front: str, *fields: str, back: str = _BACK, type_id: int = 1, place: int = 0) -> Incoming:
    kind = NoteType("Made", "cloze:" in front, list("ABC"), ["1", "2"], [(front, back)] * 2)
    return card_of(Note("guid", type_id, fields, gaps=gaps_of(kind, fields)), kind, place, "Deck")


def test_a_hint_comes_in_once_also_from_within_a_condition() -> None:
    front = "{{A}}{{#C}}{{hint:C}}{{/C}}{{^B}}{{hint:B}}{{/B}}{{hint:}}"
    assert _card(front, "a", "b", "c").back == "b\n(c)"
    assert _card(front, "a", "b", "c", back=f"{_BACK}: {{{{C}}}}").back == "b: c"


def test_a_gap_may_hide_a_picture() -> None:
    front, back = "{{cloze:A}}", "{{cloze:A}}<hr id=answer>{{B}}"
    alone = _card(front, "a {{c1::<img src=x>}}", "more", back=back)
    assert (alone.left, alone.back, [one.src for one in alone.told]) == ("", "more", ["x"])
    card = _card(front, "a {{c1::leaf <img src=x>}}", "more", back=back)
    assert (card.left, card.back, card.also_right) == ("", "leaf\nmore", ("leaf",))
    assert _card(front, "a {{c1::[sound:x]}}", "more", back=back).left == SOUNDS


def test_a_second_template_of_our_own_note_type_makes_its_own_card() -> None:
    first, second = (_card("{{B}}", "a", "b", type_id=BASIC_MODEL, place=n, back="{{A}}") for n in (0, 1))
    assert [(card.front, card.back) for card in (first, second)] == [("a", "b"), ("b", "a")]


@pytest.mark.parametrize(
    "template",
    [
        "{{Nothing}}",
        "{{#A}}x",
        "{{/A}}",
        "{{#A}}{{#B}}{{/A}}{{/B}}",
        "{{#Nothing}}x{{/Nothing}}",
        "{{#A}}" * 60,
    ],
)
def test_a_template_that_anki_shows_an_error_for_is_told_apart(template: str) -> None:
    with pytest.raises(BadTemplate):
        _rendered(template, A="a", B="b")


def test_a_side_that_repeats_a_field_without_end_is_given_up() -> None:
    with pytest.raises(BadTemplate):
        _rendered("{{A}}" * 100, A="a" * 10_000)
