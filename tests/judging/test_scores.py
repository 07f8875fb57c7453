"""`python -m benchmarks.material` scores packs offline: every flaw is caught, no good item is lost."""

import json

import pytest

from benchmarks.material import folder, main, own
from tests.judging.good import PAGES
from tests.judging.items import FLAWS

PACK = {
    "transcript": [
        {"n": 1, "text": "Chlorophyll absorbs mostly red and blue light."},
        {"n": 2, "text": "The Calvin cycle was described by Melvin Calvin in 1950."},
    ],
    "cards": [
        {
            "front": "Which light does chlorophyll absorb?",
            "back": "red and blue light",
            "kind": "short_answer",
        },
        {"front": "Which light does it absorb?", "back": "red and blue light", "kind": "short_answer"},
    ],
    "quiz": [],
}


def test_every_flaw_is_caught_and_no_good_item_is_lost() -> None:
    found = own()
    assert sum(found["known flaws"].flaws.values()) >= len(FLAWS)
    assert found["good items"].kept == found["good items"].items == sum(len(i) for _, i in PAGES.values())
    assert found["own pages"].kept == found["own pages"].items > 60
    assert found["own pages"].duplicates == found["own pages"].leaks == 0


def test_a_folder_of_packs_is_scored(tmp_path, capsys) -> None:
    (tmp_path / "pack.json").write_text(json.dumps(PACK))
    found = folder(tmp_path)
    assert (found.packs, found.items, found.kept) == (1, 2, 1)
    assert sum(found.flaws.values()) == 1
    assert main([str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[str(tmp_path)]["items"] == 2


def test_a_file_that_is_no_pack_is_named(tmp_path) -> None:
    (tmp_path / "other.json").write_text('{"cards": [1]}')
    with pytest.raises(SystemExit, match=r"other\.json is no pack"):
        folder(tmp_path)
