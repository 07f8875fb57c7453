"""One S3 server for all tests of a process, and a bucket of each test's own."""

from collections.abc import Iterator

import pytest

from studylens.storage.bucket import Bucket
from tests.storage.server import CREDENTIALS, S3Server


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    made = S3Server()
    yield made
    made.close()


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    s3_server.asked.clear()
    yield s3_server
    s3_server.fault = None


@pytest.fixture
def bucket_name(s3: S3Server) -> str:
    return s3.new_bucket()


@pytest.fixture
def bucket(s3: S3Server, bucket_name: str) -> Bucket:
    return Bucket(s3.address(bucket_name, "studylens"))
