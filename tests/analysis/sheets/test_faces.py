"""Pages of sheets: nothing is cut off, nothing overlaps, and each back lies behind its front."""

import io
import itertools
import re

import pytest
from PIL import Image, ImageChops

from studylens.analysis.protocol.sheets import CARDS, DUE, REVISION, Card, Content
from studylens.analysis.sheets import faces, fonts, render, revision, typeset
from studylens.analysis.sheets.faces import Face, Place, Placed
from studylens.analysis.sheets.typeset import Style
from studylens.study.sheets.templates import shipped

A4 = (1654, 2339)
LONG = "The membrane of a thylakoid carries chlorophyll and the enzymes of the light reactions. " * 5
ARABIC = "عملية تقوم بها النباتات لتحويل الضوء إلى طاقة كيميائية (ATP 12) مخزنة في السكر. " * 3
FORMULA = r"$E = \frac{mc^2}{\sqrt{1-\frac{v^2}{c^2}}}$, which for $v \ll c$ is about $mc^2 + \tfrac12 mv^2$."
CROWD = [
    Card("What is a thylakoid?", LONG[:400]),
    Card("Energy of a moving body", FORMULA),
    Card("ما هو التمثيل الضوئي؟", ARABIC),
    Card("Sum", r"$$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$$ for all $n$."),
    Card("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller", "—"),
    Card("Привет", "ελληνικά, שלום, $5 and $6"),
    Card("A wide formula", "$" + " + ".join(f"a_{{{n}}} x^{{{n}}}" for n in range(24)) + "$"),
    Card("Half written", r"$\frac{1}$ and \(\nosuch{x}\)"),
    Card("One more", "on the second sheet"),
]


def inside(placed: Placed, size: tuple[float, float]) -> bool:
    place = placed.place
    return (
        place.left >= 0
        and place.top >= 0
        and place.left + place.width <= size[0] + 0.01
        and place.top + place.height <= size[1] + 0.01
        and placed.block.width <= place.width
        and placed.block.height <= place.height + 0.01
    )


def overlap(one: Place, other: Place) -> bool:
    return (
        one.left < other.left + other.width - 0.01
        and other.left < one.left + one.width - 0.01
        and one.top < other.top + other.height - 0.01
        and other.top < one.top + one.height - 0.01
    )


def seen(face: Face) -> Image.Image:
    """Return a drawn A4 page, grey."""
    drawn = render.page(shipped()["a4_revision"], face.shapes)
    assert (drawn.width, drawn.height) == A4
    return Image.open(io.BytesIO(drawn.data)).convert("L")


def ink(page: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(page).point(lambda level: 255 if level > 100 else 0).getbbox()
    assert box is not None
    return box


def test_on_paper_each_back_lies_behind_its_front() -> None:
    made = faces.cut_sheets(CROWD, A4, 20)
    assert [page.name for page in made.pages[:2]] == ["sheet-01-front", "sheet-01-back"]
    assert len(made.pages) == 4
    for front, back in zip(made.pages[::2], made.pages[1::2], strict=True):
        places = {one.card: one.place for one in back.placed}
        assert len(front.placed) == len(places) > 0
        for one in front.placed:
            mirrored = A4[0] - one.place.left - one.place.width
            assert (places[one.card].left, places[one.card].top) == (mirrored, one.place.top)


@pytest.mark.parametrize("kind", [CARDS, DUE, REVISION])
def test_nothing_leaves_its_place_or_overlaps(kind: str) -> None:
    size = (959.0, 1316.0) if kind == DUE else A4
    content = Content("Photosynthesis", LONG, terms=CROWD[:3], cards=CROWD, due=CROWD, due_title="Due")
    made = revision.faces(kind, content, size, 20)
    placed = [one for page in made.pages for one in page.placed]
    assert len(placed) >= (4 if kind == DUE else len(CROWD))
    assert made.left_out == ()
    assert all(inside(one, size) for one in placed)
    for page in made.pages:
        for one, other in itertools.combinations(page.placed, 2):
            assert not overlap(one.place, other.place)


def test_what_is_drawn_stays_within_its_card() -> None:
    for side in faces.cut_sheets(CROWD[:8], A4, 2).pages:
        page = seen(Face("", re.sub("<path[^>]*dasharray[^>]*/>", "", side.shapes)))
        for one in side.placed:
            place = one.place
            whole = page.crop((place.left, place.top, place.left + place.width, place.top + place.height))
            left, top, right, bottom = ink(whole)
            assert min(left, top) > 20, one.card
            assert right < place.width - 20, one.card
            assert bottom < place.height - 8, one.card
            text = whole.crop((0, 0, int(place.width), int(place.height * 0.93)))
            drawn = ink(text)
            assert abs((drawn[0] + drawn[2]) / 2 - place.width / 2) < 12, one.card
            assert drawn[2] - drawn[0] <= one.block.width * 1.03, one.card


def test_a_card_that_fits_in_no_size_is_left_out_and_counted() -> None:
    made = faces.cut_sheets([Card("Long", LONG * 40), CROWD[0]], A4, 2)
    assert made.left_out == (0,)
    assert [one.card for one in made.pages[0].placed] == [1]
    assert faces.cut_sheets([CROWD[0]] * 20, A4, 2).more == 12
    assert faces.cut_sheets([], A4, 2).pages == ()


def test_a_screen_says_how_many_cards_are_not_on_it() -> None:
    made = faces.due_screen(Content("", due=[CROWD[0]] * 30, due_title="Due by tomorrow"), (959, 1316))
    held = len(made.pages[0].placed)
    assert 1 <= held < 30
    assert (made.more, f"and {30 - held} more" in made.pages[0].shapes) == (30 - held, True)


def test_a_revision_sheet_goes_on_on_further_pages_and_says_what_is_left() -> None:
    content = Content("Much", cards=[Card(f"Question {n}", LONG[:300]) for n in range(200)])
    made = revision.revision(content, A4, 3)
    assert (len(made.pages), made.more > 0) == (3, True)
    assert made.more + len({one.card for page in made.pages for one in page.placed} - {-1}) == 200
    few = revision.revision(Content("Few", cards=[CROWD[0]]), A4, 3)
    assert (len(few.pages), few.more) == (1, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain, ü, Ω, Привет, שלום, سلام, →, ½", set()),
        ("光合作用", {"Chinese or Japanese"}),
        ("광합성", {"Korean"}),
        ("प्रकाश", {"Devanagari"}),
        ("ok ⃣𝼀", {"Latin"}),
    ],
)
def test_what_the_font_cannot_show_is_named(text: str, words: set[str]) -> None:
    assert fonts.unshowable(fonts.clean(text)) == words


def test_controls_and_marks_of_direction_show_nothing_and_are_dropped() -> None:
    assert fonts.clean("a\u200b\u202eb\ufe0f\x07\tc\ud800") == "ab c"


def test_formulas_stand_beside_words_and_half_written_ones_as_their_source() -> None:
    line = typeset.block(r"The energy $E = mc^2$ is large.", 2000, Style(40)).lines[0]
    assert [bool(piece.formula) for piece in line.pieces] == [False, False, True, False, False]
    assert typeset.block("It costs $5 and $6.", 2000, Style(40)).lines[0].pieces[-1].word == "$6."
    source = typeset.block(r"\(\nosuch{x}\)", 2000, Style(40)).lines[0]
    assert "".join(piece.word for piece in source.pieces) == r"\nosuch{x}"
    assert typeset.block("$" + "x" * 501 + "$", 600, Style(40)).width <= 600


def test_words_that_were_read_from_a_page_stay_letter_for_letter() -> None:
    plain = typeset.block("**a** costs $x$", 2000, Style(40, plain=True)).lines[0]
    assert " ".join(piece.word for piece in plain.pieces) == "**a** costs $x$"


def test_markup_in_text_is_shown_and_never_drawn() -> None:
    shapes = typeset.block('</text><image href="file:///etc/passwd"/>', 2000, Style(40)).svg(0, 0, 2000)
    assert "<image" not in shapes
    tricky = typeset.block(r"$\text{</svg><image href='x'/>}$", 2000, Style(40)).svg(0, 0, 2000)
    assert "<image" not in tricky
