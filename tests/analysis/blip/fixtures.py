"""Two small models, exported once for all tests; making either needs torch."""

import io
from pathlib import Path

import pytest

from studylens.config import Config
from tests.analysis.blip import world
from tests.analysis.blip.tiny_blip.figures import HELD_OUT, draw


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The random model in transformers' format."""
    return world.save_model(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def prepared(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The random model, prepared. Tests that change files take a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    world.prepare_model(source, folder)
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny trained model, exported to int8 as any other model is."""
    folder = tmp_path_factory.mktemp("trained")
    world.prepare_trained(folder)
    return folder


@pytest.fixture(scope="session")
def trained_config(trained: Path) -> Config:
    """Settings whose model is the tiny trained one."""
    return Config(blip_model_dir=str(trained))


@pytest.fixture(scope="session")
def figure() -> tuple[bytes, str]:
    """A drawing that the trained model never saw, and its kind."""
    image, _, kind = draw(HELD_OUT + 3)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue(), kind
