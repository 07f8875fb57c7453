"""Why an item was mended, marked or dropped, and why a page gave nothing: codes and their sentences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A check's name and what a student is told; `trivial`: nothing is wrong, it is just not worth a card."""

    code: str
    sentence: str
    trivial: bool = False


_SENTENCES = {
    "empty": "one side was empty",
    "pointer": "the question cannot be understood without the page beside it",
    "answer_in_question": "the answer stood in the question",
    "gap_count": "the sentence had several gaps",
    "gap_missing": "the sentence had no gap",
    "gap_early": "the gap came before anything that tells what is asked",
    "gap_not_on_page": "the missing word is not on the page",
    "answer_long": "the answer was too long to learn as one",
    "answer_open": "the answer was cut off",
    "enumeration": "the answer was a list that nobody asked for",
    "count_differs": "the question asked for another number of things than the answer gives",
    "not_on_page": "the page does not say it",
    "number_not_on_page": "the number is not on the page",
    "same_fact": "another item asks the same fact",
    "repeated": "the same question came twice",
    "options_same": "two options said the same",
    "options_overlap": "one option was contained in another, so both were right",
    "options_kind": "the options were not of one kind",
    "options_length": "the right option stood out by its length",
    "options_filler": "an option was no answer",
    "options_all_above": "an option spoke of the other options",
    "options_few": "there were not three good options",
    "explanation_disagrees": "the explanation gave another answer than the one marked as right",
    "explanation_names_option": "the explanation spoke of an option by its letter",
    "language": "it was not in the language of the page",
    "boilerplate": "it was about the page's source, not about its subject",
    "formula_broken": "its formula was broken",
    "unreadable": "its words could not be read for sure",
    "too_many": "there were more items than the page has facts",
    "not_whole": "it did not come whole",
    "misplaced": "it stood in a list that nobody had asked for",
    "too_long": "one of its texts was too long to learn from",
    "options_no_right": "it named none of its options as the right one",
    "options_many": "it had more options than fit on a screen",
    "over_limit": "there were more items than a page may have",
    "vague": "the question did not say what it asks for",
}
_TRIVIAL = {
    "trivial": "it can be answered without learning anything",
    "plain": "it says little that is worth learning",
}
REASONS = {code: Reason(code, sentence) for code, sentence in _SENTENCES.items()} | {
    code: Reason(code, sentence, trivial=True) for code, sentence in _TRIVIAL.items()
}
"""By their code."""
PAGES = {
    "no_text": "There was no text to make cards from.",
    "not_trusted": "The text could not be read well enough to make cards from. Correct it, then make them "
    "anew.",
    "language_unknown": "The language of this page is not one that cards can be made in without a model.",
    "language_needs_model": "Cards need a model for this language.",
    "mostly_signs": "The page is mostly formulas, code or numbers.",
    "references": "The page is a list of sources.",
    "boilerplate": "The page is about rights and licences.",
    "contents": "The page is a table of contents.",
    "asks_only": "The page asks questions and gives no answers.",
    "tasks": "The page tells what to do: it is an exercise or a guide.",
    "filler_text": "The page holds filler text.",
}
"""Why a whole page gave no card, by code."""
