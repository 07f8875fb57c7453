"""One bucket: whole objects or none, errors in our words, and nobody waits for a dead one twice."""

import json
from collections.abc import Callable

import pytest

from studylens.bucket_variables import BucketAddress
from studylens.errors import BucketDown, UploadLost
from studylens.storage import trial
from studylens.storage.bucket import AWAY_SECONDS, Bucket
from tests.storage.server import S3Server

pytestmark = pytest.mark.xdist_group("s3")


def read(bucket: Bucket, name: str) -> bytes:
    return b"".join(bucket.blocks(name))


def test_what_is_put_comes_back_and_goes(bucket: Bucket, s3: S3Server, bucket_name: str) -> None:
    data = bytes(range(256)) * 5_000
    bucket.put("one", data)
    assert list(s3.keys(bucket_name)) == ["studylens/one"]
    assert read(bucket, "one") == data
    assert bucket.holds("one")
    (kept,) = bucket.objects()
    assert kept.name == "one"
    assert -5 < kept.age < 60
    bucket.remove("one")
    bucket.remove("one")
    assert s3.keys(bucket_name) == {}
    assert not bucket.holds("one")
    with pytest.raises(UploadLost):
        read(bucket, "one")


def test_a_bucket_is_opened_by_its_first_use(s3: S3Server, bucket: Bucket, bucket_name: str) -> None:
    s3.asked.clear()
    Bucket(s3.address(bucket_name))
    assert s3.asked == []


def test_more_objects_than_a_page_of_the_list_are_all_listed(
    bucket: Bucket, s3: S3Server, bucket_name: str
) -> None:
    names = {f"{n:032x}" for n in range(1_100)}
    s3.fill(bucket_name, (f"studylens/{name}" for name in names))
    s3.fill(bucket_name, ["elsewhere/other"])
    assert {kept.name for kept in bucket.objects()} == names
    assert s3.asked.count("GET") == 2


def test_a_put_that_is_cut_keeps_nothing(bucket: Bucket, s3: S3Server, bucket_name: str) -> None:
    s3.fault = s3.cut_put
    with pytest.raises(BucketDown):
        bucket.put("one", bytes(3_000_000))
    assert s3.keys(bucket_name) == {}


def test_a_get_that_is_cut_is_an_outage(bucket: Bucket, s3: S3Server) -> None:
    bucket.put("one", bytes(1_000_000))
    s3.fault = s3.cut_get
    with pytest.raises(BucketDown):
        read(bucket, "one")


@pytest.mark.parametrize(
    "ask",
    [
        lambda bucket: bucket.put("one", b"x"),
        lambda bucket: read(bucket, "one"),
        lambda bucket: bucket.holds("one"),
        lambda bucket: bucket.remove("one"),
        lambda bucket: list(bucket.objects()),
    ],
    ids=["put", "get", "head", "delete", "list"],
)
def test_a_refusal_is_an_outage_and_its_page_with_keys_is_not_logged(
    bucket: Bucket, s3: S3Server, ask: Callable[[Bucket], object], caplog: pytest.LogCaptureFixture
) -> None:
    s3.fault = s3.forbidden
    with pytest.raises(BucketDown):
        ask(bucket)
    assert "403 Forbidden" in caplog.text
    assert "AKIA" not in caplog.text


def test_after_a_failure_nobody_asks_for_a_while(s3: S3Server, bucket_name: str) -> None:
    now = [0.0]
    bucket = Bucket(s3.address(bucket_name), clock=lambda: now[0])
    s3.fault = s3.away
    with pytest.raises(BucketDown):
        bucket.put("one", b"x")
    s3.fault, asked = None, len(s3.asked)
    with pytest.raises(BucketDown):
        bucket.put("one", b"x")
    assert len(s3.asked) == asked
    now[0] = AWAY_SECONDS
    bucket.put("one", b"x")
    assert read(bucket, "one") == b"x"


def test_objects_are_encrypted_as_the_operator_says(s3: S3Server, bucket_name: str) -> None:
    Bucket(s3.address(bucket_name), "aws:kms").put("one", b"x")
    (kept,) = s3.keys(bucket_name).values()
    assert kept.encryption == "aws:kms"


def test_google_s_form_of_a_bucket_works_alike(
    s3: S3Server, bucket_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto answers what Google's XML interface has in common with S3's."""
    told = {"gcs_base_url": s3.url, "disable_oauth": True, "client_email": "", "private_key": ""}
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps({**told, "private_key_id": ""}))
    monkeypatch.setattr("studylens.storage.bucket.OPTIONS", {"allow_http": True})
    bucket = Bucket(BucketAddress("gs", bucket_name, "photos"))
    bucket.put("one", b"of a page")
    assert read(bucket, "one") == b"of a page"
    assert [kept.name for kept in bucket.objects()] == ["one"]
    bucket.remove("one")
    bucket.remove("one")
    assert s3.keys(bucket_name) == {}


def test_a_trial_leaves_nothing(bucket: Bucket, s3: S3Server, bucket_name: str) -> None:
    assert trial.fault(bucket) == ""
    assert s3.keys(bucket_name) == {}


def test_a_bucket_that_is_not_there_is_named(s3: S3Server) -> None:
    found = trial.fault(Bucket(s3.address("photos-nowhere")))
    assert found.startswith("s3://photos-nowhere: could not put an object (404 Not Found, NoSuchBucket)")


def test_a_key_that_is_refused_is_named_without_it(bucket: Bucket, s3: S3Server) -> None:
    s3.fault = s3.forbidden
    assert "(403 Forbidden, InvalidAccessKeyId)" in trial.fault(bucket)


def test_an_address_where_nobody_answers_is_named() -> None:
    found = trial.fault(Bucket(BucketAddress("s3", "photos", "", "http://127.0.0.1:9")))
    assert found.startswith("s3://photos: could not put an object (")


def test_a_library_that_is_missing_is_named(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore.exceptions", None)
    assert "obstore is not installed (requirements-bucket.txt has it)" in trial.fault(bucket)
