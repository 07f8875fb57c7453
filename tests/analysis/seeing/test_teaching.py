"""What the analysis process makes of a lesson: features, a head, answers, or a reason in words."""

from pathlib import Path

import pytest

from studylens.analysis import pipeline, teaching
from studylens.analysis.journal import Journal
from studylens.analysis.protocol import taught, wire
from studylens.config import Config
from tests import kinds
from tests.analysis.seeing.test_sets import known, trained

NOBODY = "0" * 32


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "leaf.jpg"
    kinds.photo(kinds.KINDS[3], 0).save(path, quality=90)
    return path


def run(config: Config, **how: object) -> tuple[wire.Outcome, list[wire.Event]]:
    told: list[wire.Event] = []
    return pipeline.run(wire.Request(NOBODY, **how), config, told.append), told  # type: ignore[arg-type]


def test_a_photo_becomes_features_and_a_small_copy_only_if_one_is_wanted(photo: Path) -> None:
    kept, told = run(Config(), path=str(photo), task=taught.LEARN, wishes=wire.Wishes(keep_copy=True))
    bare, _ = run(Config(), path=str(photo), task=taught.LEARN)
    assert isinstance(kept, taught.Learnt)
    assert isinstance(bare, taught.Learnt)
    assert (kept.width, kept.height) == (360, 360)
    assert (bare.features_base64, bare.jpeg_base64) == (kept.features_base64, "")
    stages = [event.stage for event in told if isinstance(event, wire.Stage)]
    assert stages == ["after_decode", "after_look"]


def test_without_the_network_the_reason_is_told(photo: Path, tmp_path: Path) -> None:
    outcome, _ = run(Config(seeing_model_dir=str(tmp_path)), path=str(photo), task=taught.LEARN)
    assert isinstance(outcome, wire.Failed)
    assert outcome.code == "nothing_taught"
    assert "`make setup` makes it" in outcome.sentence


def test_a_damaged_photo_teaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "damaged.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    outcome, _ = run(Config(), path=str(tmp_path / "damaged.jpg"), task=taught.LEARN)
    assert isinstance(outcome, wire.Failed)
    assert outcome.code in {"unreadable", "unsupported_type"}


def test_a_set_is_trained_from_its_file(tmp_path: Path) -> None:
    taught.write(tmp_path / "file", [known((0, 1, 2))])
    outcome, _ = run(Config(), task=taught.TRAIN, taught=str(tmp_path / "file"))
    assert isinstance(outcome, taught.Trained)
    assert list(outcome.guesses) == [100] * 5 + [101] * 5 + [102] * 5
    assert wire.decode_event(wire.encode(outcome)) == outcome


def test_a_photo_that_is_read_is_shown_to_the_sets_and_may_do_without(photo: Path, tmp_path: Path) -> None:
    taught.write(tmp_path / "file", [trained(known((0, 1)))])
    told: list[wire.Event] = []
    image = kinds.photo(kinds.KINDS[3], 0)
    for path in (tmp_path / "file", tmp_path / "no-such-file"):
        request = wire.Request(NOBODY, path=str(photo), taught=str(path))
        teaching.identify_too(image, request, Config(), Journal(Config(), 0, told.append))
    seen = [event for event in told if isinstance(event, taught.Seen)]
    assert [answer.verdict for event in seen for answer in event.answers] == ["none"]
    assert wire.LogLine("Skipped taught: what was taught cannot be read") in told


def test_sets_that_nobody_trained_are_logged_and_load_nothing(photo: Path) -> None:
    told: list[wire.Event] = []
    request = wire.Request(NOBODY, path=str(photo), untaught=True)
    image = kinds.photo(kinds.KINDS[3], 0)
    teaching.identify_too(image, request, Config(), Journal(Config(), 0, told.append))
    assert told == [wire.LogLine("No trained models found. Skipping model loading to save memory.")]
