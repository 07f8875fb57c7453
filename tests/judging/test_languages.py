"""Which language a text is read aloud in."""

import pytest

from studylens.judging.languages import spoken


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["What does the chlorophyll do in the leaf?"], "en"),
        (["Was ist die Aufgabe des Zellkerns in der Zelle?"], "de"),
        (["ATP", "Le noyau contient les gènes qui sont dans la cellule."], "fr"),
        (["Le noyau contient les gènes de la cellule.", "Il est au centre."], "fr"),
        (["Le noyau contient les gènes de la cellule."], ""),
        (["光合作用"], "zh"),
        (["これは光合成です"], "ja"),
        (["العلم نور"], "ar"),
        (["Клетка"], "ru"),
        (["Το κύτταρο"], "el"),
        (["λ = c / f", "ATP"], ""),
        ([""], ""),
    ],
)
def test_script_or_small_words_tell_the_language(texts: list[str], code: str) -> None:
    assert spoken(*texts) == code
