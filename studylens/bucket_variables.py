"""Where the operator lets uploads wait: the part of `Config` that names a bucket."""

import hashlib
import re
from dataclasses import dataclass

from studylens.variables import ConfigError, check_address
from studylens.variables import env as _env

SCHEMES = ("s3", "gs")
_BUCKET = re.compile(
    r"(?P<scheme>[a-z0-9]+)://(?P<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?P<prefix>/.*)?"
)
_PREFIX = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
"""Plain folders: no empty one, none of dots, nothing that an address would have to write otherwise."""


@dataclass(frozen=True)
class BucketAddress:
    """A bucket and the folder in it; `scheme` is s3 or gs, `endpoint` empty for the vendor's own."""

    scheme: str
    bucket: str
    prefix: str = ""
    endpoint: str = ""

    def __str__(self) -> str:
        """Return it as UPLOAD_URL has it."""
        return f"{self.scheme}://{self.bucket}{f'/{self.prefix}' if self.prefix else ''}"

    @property
    def folder_id(self) -> str:
        """The id under which all machines with this bucket know its uploads; no secret is in it."""
        return hashlib.sha256(f"{self.endpoint} {self}".encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class BucketVariables:
    """Where uploads wait for their analysis. Credentials are read by the library that uses them."""

    upload_url: str = _env("UPLOAD_URL", "")
    """`s3://bucket/prefix` or `gs://bucket/prefix`; empty: a folder of this machine."""
    gcs_bucket_name: str = _env("GCS_BUCKET_NAME", "")
    """The same as `UPLOAD_URL=gs://NAME`."""
    upload_endpoint: str = _env("AWS_ENDPOINT_URL_S3", "", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    """Of an S3 service that is not AWS: R2, MinIO; read for s3:// alone."""
    upload_encryption: str = _env("AWS_SERVER_SIDE_ENCRYPTION", "")
    """What each object is told to be encrypted with: AES256, aws:kms; empty: as the bucket is set."""

    def check_bucket(self) -> None:
        """Refuse what is no bucket. Raises ConfigError."""
        check_address("AWS_ENDPOINT_URL", self.upload_endpoint)
        if self.upload_url and self.gcs_bucket_name:
            raise ConfigError("UPLOAD_URL and GCS_BUCKET_NAME both name a bucket; one of them is enough")
        _ = self.bucket

    @property
    def bucket(self) -> BucketAddress | None:
        """Where uploads wait, or None for the folder. Raises ConfigError."""
        name = "GCS_BUCKET_NAME" if self.gcs_bucket_name else "UPLOAD_URL"
        url = f"gs://{self.gcs_bucket_name}" if self.gcs_bucket_name else self.upload_url
        if not url:
            return None
        found = _BUCKET.fullmatch(url)
        prefix = (found["prefix"] or "") if found else ""
        if found is None or found["scheme"] not in SCHEMES or not _PREFIX.fullmatch(prefix):
            raise ConfigError(f"{name} is no bucket such as s3://photos/studylens or gs://photos")
        endpoint = self.upload_endpoint if found["scheme"] == "s3" else ""
        return BucketAddress(found["scheme"], found["bucket"], prefix.strip("/"), endpoint)
