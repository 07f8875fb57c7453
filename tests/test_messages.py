"""What is said to people can be found, translated and compiled; a translation never breaks a page."""

import ast
import gettext
import inspect
import re
from pathlib import Path

import pytest

from studylens import errors
from studylens.places import HOME
from tools import catalogues, messages

SAID = list(messages.found())
FOUND = sorted({(message, context) for _, message, context in SAID}, key=str)
NOWHERE = re.compile(
    r"\b(BLIP|OCR|captioner|SHA|lease|worker|make setup|drafts?|cram\w*|leech\w*|mature|retrievability|"
    r"set aside|transcripts?|backlog|catching up|stop spreading|went wrong|achievements?|lapses?|recall now|"
    r"sorry|oops)\b|!",
    re.IGNORECASE,
)
"""What the code calls by a name of the field: pages have a student's word for it (docs/words.md)."""
IN_THE_FOLD = re.compile(r"\b(fingerprint|memory (given|of the whole|in numbers|at)|tokens)\b", re.IGNORECASE)
FOLD = {
    "studylens/web/text/words.py", "templates/packs/_receipt.html", "templates/upload/_memory.html",
}  # fmt: skip
"""How a pack was made; the operator's page of memory is no student's page."""
FOR_OPERATORS = {
    "analysis",
    "blip_export",
    "ocr_export",
    "seeing_export",
    "database",
    "commands",
    "backup.py",
}
"""What is said in a log or a terminal; what the analysis says is told in web/text/words.py."""
CATALOGUE = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2);\\n"

#: templates/a.html
msgid "Save"
msgstr "Zapisz"

msgctxt "between thousands"
msgid ","
msgstr " "

#, python-format
msgid "%(num)s card"
msgid_plural "%(num)s cards"
msgstr[0] "%(num)s karta"
msgstr[1] "%(num)s karty"
msgstr[2] "%(num)s "
"kart"

msgctxt "script"
msgid "Copied"
msgstr "Skopiowano \\"już\\""

#, fuzzy
msgid "Close"
msgstr "Blisko"

msgid "Not yet"
msgstr ""

#~ msgid "Gone"
#~ msgstr "Nie ma"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pl" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "pl" / "LC_MESSAGES" / "studylens.po").write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def test_what_was_compiled_is_what_gettext_says(folder: Path) -> None:
    assert catalogues.compile_all(folder) == ["pl"]
    polish = gettext.translation("studylens", str(folder), ["pl"])
    assert polish.gettext("Save") == "Zapisz"
    assert polish.pgettext("between thousands", ",") == " "
    many = [polish.ngettext("%(num)s card", "%(num)s cards", number) for number in (1, 3, 7)]
    assert many == ["%(num)s karta", "%(num)s karty", "%(num)s kart"]


def test_what_nobody_agreed_to_is_said_in_english(folder: Path) -> None:
    catalogues.compile_all(folder)
    polish = gettext.translation("studylens", str(folder), ["pl"])
    assert [polish.gettext(text) for text in ("Close", "Not yet", "Gone")] == ["Close", "Not yet", "Gone"]


def test_scripts_get_their_words_alone(folder: Path) -> None:
    catalogues.compile_all(folder)
    words = (folder / "pl" / "LC_MESSAGES" / "scripts.json").read_text(encoding="utf-8")
    assert words == '{"Copied": "Skopiowano \\"już\\""}'


def test_a_broken_catalogue_is_named_with_its_line(folder: Path) -> None:
    file = folder / "pl" / "LC_MESSAGES" / "studylens.po"
    file.write_text(CATALOGUE + '\nmsgid "a"\nmsgstr oops\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 38 .*msgstr oops"):
        catalogues.compile_all(folder)


def test_every_value_has_a_name_and_both_numbers_have_the_same() -> None:
    assert len(FOUND) > 1_000
    for message, _ in FOUND:
        forms = (message,) if isinstance(message, str) else message
        names = [set(re.findall(r"%\((\w+)\)s", form)) for form in forms]
        assert not [form for form in forms if re.search(r"%(?!\(\w+\)s)", form.replace("%%", ""))], message
        assert all(found == names[-1] or found | {"num"} == names[-1] for found in names), message


def test_every_sentence_of_a_script_is_found() -> None:
    scripts = [path for path in (HOME / "static").rglob("*.js") if "vendor" not in path.parts]
    called = re.compile(r'\b(?:inWords|toSay|counted)\(\s*"')
    asked = sum(len(called.findall(path.read_text(encoding="utf-8"))) for path in scripts)
    assert asked == sum(path.endswith(".js") for path, _, _ in SAID)


def test_every_error_is_a_message() -> None:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    kinds = [kind for kind in classes if issubclass(kind, errors.StudylensError)]
    known = {message for message, _ in FOUND}
    assert len(kinds) > 20
    assert {kind.__name__ for kind in kinds if kind.sentence not in known} == set()


def test_what_an_error_says_is_asked_for() -> None:
    """A constant may be raised, too: it is marked, and said when the error is made."""
    kinds = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    unasked = [
        f"{path.relative_to(HOME)}:{call.lineno}"
        for path in sorted((HOME / "studylens").rglob("*.py"))
        if not FOR_OPERATORS & set(path.relative_to(HOME / "studylens").parts)
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds
        if call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert unasked == []


def texts() -> list[tuple[str, str]]:
    """Return every text that is said, with its file."""
    return [
        (path, text)
        for path, message, _ in SAID
        for text in ((message,) if isinstance(message, str) else message)
    ]


def test_students_hear_their_own_words() -> None:
    assert [told for told in texts() if NOWHERE.search(told[1])] == []


def test_what_only_an_operator_asks_for_stays_in_the_fold() -> None:
    assert {path for path, text in texts() if IN_THE_FOLD.search(text)} <= FOLD


def test_what_is_asked_for_is_text_that_stands_there() -> None:
    """A sentence that is put together at run time is found by nobody."""
    put_together = [
        f"{path.relative_to(HOME)}:{call.lineno}"
        for path in sorted((HOME / "studylens").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in messages.PYTHON
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert put_together == []


COMPLETE = ("de",)
"""Languages in which everything is said; another one may come message by message."""
_VALUE = re.compile(r"%\((\w+)\)s|%%")


def _entries(language: str) -> dict[tuple[str, str], catalogues.Entry]:
    text = (catalogues.LOCALE / language / "LC_MESSAGES" / "studylens.po").read_text(encoding="utf-8")
    return {(entry.one, entry.context): entry for entry in catalogues.read(text)}


@pytest.mark.parametrize("language", COMPLETE)
def test_a_complete_language_says_every_message(language: str) -> None:
    entries = _entries(language)
    said = {(message if isinstance(message, str) else message[0], context) for message, context in FOUND}
    missing = [key for key in sorted(said) if key not in entries or not entries[key].counts]
    assert not missing, "make messages, then translate these"


@pytest.mark.parametrize("language", COMPLETE)
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    wrong = []
    for (one, _context), entry in _entries(language).items():
        if one and entry.counts:
            known = set(_VALUE.findall(one)) | set(_VALUE.findall(entry.many))
            least = known if not entry.many else set(_VALUE.findall(entry.many)) - {"num"}
            for form in entry.forms.values():
                there = set(_VALUE.findall(form))
                if not least - {"num"} <= there <= known:
                    wrong.append(form)
    assert wrong == []


def test_a_language_is_offered_by_the_name_that_it_gives_itself() -> None:
    own = {
        language: _entries(language)[("English", "this language in itself")].forms[0] for language in COMPLETE
    }
    assert own == {"de": "Deutsch"}
