"""Why an item was mended, marked or dropped, and why a page gave nothing: codes and their sentences."""

from dataclasses import dataclass

from studylens.language import mark


@dataclass(frozen=True)
class Reason:
    """A check's name and what a student is told; `trivial`: nothing is wrong, it is just not worth a card."""

    code: str
    sentence: str
    trivial: bool = False


_SENTENCES = {
    "empty": mark("one side was empty"),
    "pointer": mark("the question cannot be understood without the page beside it"),
    "answer_in_question": mark("the answer stood in the question"),
    "gap_count": mark("the sentence had several gaps"),
    "gap_missing": mark("the sentence had no gap"),
    "gap_early": mark("the gap came before anything that tells what is asked"),
    "gap_not_on_page": mark("the missing word is not on the page"),
    "answer_long": mark("the answer was too long to learn as one"),
    "answer_open": mark("the answer was cut off"),
    "enumeration": mark("the answer was a list that nobody asked for"),
    "count_differs": mark("the question asked for another number of things than the answer gives"),
    "not_on_page": mark("the page does not say it"),
    "number_not_on_page": mark("the number is not on the page"),
    "same_fact": mark("another item asks the same fact"),
    "repeated": mark("the same question came twice"),
    "options_same": mark("two options said the same"),
    "options_overlap": mark("one option was contained in another, so both were right"),
    "options_kind": mark("the options were not of one kind"),
    "options_length": mark("the right option stood out by its length"),
    "options_filler": mark("an option was no answer"),
    "options_all_above": mark("an option spoke of the other options"),
    "options_few": mark("there were not three good options"),
    "explanation_disagrees": mark("the explanation gave another answer than the one marked as right"),
    "explanation_names_option": mark("the explanation spoke of an option by its letter"),
    "language": mark("it was not in the language of the page"),
    "boilerplate": mark("it was about the page's source, not about its subject"),
    "formula_broken": mark("its formula was broken"),
    "unreadable": mark("its words could not be read for sure"),
    "too_many": mark("there were more items than the page has facts"),
    "not_whole": mark("it did not come whole"),
    "misplaced": mark("it stood in a list that nobody had asked for"),
    "too_long": mark("one of its texts was too long to learn from"),
    "options_no_right": mark("it named none of its options as the right one"),
    "options_many": mark("it had more options than fit on a screen"),
    "over_limit": mark("there were more items than a page may have"),
    "vague": mark("the question did not say what it asks for"),
}
_TRIVIAL = {
    "trivial": mark("it can be answered without learning anything"),
    "plain": mark("it says little that is worth learning"),
}
REASONS = {code: Reason(code, sentence) for code, sentence in _SENTENCES.items()} | {
    code: Reason(code, sentence, trivial=True) for code, sentence in _TRIVIAL.items()
}
"""By their code."""
PAGES = {
    "no_text": mark("There was no text to make cards from."),
    "not_trusted": mark(
        "The text could not be read well enough to make cards from. Correct it, then make them anew."
    ),
    "language_unknown": mark(
        "The language of this page is not one that cards can be made in without a model."
    ),
    "language_needs_model": mark("Cards need a model for this language."),
    "mostly_signs": mark("The page is mostly formulas, code or numbers."),
    "references": mark("The page is a list of sources."),
    "boilerplate": mark("The page is about rights and licences."),
    "contents": mark("The page is a table of contents."),
    "asks_only": mark("The page asks questions and gives no answers."),
    "tasks": mark("The page tells what to do: it is an exercise or a guide."),
    "filler_text": mark("The page holds filler text."),
}
"""Why a whole page gave no card, by code."""
