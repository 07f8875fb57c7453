"""Other scripts: what is installed, whom to believe, and a real page where tesseract is here."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studylens.analysis.protocol.result import Trust
from studylens.analysis.scripts import installed, read
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped
from tests.make_images import WHITE

UNSURE = Trust(0.3, trusted=False, reasons=("script",))
PAGE = Image.new("RGB", (200, 100), WHITE)
REAL = Config().scripts_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of some languages, and a wheel that is there."""
    for code in ("osd", "ara", "hin", "vie", "xyz"):
        (tmp_path / f"{code}.traineddata").touch()
    monkeypatch.setattr(installed, "WHEEL", "pip")
    return tmp_path


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Let a process answer that writes what it was asked, and what it is told to say."""

    def say(told: str) -> Path:
        heard = tmp_path / "heard.json"
        script = (
            f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.readline()); print({told!r}, flush=True)"
        )
        monkeypatch.setattr(read, "COMMAND", (sys.executable, "-c", script))
        return heard

    return say


def arabic(confidence: int = 83, script: float = 35.0) -> str:
    lines = [{"text": "الماء", "confidence": 83.0, "box": [100, 10, 180, 30]}]
    found = {"script": "Arabic", "script_confidence": script, "codes": ["ara"], "confidence": confidence}
    return json.dumps({**found, "lines": lines})


def test_only_known_languages_with_their_wheel_and_the_scripts_data_count(folder: Path) -> None:
    assert installed.languages(folder) == ["ara", "hin", "vie"]
    (folder / "osd.traineddata").unlink()
    assert installed.languages(folder) == []


def test_without_the_wheel_there_is_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "WHEEL", "no_such_wheel")
    assert installed.languages(folder) == []


@pytest.mark.parametrize(
    ("own", "helps"),
    [(None, True), (UNSURE, True), (Trust(0.9), False), (Trust(0.9, scripts=("Hindi",)), False)],
)
def test_it_is_asked_only_where_our_own_reader_gave_up(own: Trust | None, helps: bool) -> None:
    assert read.may_help(own) is helps


@pytest.mark.process
def test_a_sure_answer_is_believed_with_its_places(folder: Path, answer: Any) -> None:
    answer(arabic())
    found = read.read_page(PAGE, folder, UNSURE)
    assert [(line.text, line.score, line.box) for line in found.lines] == [
        ("الماء", 0.83, (0.5, 0.1, 0.9, 0.3))
    ]
    assert (found.trust.score, found.trust.trusted) == (0.83, True)
    assert found.engine.endswith("-ara")


@pytest.mark.process
@pytest.mark.parametrize(("confidence", "script"), [(79, 35.0), (84, 3.0)])
def test_an_answer_that_is_not_sure_enough_is_not(
    folder: Path, answer: Any, confidence: int, script: float
) -> None:
    answer(arabic(confidence, script))
    with pytest.raises(EngineSkipped, match="not sure of the Arabic"):
        read.read_page(PAGE, folder, UNSURE)


@pytest.mark.process
def test_what_is_surely_read_counts_although_its_script_is_in_doubt(folder: Path, answer: Any) -> None:
    answer(arabic(confidence=read.SURE_ANYWAY, script=1.0))
    assert read.read_page(PAGE, folder, UNSURE).lines


@pytest.mark.process
def test_a_script_that_nobody_installed_is_named(folder: Path, answer: Any) -> None:
    answer(
        json.dumps({"script": "Thai", "script_confidence": 40.0, "codes": [], "confidence": 0, "lines": []})
    )
    with pytest.raises(EngineSkipped, match="no language for Thai is installed"):
        read.read_page(PAGE, folder, UNSURE)


@pytest.mark.process
@pytest.mark.parametrize(("reasons", "asked"), [(("script",), False), (("accents",), True)])
def test_latin_languages_are_asked_for_accents_alone(
    folder: Path, answer: Any, reasons: tuple[str, ...], asked: bool
) -> None:
    heard = answer(arabic())
    read.read_page(PAGE, folder, Trust(0.9, trusted=False, reasons=reasons))
    request = json.loads(heard.read_text())
    assert request["size"] == [200, 100]
    assert ("Latin" in request["by_script"]) is asked


@pytest.mark.process
def test_a_process_that_dies_is_told_as_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(EngineFailed, match="ended without an answer"):
        read.read_page(PAGE, folder, UNSURE)


def test_each_language_has_its_name_and_script() -> None:
    assert all(name and script for name, script in installed.LANGUAGES.values())
    assert installed.for_script(["ara", "hin"], "Devanagari") == ["hin"]
    assert installed.name_of(["ara", "fas"]) == "Arabic and Persian"


@pytest.mark.scripts
def test_arabic_is_read_from_right_to_left() -> None:
    """The words were set by a browser: Pillow alone does not join Arabic letters."""
    with Image.open(Path(__file__).with_name("arabic.png")) as page:
        found = read.read_page(page.convert("RGB"), REAL, None)
    told = " ".join(line.text for line in found.lines)
    truth = Path(__file__).with_name("arabic.txt").read_text(encoding="utf-8")
    assert _distance(" ".join(truth.split()), told) <= 0.15 * len(truth)


def _distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for n, char in enumerate(one, 1):
        last, row[0] = row[0], n
        for m, found in enumerate(other, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (char != found))
    return row[-1]
