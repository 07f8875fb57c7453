"""Configuration: read once, refused by name, and the same in the analysis process."""

import pytest

from studylens.config import Config, ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"), ("PORT", "many"), ("WEB_CONCURRENCY", "0"), ("ANALYSES_PER_HOUR", "-1"),
        ("MEMORY_LIMIT_MB", "nan"), ("MAX_UPLOAD_MB", "0"), ("GEMINI_SDK", "other"), ("BLIP_BACKEND", "gpu"),
        ("ENGINES", "gemini,magic"), ("GEMINI_CALLS_PER_DAY", "1e99"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_environment({name: value})


@pytest.mark.parametrize("name", ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GENAI_API_KEY"])
def test_the_key_has_three_names(name: str) -> None:
    assert Config.from_environment({name: " AQ.key "}).gemini_api_key == "AQ.key"


def test_lists_are_split_and_none_is_empty() -> None:
    config = Config.from_environment({"GEMINI_MODEL": "a, b,,", "ENGINES": "none"})
    assert (config.gemini_models, config.engines) == (("a", "b"), ())


def test_an_empty_variable_means_the_default() -> None:
    assert Config.from_environment({"PORT": "", "DATABASE_URL": ""}) == Config()


@pytest.mark.parametrize(("text", "found"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_a_switch_is_read_as_people_write_it(text: str, found: bool) -> None:
    assert Config.from_environment({"RENDER": text}).on_render is found
