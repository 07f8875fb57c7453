"""Configuration: read once, refused by name, and the same in the analysis process."""

import pytest

from studylens.bucket_variables import BucketAddress
from studylens.config import Config
from studylens.variables import ConfigError, without_secrets


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"), ("PORT", "many"), ("WEB_CONCURRENCY", "0"), ("ANALYSES_PER_HOUR", "-1"),
        ("MEMORY_LIMIT_MB", "nan"), ("MAX_UPLOAD_MB", "0"), ("GEMINI_SDK", "other"), ("BLIP_BACKEND", "gpu"),
        ("ENGINES", "gemini,magic"), ("GEMINI_CALLS_PER_DAY", "1e99"), ("GEMINI_BASE_URL", "gemini.test"),
        ("GEMINI_BASE_URL", "ftp://gemini.test"), ("GEMINI_BASE_URL", "http://x:99999"),
        ("GEMINI_BASE_URL", "https://x\ny"), ("GEMINI_BASE_URL", "https://"), ("SIGNUP", "close"),
        ("VAPID_SUBJECT", "me"), ("VAPID_SUBJECT", "https://"), ("VAPID_SUBJECT", "mailto:a b@c"),
        ("VAPID_SUBJECT", "https://[a"),
        ("PUSH_HOSTS", "https://push.example"), ("PUSH_HOSTS", "com"), ("VAPID_PRIVATE_KEY", "A" * 42 + "E"),
        ("MAIL_FROM", "Studylens"), ("MAIL_FROM", "a@b\nBcc: c@d"),
        ("QUEUE", "redis"), ("WORKER_SLOTS", "0"), ("WORKER_SLOTS", "65"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_environment({name: value})


@pytest.mark.parametrize("name", ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GENAI_API_KEY"])
def test_the_key_has_three_names(name: str) -> None:
    assert Config.from_environment({name: " AQ.key "}).gemini_api_key == "AQ.key"


@pytest.mark.parametrize(
    "key", ["AQ.one\nAQ.two", "AQ.k\u00e4se", "AQ one", "AQ\u200b.one", "AQ.\x00one", "\u201cAQ\u201d"]
)
@pytest.mark.parametrize("name", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
def test_a_key_that_no_header_carries_is_refused_without_being_shown(name: str, key: str) -> None:
    with pytest.raises(ConfigError, match="GEMINI_API_KEY") as caught:
        Config.from_environment({name: key})
    assert "AQ" not in str(caught.value)


@pytest.mark.parametrize("key", ["A" * 43, "_" * 43, "secret", "é" * 43, "A" * 44, "AQ" * 21 + "\n"])
def test_a_key_for_reminders_that_is_none_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigError, match="VAPID_PRIVATE_KEY is no key") as caught:
        Config(vapid_private_key=key, vapid_subject="mailto:a@b.org")
    assert key not in str(caught.value)


def test_a_key_for_reminders_needs_a_subject_and_what_the_analysis_is_told_of_both_is_taken() -> None:
    both = {"VAPID_PRIVATE_KEY": "A" * 42 + "E", "VAPID_SUBJECT": "mailto:a@b.org"}
    assert Config.from_environment(both).reminds
    left = without_secrets(both)
    assert not Config.from_environment(left).reminds
    with pytest.raises(ConfigError, match="needs VAPID_SUBJECT"):
        Config.from_environment({**both, "VAPID_SUBJECT": ""})


def test_another_key_or_address_has_another_name() -> None:
    names = {
        Config(gemini_api_key=key, gemini_base_url=url).gemini_key_name
        for key in "ab"
        for url in ("", "http://x")
    }
    assert len(names) == 4
    assert "secret" not in Config(gemini_api_key="secret").gemini_key_name


def test_lists_are_split_and_none_is_empty() -> None:
    config = Config.from_environment({"GEMINI_MODEL": "a, b,,", "ENGINES": "none"})
    assert (config.gemini_models, config.engines) == (("a", "b"), ())


def test_an_empty_variable_means_the_default() -> None:
    assert Config.from_environment({"PORT": "", "DATABASE_URL": ""}) == Config()


@pytest.mark.parametrize(("text", "found"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_a_switch_is_read_as_people_write_it(text: str, found: bool) -> None:
    assert Config.from_environment({"RENDER": text}).on_render is found


@pytest.mark.parametrize(
    "variables",
    [
        {"LOCAL_AI_URL": "cellar:11434"},
        {"LOCAL_AI_URL": "ftp://cellar"},
        {"LOCAL_AI_URL": "http://"},
        {"LOCAL_AI_URL": "http://cellar:99999"},
        {"LOCAL_AI_URL": "http://me:secret@cellar"},
        {"LOCAL_AI_URL": "http://cel lar"},
        {"LOCAL_AI_KEY": "sk-ü"},
        {"LOCAL_AI_KEY": "sk\nX-Other: 1"},
        {"LOCAL_AI_SECONDS": "600"},
        {"LOCAL_AI_TASK": "dream"},
        {"LOCAL_AI_BOXES": "inches"},
        {"LOCAL_AI_PX": "9000"},
    ],
)
def test_a_local_server_that_makes_no_sense_is_refused_by_name(variables: dict[str, str]) -> None:
    [name] = variables
    with pytest.raises(ConfigError, match=name) as caught:
        Config.from_environment(variables)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({}, None),
        ({"UPLOAD_URL": "s3://photos"}, BucketAddress("s3", "photos")),
        ({"UPLOAD_URL": "s3://photos/a/b-c/"}, BucketAddress("s3", "photos", "a/b-c")),
        ({"GCS_BUCKET_NAME": "photos_1"}, BucketAddress("gs", "photos_1")),
        (
            {"UPLOAD_URL": "s3://photos", "AWS_ENDPOINT_URL": "http://minio:9000"},
            BucketAddress("s3", "photos", "", "http://minio:9000"),
        ),
        (
            {"UPLOAD_URL": "gs://photos", "AWS_ENDPOINT_URL": "http://minio:9000"},
            BucketAddress("gs", "photos"),
        ),
    ],
)
def test_a_bucket_is_read_from_its_address(told: dict[str, str], address: BucketAddress | None) -> None:
    assert Config.from_environment(told).bucket == address


@pytest.mark.parametrize(
    "url",
    ["photos", "http://photos", "s3://", "s3://key:secret@photos", "s3://photos/../x", "s3://photos//x",
     "s3://photos/a b", "s3://photos/a?b=secret", "s3://Photos"],
)  # fmt: skip
def test_what_is_no_bucket_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigError, match="UPLOAD_URL is no bucket") as caught:
        Config.from_environment({"UPLOAD_URL": url})
    assert "secret" not in str(caught.value)


def test_two_names_of_a_bucket_are_one_too_many() -> None:
    with pytest.raises(ConfigError, match="one of them is enough"):
        Config.from_environment({"UPLOAD_URL": "s3://a-b-c", "GCS_BUCKET_NAME": "a-b-c"})


def test_nothing_that_opens_a_bucket_reaches_a_process_that_reads_files_of_strangers() -> None:
    ours = {"AWS_SECRET_ACCESS_KEY": "a", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "b", "SECRET_KEY": "c"}
    google = {"GOOGLE_APPLICATION_CREDENTIALS": "d", "GOOGLE_API_KEY": "of Gemini", "PATH": "/bin"}
    assert set(without_secrets({**ours, **google})) == {"GOOGLE_API_KEY", "PATH"}
