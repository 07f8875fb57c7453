"""The head and the sets: one photo out each time, none of these, unsure, and what few photos can say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studylens.analysis.protocol import taught
from studylens.analysis.seeing import features, head, sets

Rows = features.Features


def cloud(middle: int, count: int, *, spread: float = 0.35, seed: int = 0) -> Rows:
    """Return features (count, 1280) of a kind: its own tenth is strong, the rest is chance."""
    chance = np.random.default_rng([middle, seed])
    rows = chance.random((count, 1280), np.float32) ** 8 * spread
    rows[:, middle * 128 : (middle + 1) * 128] += 1.5
    return rows


def known(kinds: Sequence[int], each: int = 5) -> taught.Known:
    """Return a set of such kinds, untrained; class n is 100 + n and its photos count from 1."""
    rows = np.concatenate([cloud(kind, each) for kind in kinds])
    labels = tuple(place for place in range(len(kinds)) for _ in range(each))
    return taught.Known(
        1, tuple(100 + kind for kind in kinds), tuple(range(1, len(labels) + 1)), labels, features.pack(rows)
    )


def trained(given: taught.Known) -> taught.Known:
    lesson = sets.learn(given)
    told = {"head": lesson.trained.head.pack(), "head_classes": given.classes}
    return replace(given, refuse_below=lesson.refuse_below, **told)


def test_leaving_a_photo_out_gives_what_training_without_it_would() -> None:
    rows = np.concatenate([cloud(kind, 4, spread=3.0) for kind in range(3)])
    labels = np.repeat(np.arange(3), 4)
    found = head.train(rows, labels, 3).guesses
    rest = [np.arange(12) != out for out in range(12)]
    expected = [
        int(head.train(rows[kept], labels[kept], 3).head.scores(rows[out]).argmax())
        for out, kept in enumerate(rest)
    ]
    assert found.tolist() == expected


def test_a_photo_of_a_kind_is_told_and_a_stranger_is_none_of_these() -> None:
    leaves = trained(known((0, 1, 2)))
    own, stranger = cloud(1, 1, seed=9)[0], cloud(7, 1, seed=9)[0]
    assert sets.identify(leaves, own).verdict == taught.Verdict.THIS
    assert sets.identify(leaves, own).class_id == 101
    assert sets.identify(leaves, own).photo_id in range(6, 11)
    assert sets.identify(leaves, stranger).verdict == taught.Verdict.NONE


def test_what_lies_between_two_kinds_is_unsure() -> None:
    leaves = trained(known((0, 1)))
    between = (cloud(0, 1, seed=3)[0] + cloud(1, 1, seed=3)[0]) / 2
    loose = replace(leaves, refuse_below=0.0)
    assert sets.identify(loose, between).verdict == taught.Verdict.UNSURE


@pytest.mark.parametrize("each", [1, 2, 5, 12])
def test_one_class_says_this_unsure_or_not_this(each: int) -> None:
    alone = trained(known((4,), each))
    easy = replace(alone, refuse_below=alone.refuse_below - sets.BAND)
    assert sets.identify(easy, cloud(4, 1, seed=5)[0]).verdict == taught.Verdict.THIS
    assert sets.identify(alone, cloud(8, 1, seed=5)[0]).verdict == taught.Verdict.NONE
    edge = replace(alone, refuse_below=sets.identify(alone, cloud(4, 1, seed=5)[0]).closeness - 0.01)
    assert sets.identify(edge, cloud(4, 1, seed=5)[0]).verdict == taught.Verdict.UNSURE


def test_a_class_that_went_after_the_training_is_no_answer() -> None:
    leaves = trained(known((0, 1, 2)))
    left = known((0, 2))
    rest = replace(leaves, classes=left.classes, photos=left.photos, labels=left.labels,
                   features=left.features)  # fmt: skip
    assert sets.identify(rest, cloud(1, 1, seed=9)[0]).class_id in left.classes


def test_sets_go_through_a_file_unharmed(tmp_path: Path) -> None:
    both = [trained(known((0, 1))), replace(known((3,), 1), set_id=2)]
    taught.write(tmp_path / "file", iter(both))
    assert list(taught.read(tmp_path / "file")) == both
    whole = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(whole[:-1])
    with pytest.raises(ValueError, match="cut off"):
        list(taught.read(tmp_path / "file"))
