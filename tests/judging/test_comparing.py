"""A typed answer beside the wanted one: how near it is, why, and what is marked."""

import pytest

from studylens.judging.comparing import Nearness, Why, compare
from studylens.judging.differences import Piece, Swap


@pytest.mark.parametrize(
    ("given", "wanted", "language", "why"),
    [
        ("chlorophyll", "chlorophyll", "en", Why.EXACT),
        ("Chlorophyll", "chlorophyll", "en", Why.CAPITALS),
        ("STRASSE", "Straße", "de", Why.CAPITALS),
        ("co-operation", "cooperation", "en", Why.SIGNS),
        ("“ATP”.", "ATP", "", Why.SIGNS),
        ("Haus", "das Haus", "de", Why.ARTICLE),
        ("5km", "5 km", "", Why.AMOUNT),
        ("5000 m", "5 km", "", Why.AMOUNT),
        ("1.5", "1,5", "", Why.AMOUNT),
        ("1500", "1 500", "", Why.AMOUNT),
        ("1,500 m", "1.5 km", "", Why.AMOUNT),
        ("10 percent", "10 %", "en", Why.AMOUNT),
        ("2 h", "120 min", "", Why.AMOUNT),
        ("5 mw", "5 MW", "", Why.CAPITALS),
    ],
)
def test_what_a_reader_takes_for_the_same_is_named(given: str, wanted: str, language: str, why: Why) -> None:
    found = compare(given, [wanted], language)
    assert (found.why, found.nearness) == (why, Nearness.SAME)
    assert not any(piece.differs for piece in (*found.given, *found.wanted))


@pytest.mark.parametrize(
    ("given", "wanted", "why"),
    [
        ("E=mc^2", "$E = mc^{2}$", Why.EXACT),
        ("e = m*c^2", "$E=mc^2$", Why.CAPITALS),
        ("1/2 m v^2", r"$\frac{1}{2}\,mv^2$", Why.EXACT),
        ("(a+b)/c", r"\(\dfrac{a+b}{c}\)", Why.EXACT),
        ("lambda/2", r"$\frac{\lambda}{2}$", Why.EXACT),
        ("H2O", r"$\ce{H2O}$", Why.EXACT),
        ("6CO2+6H2O->C6H12O6", r"$6\,CO_2 + 6\,H_2O \rightarrow C_6H_{12}O_6$", Why.EXACT),
        ("sqrt(2)", r"$\sqrt{2}$", Why.EXACT),
        ("x_1 ≤ 3", r"$x_{1} \le 3$", Why.EXACT),
        ("e=mc2", "$E=mc^2$", Why.DIFFERENT),
        ("2/1 m v^2", r"$\frac{1}{2}\,mv^2$", Why.DIFFERENT),
    ],
)
def test_a_formula_is_compared_as_it_is_typed(given: str, wanted: str, why: Why) -> None:
    found = compare(given, [wanted])
    assert found.why is why
    assert found.given == (Piece(given),)
    assert found.wanted == ()


@pytest.mark.parametrize(
    ("given", "wanted", "language", "why"),
    [
        ("ano", "año", "es", Why.ACCENTS),
        ("Muenchen", "München", "de", Why.ACCENTS),
        ("كتاب", "كِتاب", "", Why.ACCENTS),
        ("die Haus", "das Haus", "de", Why.OTHER_ARTICLE),
        ("recieve", "receive", "en", Why.LETTERS),
        ("العلم نور", "نور العلم", "", Why.ORDER),
        ("ATP (adenosine triphosphate)", "ATP", "en", Why.MORE),
        ("5", "5 km", "", Why.UNIT_MISSING),
        ("stroma", "in the stroma", "en", Why.SMALL_WORDS),
        ("im Zellkern", "in dem Zellkern", "de", Why.SMALL_WORDS),
    ],
)
def test_what_is_nearly_the_answer_says_what_it_lacks(
    given: str, wanted: str, language: str, why: Why
) -> None:
    found = compare(given, [wanted], language)
    assert (found.why, found.nearness) == (why, Nearness.NEARLY)


@pytest.mark.parametrize(
    ("given", "wanted", "why"),
    [
        ("mitosis", "meiosis", Why.DIFFERENT),
        ("x2", "x²", Why.DIFFERENT),
        ("1798", "1789", Why.NUMBER),
        ("pH 7", "pH 7.4", Why.NUMBER),
        ("-5 °C", "5 °C", Why.NUMBER),
        ("5 m", "5 km", Why.UNIT),
        ("5 mW", "5 MW", Why.UNIT),
        ("nucleus", "ATP", Why.DIFFERENT),
        ("光合", "光合作用", Why.WORDS),
        ("photosystem", "photosynthesis", Why.DIFFERENT),
        ("ein Zellkern", "kein Zellkern", Why.WORDS),
        ("it is soluble in water", "it is not soluble in water", Why.WORDS),
        ("more light than water", "less light than water", Why.WORDS),
    ],
)
def test_no_slip_of_the_finger_makes_another_answer_of_it(given: str, wanted: str, why: Why) -> None:
    found = compare(given, [wanted])
    assert (found.why, found.nearness) == (why, Nearness.OTHER)


def test_nothing_typed_is_nothing_and_not_wrong() -> None:
    assert compare("  ", ["ATP"]).nearness is Nearness.EMPTY


def test_an_answer_that_the_student_let_count_counts() -> None:
    assert compare("Adenosine Triphosphate", ["ATP", "adenosine triphosphate"]).why is Why.ACCEPTED


def test_letters_are_marked_on_both_sides_and_told() -> None:
    found = compare("chlorofyll", ["chlorophyll"], "en")
    assert (found.why, found.count) == (Why.LETTERS, 2)
    assert found.given == (Piece("chloro"), Piece("f", differs=True), Piece("yll"))
    assert found.wanted == (Piece("chloro"), Piece("ph", differs=True), Piece("yll"))
    assert found.swaps == (Swap("f", "ph"),)


def test_of_a_sentence_words_are_marked_wherever_they_stand() -> None:
    found = compare("glucose, from water", ["Water and light become glucose."], "en")
    assert (found.why, found.count, found.total) == (Why.WORDS, 2, 4)
    assert [piece.text for piece in found.given if piece.differs] == ["from "]
    assert [piece.text for piece in found.wanted if piece.differs] == ["and light become "]


def test_letters_that_join_are_not_torn_apart() -> None:
    found = compare("نور العمل", ["نور العلم"])
    assert [piece.text for piece in found.wanted] == ["نور ", "العلم"]


def test_an_accent_stays_on_its_letter() -> None:
    found = compare("re\u0301sume", ["résumé"], "fr")
    assert "".join(piece.text for piece in found.given) == "résume"
    assert [piece.text for piece in found.wanted if piece.differs] == ["é"]


def test_the_longest_texts_are_compared_soon() -> None:
    found = compare("ab " * 170, ["ba " * 330])
    assert found.nearness is Nearness.OTHER
    assert found.swaps in {(), (Swap(("ab " * 170).strip(), ""),)}


@pytest.mark.parametrize(
    ("given", "wanted", "missing"),
    [
        ("light, water", "light, water and carbon dioxide", 1),
        ("water", "light, water, carbon dioxide", 2),
        ("Wasser und Licht", "Licht, Wasser und CO2", 1),
        ("carbon dioxide; light", "light; water; carbon dioxide", 1),
        ("la luz y el agua", "la luz, el agua y el dióxido de carbono", 1),
    ],
)
def test_of_a_list_the_parts_that_lack_are_counted(given: str, wanted: str, missing: int) -> None:
    found = compare(given, [wanted], "en")
    assert (found.why, found.count, found.nearness) == (Why.PART, missing, Nearness.NEARLY)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("light, oxygen", "light, water and carbon dioxide"),
        ("light, water, oxygen, sugar", "light, water and carbon dioxide"),
        ("salt", "light, water and carbon dioxide"),
    ],
)
def test_a_wrong_part_makes_another_answer_of_a_list(given: str, wanted: str) -> None:
    assert compare(given, [wanted], "en").nearness is Nearness.OTHER


@pytest.mark.parametrize(
    ("given", "wanted", "language"),
    [
        ("500 people", "about 2,500 people", "en"), ("500 years", "in 1,500 years", "en"),
        ("5 Grad", "etwa 37,5 Grad", "de"),
        ("deficiency", "vitamin e deficiency", "en"), ("World War", "World War I began", "en"),
        ("une plante", "une plante en pot", "fr"), ("y = x", "y = x + 2", "en"),
    ],
)  # fmt: skip
def test_a_comma_of_a_number_and_a_letter_that_is_no_and_part_no_list(
    given: str, wanted: str, language: str
) -> None:
    assert compare(given, [wanted], language).why is not Why.PART


def test_other_languages_have_ands_of_one_letter() -> None:
    assert compare("agua", ["luz y agua"], "es").why is Why.PART
    assert compare("acqua", ["luce e acqua"]).why is Why.PART
    assert compare("agua", ["luz y agua"], "en").why is not Why.PART


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("cells", "cell"), ("mitochondria", "mitochondrion"), ("bacteria", "bacterium"),
        ("nuclei", "nucleus"),
        ("Zellen", "Zelle"), ("hypotheses", "hypothesis"), ("red blood cells", "red blood cell"),
        ("batteries", "battery"), ("chevaux", "cheval"),
    ],
)  # fmt: skip
def test_one_or_many_is_nearly_the_same(given: str, wanted: str) -> None:
    found = compare(given, [wanted])
    assert found.nearness is Nearness.NEARLY
    assert found.why in {Why.ENDING, Why.LETTERS}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("nitrite", "nitrate"), ("sulfide", "sulfate"), ("glucagon", "glucose"), ("mitosis", "meiosis"),
        ("ethane", "ethene"), ("artery", "arteriole"), ("afferent", "efferent"),
        ("hypothermia", "hyperthermia"),
        ("abduction", "adduction"), ("endothermic", "exothermic"), ("intracellular", "intercellular"),
        ("a microphage", "a macrophage"), ("Nitrit", "Nitrat"), ("Hypoglykämie", "Hyperglykämie"),
    ],
)  # fmt: skip
def test_a_word_that_only_looks_alike_is_never_right_and_never_an_ending(given: str, wanted: str) -> None:
    assert compare(given, [wanted]).nearness is Nearness.OTHER
