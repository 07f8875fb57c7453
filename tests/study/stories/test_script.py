"""A script says what the page says, in its order, and never more than eight panels; a price has a date."""

from studylens.models import Pack, TranscriptLine
from studylens.story_limits import CAPTION_CHARS, MAX_PANELS
from studylens.study.stories.prices import LISTED, price_of
from studylens.study.stories.script import script


def pack_of(*lines: str, facts: tuple[tuple[int, str], ...] = ()) -> Pack:
    kept = {"facts": [{"first": n, "last": n, "text": text} for n, text in facts]}
    pack = Pack(judged=kept if facts else None)
    pack.transcript = [TranscriptLine(n=n, text=text) for n, text in enumerate(lines, 1)]
    return pack


def test_sentences_with_facts_become_panels_in_the_page_s_order() -> None:
    facts = ((4, "Water rises through the xylem."), (2, "Plants turn light into sugar."))
    drafts = script(pack_of("A", "B", "C", "D", facts=facts))
    assert [(draft.line, draft.caption) for draft in drafts] == [
        (2, "Plants turn light into sugar."),
        (4, "Water rises through the xylem."),
    ]


def test_a_page_without_facts_gives_its_lines_but_no_headings() -> None:
    drafts = script(
        pack_of("Photosynthesis", "Plants turn light into sugar.", "光合作用是植物把光变成糖的过程。")
    )
    assert [draft.line for draft in drafts] == [2, 3]


def test_a_long_page_gives_panels_from_its_beginning_to_its_end() -> None:
    drafts = script(pack_of(*(f"The sentence number {n} of this page." for n in range(1, 41))))
    assert len(drafts) == MAX_PANELS
    assert (drafts[0].line, drafts[-1].line) == (1, 40)


def test_nothing_is_said_twice_and_long_lines_end_at_a_word() -> None:
    drafts = script(pack_of("word " * 200, "The same is said here.", "the same is said HERE."))
    assert len(drafts) == 2
    assert len(drafts[0].caption) <= CAPTION_CHARS
    assert drafts[0].caption.endswith("word…")


def test_a_price_is_that_of_the_list_and_unknown_models_have_none() -> None:
    known = price_of("gemini-3.1-flash-image", 8)
    assert known is not None
    assert (known.all, known.listed) == (round(8 * known.one, 2), LISTED)
    assert price_of("somebody-s-model", 8) is None
