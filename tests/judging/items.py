"""Items written for the tests: known flaws of item writing by their name, and good items that must pass.

All are about `LINES`, a page of our own, unless a flaw needs none.
"""

from studylens.judging import Item, Page
from studylens.judging.item import CHOICE, CLOZE, DEFINITION, SHORT_ANSWER

LINES = (
    "Photosynthesis",
    "Photosynthesis turns light energy into chemical energy.",
    "It takes place in the chloroplasts of plant cells.",
    "Chlorophyll absorbs mostly red and blue light.",
    "The light reactions happen in the thylakoid membranes.",
    "They split water and release oxygen as a gas.",
    "The Calvin cycle fixes carbon dioxide in the stroma; Melvin Calvin described it in 1950.",
)
PAGE = Page(LINES, tuple(range(1, len(LINES) + 1)))


def card(asks: str, answer: str, kind: str = SHORT_ANSWER, line: int | None = 2) -> Item:
    """Return a card of a model."""
    return Item(asks, answer, kind, source_line=line, origin="gemini:m", rule="model")


def choice(asks: str, *options: str, right: int = 0, why: str = "", line: int | None = 2) -> Item:
    """Return a question of a model."""
    return Item(asks, options[right], CHOICE, options, why, source_line=line, origin="gemini:m", rule="model")


WHERE = "Where do the light reactions happen?"
GAS = "Which gas do the light reactions release?"
SAME = "In which part of the cell does photosynthesis take place?"
FLAWS: dict[str, tuple[str, tuple[Item, ...]]] = {
    "answer in the front": (
        "answer_in_question",
        (card("What do chloroplasts, the place of photosynthesis, contain?", "chloroplasts", line=3),),
    ),
    "answer beside its own gap": (
        "answer_in_question",
        (card("The chloroplast is where _____ do their work.", "chloroplasts", CLOZE, 3),),
    ),
    "gap not on the page": (
        "gap_not_on_page",
        (card("Plants store energy as _____ in roots.", "starch", CLOZE),),
    ),
    "four gaps": (
        "gap_count",
        (card("_____ turns _____ energy into _____ energy by _____.", "Photosynthesis", CLOZE),),
    ),
    "a cloze without a gap": (
        "gap_missing",
        (card("Photosynthesis turns light energy.", "chemical", CLOZE),),
    ),
    "nothing but a gap": ("vague", (card("The _____ is.", "stroma", CLOZE, 7),)),
    "all of the above": (
        "options_all_above",
        (choice(GAS, "Oxygen", "Nitrogen", "All of the above", right=2, line=6),),
    ),
    "both A and B": (
        "options_all_above",
        (choice(GAS, "Oxygen", "Nitrogen", "Both A and B", right=2, line=6),),
    ),
    "right option five times as long": (
        "options_length",
        (
            choice(
                "What does photosynthesis do?",
                "It turns the energy of light into chemical energy that the plant can store and use",
                "It makes heat",
                "It eats salt",
                "It grows",
            ),
        ),
    ),
    "Oxygen, Oxygen gas, O2": (
        "options_overlap",
        (choice(GAS, "Oxygen", "Oxygen gas", "O2", "Nitrogen", line=6),),
    ),
    "a symbol beside its name": (
        "options_overlap",
        (choice(GAS, "Oxygen", "O2", "Nitrogen", "Helium", line=6),),
    ),
    "two options that are one": ("options_same", (choice(GAS, "Oxygen", "Nitrogen", "nitrogen.", line=6),)),
    "a year among words": (
        "options_kind",
        (choice("What fixes carbon dioxide?", "The Calvin cycle", "1950", "Heat", line=7),),
    ),
    "an option that is no answer": (
        "options_filler",
        (choice(GAS, "Oxygen", "Nitrogen", "I don't know", line=6),),
    ),
    "only two options": ("options_few", (choice(GAS, "Oxygen", "Nitrogen", line=6),)),
    "explanation against the index": (
        "explanation_disagrees",
        (
            choice(
                WHERE,
                "Stroma",
                "Thylakoid membranes",
                "Nucleus",
                why="They happen in the thylakoid membranes.",
                line=5,
            ),
        ),
    ),
    "the same fact asked four ways": (
        "same_fact",
        (
            card(SAME, "Chloroplasts", line=3),
            card("Which organelles carry out photosynthesis?", "Chloroplasts", line=3),
            card("Photosynthesis takes place in the _____ of plant cells.", "chloroplasts", CLOZE, 3),
            card("Name the site of photosynthesis in plant cells.", "The chloroplasts", line=3),
        ),
    ),
    "the same question twice": (
        "repeated",
        (card(WHERE, "Thylakoid membranes", line=5), card(f"{WHERE} ", "Membranes of thylakoids", line=5)),
    ),
    "term and definition turned round": (
        "same_fact",
        (
            card("Calvin cycle", "the reactions that fix carbon dioxide in the stroma", DEFINITION, 7),
            card("Which reactions fix carbon dioxide in the stroma?", "the Calvin cycle", line=7),
        ),
    ),
    "a list that nobody asked for": (
        "enumeration",
        (card("Tell me about photosynthesis.", "light; water; carbon dioxide; chlorophyll; oxygen"),),
    ),
    "count word and items differ": ("count_differs", (card("Name the three products.", "oxygen; energy"),)),
    "a pointer without its noun": (
        "pointer",
        (card("Where does it take place?", "In the chloroplasts", line=3),),
    ),
    "this without anything before": (
        "pointer",
        (card("What is released by this process?", "Oxygen", line=6),),
    ),
    "according to the text": (
        "pointer",
        (card("According to the text, what is released?", "Oxygen", line=6),),
    ),
    "look at the figure": ("pointer", (card("What is shown in the figure 4?", "A chloroplast", line=3),)),
    "an essay as an answer": (
        "answer_long",
        (card("How do plants live?", "They grow " + "towards the bright light " * 12 + "and live"),),
    ),
    "an answer that breaks off": (
        "answer_open",
        (card("What do the light reactions split?", "water and the", line=6),),
    ),
    "yes or no": ("trivial", (card("Is chlorophyll important for the plants?", "Yes", line=4),)),
    "a number from nowhere": (
        "number_not_on_page",
        (card("When was the Calvin cycle described?", "In 1961", line=7),),
    ),
    "another language": (
        "language",
        (
            card(
                "Was nehmen die Pflanzen bei der Photosynthese auf und was geben sie ab?",
                "Sie nehmen das Licht auf",
            ),
        ),
    ),
    "a source instead of a subject": (
        "boilerplate",
        (card("Who owns the picture?", "Photo by J. Doe, CC BY 4.0"),),
    ),
    "a broken formula": ("formula_broken", (card("What is the formula of the speed?", r"$v = \frac{s}{t$"),)),
    "a reader's question mark": (
        "unreadable",
        (card("What does chlorophyll absorb?", "red and [?] light", line=4),),
    ),
    "both sides the same": ("empty", (card("Photosynthesis", "photosynthesis", DEFINITION, 1),)),
}
"""By name: the reason that the judge must give, and the items of which it must drop the last."""

MARKED: dict[str, tuple[str, Item]] = {
    "not on the page": ("not_on_page", card("Who was the first king of the Franks?", "Clovis", line=None)),
}
MENDED: dict[str, tuple[str, Item]] = {
    "a filler among four": ("options_filler", choice(GAS, "Oxygen", "Nitrogen", "Helium", "None", line=6)),
    "all of the above among four": (
        "options_all_above",
        choice(GAS, "Oxygen", "Nitrogen", "Helium", "All of the above", line=6),
    ),
    "an explanation by letter": (
        "explanation_names_option",
        choice(GAS, "Oxygen", "Nitrogen", "Helium", why="Option A is right.", line=6),
    ),
    "a question called cloze": ("gap_missing", card(WHERE, "in the thylakoid membranes", CLOZE, 5)),
}
