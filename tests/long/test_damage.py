"""Thousands of damaged pictures: a picture, or an error of the tree, and never anything else."""

from pathlib import Path

import pytest

from tests.analysis.picture.test_decode import check_damage


@pytest.mark.parametrize("seed", range(10))
def test_much_random_damage_ends_in_a_picture_or_an_error_of_the_tree(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    check_damage(tmp_path, caplog, seed=seed, times=400)
