"""Markdown and formulas: what students see, and what an attacker does not get through."""

import html5lib
import pytest

from studylens.web.text.formulas import MAX_FORMULAS, MAX_MATHML_CHARS, Formulas
from studylens.web.text.markdown import MAX_HTML_CHARS, MAX_TABLE_CELLS, render, render_maths
from studylens.web.text.maths import MAX_TEX_CHARS, to_mathml
from tests.work import calls

CALLS_A_CHARACTER = 400
"""The most that any text here costs is 238; work that grew with the square would be a thousand and more."""
LITTLE_WORK = 20_000
MATHS = {"math", "mrow", "mi", "mo", "mn", "mtext", "mstyle", "mspace"}


def _elements(page: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements and their attributes as a browser would see them."""
    tree = html5lib.parseFragment(page, namespaceHTMLElements=False)
    return [(str(item.tag).rpartition("}")[2], dict(item.attrib)) for item in tree.iter() if item is not tree]


def test_inline_and_block_formulas_become_mathml() -> None:
    page = render("So $E = mc^2$ and\n\n$$\n\\frac{a}{b}\n- c\n$$\n\nthen $$x$$ too.")
    assert page.count("<math") == 3
    assert page.count('display="block"') == 2
    assert "<mfrac>" in page
    assert "<li>" not in page


@pytest.mark.parametrize(
    "text",
    ["`$x$`", "```\n$x$\n```", "```\n$$\nx\n$$\n```", "    $$x$$", "It costs $5 and $6.", r"\$x$", "$ x $"],
)
def test_code_and_money_are_no_formulas(text: str) -> None:
    assert "<math" not in render(text)
    assert "$" in render(text)


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\style{background:url(//evil.example)}{x}",
        r"\color{red;background:url(//evil.example)}{x}",
        r"\text{</math><style>*{display:none}</style>}",
        r"\text{<annotation-xml encoding='text/html'><form action=//evil.example>}",
        r"\text{<mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>}",
        r"\text{<a href='javascript:alert(1)'>x</a>}",
        r"\text{<iframe src=//evil.example>}",
        r"\class{a onmouseover=alert(1)}{x}",
    ],
)
def test_formulas_let_nothing_through(tex: str) -> None:
    for page in (to_mathml(tex, block=False), render(f"${tex}$"), render_maths(f"${tex}$")):
        for tag, attributes in _elements(page):
            assert tag in MATHS | {"p", "code"}
            assert set(attributes) <= {"display", "stretchy", "fence", "form", "width"}


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 1_900,
        r"\frac" * 380,
        r"\left(" * 300,
        "x^" * 900,
        r"\begin{matrix}" * 140,
        r"\sqrt{" * 330,
        "\ud800",
    ],
)
def test_a_formula_that_cannot_be_converted_shows_its_source_after_little_work(tex: str) -> None:
    page, work = calls(lambda: to_mathml(tex, block=True))
    assert work <= LITTLE_WORK + CALLS_A_CHARACTER * len(tex)
    assert page.startswith("<code>")


def test_deeply_nested_formulas_do_not_break_the_page() -> None:
    for depth in (50, 200, 280):
        assert to_mathml(r"\sqrt{" * depth + "x" + "}" * depth, block=False)


def test_a_formula_over_its_limit_shows_its_source() -> None:
    assert to_mathml("x" * MAX_TEX_CHARS, block=False).startswith("<math")
    assert to_mathml("x" * (MAX_TEX_CHARS + 1), block=False) == f"<code>{'x' * (MAX_TEX_CHARS + 1)}</code>"


def test_a_bare_ampersand_is_escaped() -> None:
    assert "&amp;" in to_mathml("a & b", block=False)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](/packs/1/delete)",
        "![x](https://evil.example/track.png)",
        '<a href="https://evil.example" style="position:fixed">x</a>',
        "<svg onload=alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "<https://a.example/?x=`onmouseover=alert(1)`>",
    ],
)
def test_markdown_lets_nothing_through(text: str) -> None:
    for tag, attributes in _elements(render(text)):
        assert tag in {"p", "a", "code", "em"}
        assert set(attributes) <= {"href", "rel", "title"}
        assert attributes.get("href", "https://").startswith("https://")


def test_links_tell_the_other_site_nothing() -> None:
    page = render("[more](https://a.example/b)")
    assert 'href="https://a.example/b"' in page
    assert "noreferrer" in page


FORGED = ("\ue0000\ue001", "\ue000" + "0" * 32 + "\ue001", "&#xe000;0&#xe001;", "&#57344;0&#57345;")


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_place_of_a_formula_holds_none(forged: str) -> None:
    for text in (
        f"$x$ {forged}",
        f"`{forged}` $x$",
        f'$x$ [a](http://x.y "{forged}")',
        f"$x$ <http://x/{forged}>",
    ):
        assert render(text).count("<math") == 1
        assert render_maths(text).count("<math") == 1
        for _, attributes in _elements(render(text)):
            assert "<" not in "".join(attributes.values())


def test_a_formula_never_stands_in_an_attribute() -> None:
    page = render('[a](http://x.y "$x$") [$y$](http://x.y/$z$ "&#36;x$")')
    assert page.count("<math") == 1
    assert all("<" not in "".join(attributes.values()) for _, attributes in _elements(page))


def test_text_cannot_repeat_a_formula() -> None:
    text = rf"$\frac{{a}}{{b}}$ {'&#xe000;0&#xe001;' * 1_000}"
    assert len(render(text)) < 2 * len(text)


def test_a_page_has_so_many_formulas_and_shows_the_others_as_written() -> None:
    formulas = Formulas()
    pages = [render_maths("$x$ " * 300, formulas) for _ in range(10)]
    assert sum(page.count("<math") for page in pages) == MAX_FORMULAS
    assert pages[-1].count("<code>x</code>") == 300


def test_mathml_of_a_page_is_bounded() -> None:
    page = render_maths((r"$" + "a_{b_c}" * 200 + "$ ") * 60)
    assert 0 < page.count("<math") < 60
    assert len(page) < 1.2 * MAX_MATHML_CHARS


def test_an_ordinary_table_is_a_table() -> None:
    page = render("|Organ|Task|\n|---|---|\n" + "|Leaf|makes $O_2$|\n" * 40)
    assert (page.count("<tr>"), page.count("<math"), page.count("<td>")) == (41, 40, 80)


@pytest.mark.parametrize(
    "text",
    [
        "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n" + "|\n" * 3_000,
        "|" + "a|" * 1_000 + "\n|" + "-|" * 1_000 + "\n" + "a\n" * 7_000,
        "-|-\n" * 5_000,
        "|a|b|\n|-|-|\n\n" * 1_400,
        "> |a|b|\n> |-|-|\n" * 1_100,
    ],
)
def test_tables_have_so_many_cells_and_the_rest_is_shown_as_written(text: str) -> None:
    page, work = calls(lambda: render(text))
    assert work <= CALLS_A_CHARACTER * len(text)
    assert page.count("<td") + page.count("<th") <= MAX_TABLE_CELLS
    assert "|" in page


@pytest.mark.parametrize(
    "text",
    [
        "[a]: http://x/" + "y" * 9_000 + "\n\n" + "[a]" * 3_000,
        "![a](" * 4_000,
        '"' * 20_000,
        "~~a " * 5_000,
        "* a\n" * 5_000,
    ],
)
def test_no_text_becomes_a_page_of_megabytes(text: str) -> None:
    assert len(render(text)) <= MAX_HTML_CHARS


def test_headings_never_skip_a_level() -> None:
    page = render("# One\n\n#### Two")
    assert (page.count("<h3>"), page.count("<h")) == (2, 2)


@pytest.mark.parametrize(
    "text",
    [">" * 5_000 + "x", "[" * 5_000, "*a " * 5_000, "- " * 3_000, "$" * 5_000, "`" * 5_000, "- $$\n" * 3_000],
)
def test_the_work_of_hostile_markdown_grows_with_its_length_alone(text: str) -> None:
    _, work = calls(lambda: render(text))
    assert work <= LITTLE_WORK + CALLS_A_CHARACTER * len(text)


def test_plain_text_keeps_its_letters_around_formulas() -> None:
    assert render_maths("a < b & *c* $x$ $5 and $6").startswith("a &lt; b &amp; *c* <math")
    assert render_maths("$5 and $6") == "$5 and $6"
