"""A model with meaning: of drawings it never saw, the int8 files say what transformers says, and it is true.

The floors are those of issue 3; what was measured stands in tests/analysis/blip/tiny_blip/model/README.md.
"""

import pytest
from PIL import ImageChops

from studylens.analysis.blip.captioner import get_cached_blip_models
from studylens.config import Config
from tests.analysis.blip.tiny_blip import FOLDER
from tests.analysis.blip.tiny_blip.figures import HELD_OUT, KINDS, draw, kind_of
from tests.late import Late

reference = Late("tests.analysis.blip.tiny_blip.reference")
SEEDS = range(HELD_OUT, HELD_OUT + 120)
LARGEST = 3_000_000  # Bytes of weights that a repository carries without harm.


def _captions(config: Config, seeds: range) -> list[str]:
    captioner = get_cached_blip_models(config)
    try:
        return [captioner.caption(draw(seed)[0]) for seed in seeds]
    finally:
        captioner.close()


def _share_equal(ours: list[str], theirs: list[str]) -> float:
    return sum(our == their for our, their in zip(ours, theirs, strict=True)) / len(ours)


@pytest.fixture(scope="module")
def ours(trained_config: Config) -> list[str]:
    """What the service itself says of the held-out drawings."""
    return _captions(trained_config, SEEDS)


@pytest.fixture(scope="module")
def theirs() -> list[str]:
    """What transformers says of them."""
    return reference.captions(FOLDER, SEEDS)


def test_a_seed_always_gives_the_same_drawing() -> None:
    first, second = draw(HELD_OUT), draw(HELD_OUT)
    assert first[1:] == second[1:]
    assert ImageChops.difference(first[0], second[0]).getbbox() is None


def test_each_caption_names_exactly_one_kind_and_all_kinds_are_drawn() -> None:
    drawn = {draw(seed)[2] for seed in range(HELD_OUT, HELD_OUT + 250)}
    assert drawn == set(KINDS)


def test_a_caption_that_names_two_kinds_names_none() -> None:
    assert kind_of("a red triangle") == "triangle"
    assert not kind_of("a table with a circle")
    assert not kind_of("a tablecloth")


def test_the_model_is_small_and_laid_out_as_the_published_one() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert {
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "vocab.txt",
        "tokenizer.json",
    } <= names
    assert (FOLDER / "model.safetensors").stat().st_size <= LARGEST


def test_transformers_names_what_it_never_saw(theirs: list[str]) -> None:
    found = reference.score(theirs, SEEDS)
    assert found.kinds >= 0.97
    assert found.captions >= 0.9


def test_the_int8_runtime_says_what_transformers_says(ours: list[str], theirs: list[str]) -> None:
    # The issue asks for 95 %. With 8 bits all of 400 were equal; 3 bits still reach 97.5 % and must not pass.
    assert _share_equal(ours, theirs) >= 0.98


def test_the_int8_runtime_names_what_it_never_saw(ours: list[str]) -> None:
    assert reference.score(ours, SEEDS).kinds >= 0.95


def test_equal_captions_are_no_accident(ours: list[str], theirs: list[str]) -> None:
    neighbours = [*theirs[1:], theirs[0]]
    assert _share_equal(ours, neighbours) < 0.15
    assert len(set(ours)) >= 30


def test_captions_are_whole_words(ours: list[str]) -> None:
    assert any("bars" in caption or "lines" in caption for caption in ours)
    assert not any(mark in caption for caption in ours for mark in ("#", "["))
