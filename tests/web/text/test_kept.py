"""What was made of a text is kept within its room, and counts as if it had been made again."""

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from studylens.web.door.wiring import Wiring
from studylens.web.text import kept
from studylens.web.text.formulas import MAX_FORMULAS, Formulas
from studylens.web.text.kept import KeptTexts
from studylens.web.text.markdown import render, render_maths
from tests.web.world import PAGE, add_pack, become_guest


@pytest.fixture
def texts() -> KeptTexts:
    return KeptTexts()


def test_a_text_is_made_once(texts: KeptTexts) -> None:
    made: list[str] = []

    def make(text: str, _page: Formulas) -> Markup:
        made.append(text)
        return Markup("<p>{}</p>").format(text)

    pages = [texts.render(make, "light", Formulas()) for _ in range(3)]
    assert pages == ["<p>light</p>"] * 3
    assert made == ["light"]


def test_what_is_kept_is_what_would_be_made(texts: KeptTexts) -> None:
    text = r"Energy $E = h\nu$ and <b>not bold</b>, *or so*"
    for make in (render, render_maths):
        first, second = (texts.render(make, text, Formulas()) for _ in range(2))
        assert first == second == make(text)
    assert len(texts) == 2


def test_kept_formulas_count_for_the_page_that_shows_them(texts: KeptTexts) -> None:
    page = Formulas()
    for _ in range(2):
        texts.render(render_maths, "$a$ and $b$", page)
    assert page.spent[0] == 4
    page.take(MAX_FORMULAS - 5, 0)
    assert "<code>" in texts.render(render_maths, "$a$ and $b$", page)
    assert "<code>" not in texts.render(render_maths, "$a$ and $b$", Formulas())


def test_what_a_full_page_left_as_source_is_not_kept(texts: KeptTexts) -> None:
    page = Formulas()
    page.take(MAX_FORMULAS, 0)
    assert "<code>" in texts.render(render_maths, "$a$", page)
    assert "<math" in texts.render(render_maths, "$a$", Formulas())


def test_the_texts_shown_last_stay_within_the_room() -> None:
    texts = KeptTexts(most_bytes=5_000)
    for number in range(50):
        texts.render(render_maths, f"$x_{{{number}}}$", Formulas())
        assert texts.size <= 5_000
    assert 0 < len(texts) < 50
    sizes = sum(made.size for made in texts._made.values())
    assert sizes == texts.size


def test_one_long_text_pushes_no_other_out(texts: KeptTexts) -> None:
    texts.render(render, "short", Formulas())
    texts.render(render, "long " * kept.MOST_BYTES, Formulas())
    assert len(texts) == 1


def test_what_is_deleted_for_good_is_not_kept(wiring: Wiring, client: FlaskClient) -> None:
    guest_id = become_guest(wiring, client)
    pack_id = add_pack(wiring, guest_id)
    client.get(f"/packs/{pack_id}", headers=PAGE)
    assert len(kept.kept_texts)
    client.post(f"/packs/{pack_id}/delete", data={"for_good": "1"})
    assert not len(kept.kept_texts)
    assert kept.kept_texts.size == 0
