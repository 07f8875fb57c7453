"""Typed answers: what counts as the same, and what never does."""

import pytest

from studylens.judging.grading import is_right, page_language


@pytest.mark.parametrize(
    ("given", "answer", "language"),
    [
        ("The Stroma.", "stroma", "en"),
        ("stroma", "the stroma", "en"),
        ("a membrane", "the membrane", "en"),
        ("Zellkern", "der Zellkern", "de"),
        ("der Zellkern", "Zellkern", "de"),
        ("STRASSE", "Straße", "de"),
        ("  jan   ingenhousz ", "Jan Ingenhousz", ""),
        ("e\u0301cole", "\u00e9cole", "fr"),
        ("ＡＴＰ", "ATP", ""),
        ("H2O", "H₂O", ""),
        ("x^2", "x²", ""),
        ("10^-3", "10⁻³", ""),
        ("2 1/2", "2½", ""),
        ("-5", "−5", ""),
        ("“ATP”", "ATP", ""),
        ("l'eau", "l’eau", "fr"),
        ("1789?", "1789", ""),
        ("istanbul", "İstanbul", ""),
        ("İSTANBUL", "istanbul", ""),
        ("ISTANBUL", "İstanbul", ""),
        ("KIRMIZI", "kırmızı", ""),
        ("Isparta", "ısparta", ""),
        ("straße", "STRASSE", "de"),
        ("GROẞ", "groß", "de"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος", ""),
        ("ΣΙΣΥΦΟΣ", "Σίσυφος", ""),
        ("ΜΑΪΟΣ", "Μάιος", ""),
        ("ΣΙΣΥΦΟΣ", "Σι\u0301συφος", ""),
        ("ΑΝΘΡΩΠΟΣ", "ἄνθρωπος", ""),
        ("ΟΔΟΣ", "ὁδός", ""),
        ("ǆep", "DŽEP", ""),
        ("photo\u00adsynthesis", "photosynthesis", "en"),
        ("\ufeffATP\u200b", "ATP", ""),
        ("\u200fשלום\u200e", "שלום", ""),
        ("می\u200cخواهم", "میخواهم", ""),
        ("❤", "❤\ufe0f", ""),
        ("Hola", "¡Hola!", "es"),
        ("¡Hola!", "Hola!", "es"),
        ("Cómo estás", "¿Cómo estás?", "es"),
        ("Qué tal, Ana", "Qué tal, ¿Ana?", "es"),
        ("ما اسمك", "ما اسمك؟", ""),
        ("?", "?", ""),
        ("¿", "¿", "es"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_right(given: str, answer: str, language: str) -> None:
    assert is_right(given, [answer], language)


@pytest.mark.parametrize(
    ("given", "answer", "language"),
    [
        ("mitosis", "meiosis", "en"),
        ("chloroplast", "chloroplasts", "en"),
        ("die Haus", "das Haus", "de"),
        ("der Zellkern", "Zellkern", "en"),
        ("x2", "x²", ""),
        ("103", "10³", ""),
        ("21/2", "2½", ""),
        ("5", ".5", ""),
        ("5", "-5", ""),
        ("f", "f'", ""),
        ("n", "n!", ""),
        ("5", "5!", ""),
        ("[0, 1]", "(0, 1)", ""),
        ("b", "a b", "en"),
        ("ano", "año", "es"),
        ("", "ATP", ""),
        (" . ", "ATP", ""),
        ("", "", ""),
        ("kirmizi", "kırmızı", ""),
        ("η", "ή", ""),
        ("ὁδός", "ὀδός", ""),
        ("¡", "¿", "es"),
        ("\u200b", "ATP", ""),
        ("\u200b", "\u00ad", ""),
    ],
)
def test_what_says_something_else_is_not(given: str, answer: str, language: str) -> None:
    assert not is_right(given, [answer], language)


def test_any_accepted_answer_counts() -> None:
    assert is_right("adenosine triphosphate", ["ATP", "Adenosine triphosphate"])


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["The Calvin cycle takes place in the stroma."], "en"),
        (["Der Zellkern enthält die DNA."], "de"),
        (["La célula es la unidad de los seres vivos."], "es"),
        (["Le noyau contient les gènes."], "fr"),
        (["ATP", "1789"], ""),
    ],
)
def test_the_language_is_told_by_its_articles(texts: list[str], language: str) -> None:
    assert page_language(texts) == language
