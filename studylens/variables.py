"""Environment variables: read, written and refused by name; those that the analysis is started with."""

import hashlib
from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from studylens import limits

# --- What the analysis process is started with ---
ANALYSIS_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "VIPS_CONCURRENCY": "1",
    "PYTHONOPTIMIZE": "1",
    "PYTHONUNBUFFERED": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}
"""Set before the process starts: memory after unloading stays flat, one thread each; and nothing leaves in
secret, since onnxruntime's official builds otherwise report their use to their maker over HTTPS."""
TORCH_ENVIRONMENT = {
    "PYTORCH_CUDA_ALLOC_CONF": "max_split_size_mb:128",
    "HF_HUB_OFFLINE": "1",
    "TORCHINDUCTOR_CACHE_DIR": "/usr/lib",
}
"""For BLIP_BACKEND=transformers. A torch for CUDA then does not cut up large blocks of the card's memory;
the CPU build reads none of it. The model is a folder: no hub is asked while students wait. And torch looks
for a folder of its own while it is imported, though nothing is compiled here: it gets one that is there, and
that the walls of the process let nobody write to (analysis/walls.py)."""
WEB_SECRETS = (
    "SECRET_KEY", "DATABASE_URL", "OPERATOR_TOKEN", "SMTP_URL", "VAPID_PRIVATE_KEY", "PGPASSWORD",
    "METRICS_TOKEN", "SERVICE_ACCOUNT", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_SERVICE_ACCOUNT_PATH",
)  # fmt: skip
"""Variables that the analysis process is not given."""
_BUCKETS = "AWS_"
"""How the variables begin that open an S3 bucket: keys, tokens, roles and where to fetch such."""

# --- What the operator sets ---
NOTHING = "none"
"""How an empty list is written, since an empty variable means the default: `ENGINES=none`."""


CHOICES = {
    "gemini_sdk": ("google-genai", "google-generativeai"),
    "blip_backend": ("onnx", "transformers"),
    "log_format": ("plain", "json"),
    "queue": ("embedded", "postgresql"),
    "signup": ("open", "invite", "closed"),
    # What the local model does: the whole pack, or only the text of the page, of which cards are made here.
    "local_ai_task": ("pack", "read"),
    # What the boxes of a reading model count in: thousandths of the picture, its pixels, or nothing of use.
    "local_ai_boxes": ("1000", "pixels", "none"),
}
"""The only values of a variable, by the field of Config."""
ANY_NUMBER = (0, 1e9)
BOUNDS = {
    "local_ai_seconds": (limits.LOCAL_AI_LEAST_SECONDS, limits.LOCAL_AI_MOST_SECONDS),
    "local_ai_px": (256, limits.PICTURE_PX),
    "max_upload_mb": (0.01, 100),
    "max_document_mb": (0.01, 100),
    "port": (1, 65_535),
    "web_concurrency": (1, 64),
    "worker_slots": (1, 64),
    "trusted_proxies": (0, 10),
}
"""Least and most of a number, by the field of Config; every other one may be from 0 to a thousand million."""


def env(name: str, default: Any, *aliases: str) -> Any:
    """Declare a field of Config that is read from environment variable `name`, or from one of its aliases."""
    return field(default=default, metadata={"env": (name, *aliases)})


class ConfigError(ValueError):
    """An environment variable that makes no sense; the message names it and what would."""


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process may have that reads strangers' files."""
    return {
        name: text
        for name, text in environment.items()
        if name not in WEB_SECRETS and not name.startswith(_BUCKETS)
    }


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse what is not one of the allowed values."""
    if value not in allowed:
        raise ConfigError(f"{name}={value!r} is not one of {', '.join(allowed)}")


def check_address(name: str, value: str) -> None:
    """Refuse what is no address of a web server, and a password in it: receipts and logs would tell it."""
    if "@" in value:
        raise ConfigError(f"{name} names a user; a key has a variable of its own")
    try:
        parts = urlsplit(value)
        wrong = bool(value) and (
            parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0
        )
    except ValueError:
        wrong = True
    if wrong or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"{name}={value!r} is no address such as http://127.0.0.1:11434")


def check_key(name: str, value: str) -> None:
    """Refuse what no key holds and no header carries; the message must not show the key."""
    odd = next((place for place, letter in enumerate(value, start=1) if not "!" <= letter <= "~"), 0)
    if odd:
        what = "a blank or a line break" if value[odd - 1].isspace() else "a letter that no key has"
        raise ConfigError(f"{name} (or its other names) holds {what} at place {odd}; copy the key again")


def check_mail(name: str, value: str) -> None:
    """Refuse what is no mail server; the message must not show the password in it."""
    try:
        parts = urlsplit(value)
        wrong = bool(value) and (
            parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0
        )
    except ValueError:
        wrong = True
    if wrong or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(f"{name} is no address such as smtps://user:password@host:465")


def check_printable(name: str, value: str) -> None:
    """Refuse what no header carries; the message must not show the value."""
    if not (value.isascii() and value.isprintable()):
        raise ConfigError(f"{name} holds a character that no key has, perhaps a line break")


def within(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number outside its bounds, which belong to it."""
    if not least <= value <= most:  # Also refuses nan.
        raise ConfigError(f"{name}={value:g} is not between {least:g} and {most:g}")


def parse(name: str, text: str, default: Any) -> Any:
    """Return a variable's value, of the type of its default. Raises ConfigError."""
    if isinstance(default, tuple):
        if text == NOTHING:
            return ()
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, bool):
        return text.lower() in {"1", "true", "yes", "on"}
    kind = type(default)
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigError(f"{name}={text!r} is not a number") from error


def text_of(value: Any) -> str:
    """Return the text that `parse` reads this value from."""
    return ",".join(value) or NOTHING if isinstance(value, tuple) else str(value)


def price_of(entry: str) -> tuple[str, float, float]:
    """Return model and US dollars for a million tokens asked and answered, from `model=0.30/2.50`."""
    model, _, both = entry.rpartition("=")
    asked, _, answered = both.partition("/")
    try:
        found = (model.strip(), float(asked), float(answered))
    except ValueError as error:
        raise ConfigError(f"AI_PRICES={entry!r} is not like gemini-x=0.30/2.50") from error
    for price in found[1:]:
        within("AI_PRICES", price, 0, 1e6)
    return found


def fingerprint(*told: str) -> str:
    """Return a name for what is secret, which tells nothing of it."""
    return f"key {hashlib.sha256(' '.join(told).encode()).hexdigest()[:12]}"
