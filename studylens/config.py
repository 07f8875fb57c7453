"""Every environment variable, read once into a frozen `Config`. Nothing else reads the environment."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from studylens import limits
from studylens.account_variables import AccountVariables
from studylens.bucket_variables import BucketVariables
from studylens.budget_limits import InstanceBudgets
from studylens.doors import Doors
from studylens.places import Places
from studylens.variables import (
    ANY_NUMBER,
    BOUNDS,
    CHOICES,
    check_address,
    check_key,
    check_printable,
    env,
    fingerprint,
    one_of,
    parse,
    price_of,
    text_of,
    within,
)

ENGINES = ("gemini", "local", "ocr", "blip")
GEMINI_MODELS = ("gemini-3.5-flash-lite", "gemini-3.1-flash-lite")
"""Both stable; each has a quota of its own, so that one's hiccup or used-up day is not the other's."""
GEMINI_SDKS = CHOICES["gemini_sdk"]


@dataclass(frozen=True, kw_only=True)
class Config(Places, Doors, InstanceBudgets, AccountVariables, BucketVariables):
    """What the operator decided; one field a variable, in the units that its name says."""

    database_url: str = env("DATABASE_URL", "")
    """Empty: SQLite under `instance/`. `postgres://` is accepted."""
    port: int = env("PORT", 10_000)
    """Render's own default."""
    secret_key: str = env("SECRET_KEY", "")
    """Keys the hash under which addresses are counted; empty: random for each start."""
    gemini_api_key: str = env("GEMINI_API_KEY", "", "GOOGLE_API_KEY", "GENAI_API_KEY")
    gemini_models: tuple[str, ...] = env("GEMINI_MODEL", GEMINI_MODELS)
    """Tried in order."""
    gemini_base_url: str = env("GEMINI_BASE_URL", "")
    """Empty: Google's own. A local server in tests."""
    gemini_sdk: str = env("GEMINI_SDK", "google-genai")
    gemini_image_model: str = env("GEMINI_IMAGE_MODEL", "gemini-3.1-flash-image")
    """Draws picture stories; it is paid for, so the panels of a day are bounded. Empty: none are drawn."""
    story_panels_per_day: int = env("STORY_PANELS_PER_DAY", 16)
    """Whole service, UTC day: two stories, about $1.10 at list prices; 0: none."""
    local_ai_url: str = env("LOCAL_AI_URL", "")
    """A server that speaks OpenAI's chat completions; empty: there is none."""
    local_ai_model: str = env("LOCAL_AI_MODEL", "")
    """The name by which that server knows the model; empty: it has only one."""
    local_ai_key: str = env("LOCAL_AI_KEY", "")
    """Only where that server asks for one."""
    local_ai_seconds: float = env("LOCAL_AI_SECONDS", 300.0)
    """All that a page may take of the local model's time."""
    local_ai_private: bool = env("LOCAL_AI_PRIVATE", False)  # noqa: FBT003 - a default, as below.
    """It runs on the operator's own machines, so private pages may go there as well."""
    local_ai_task: str = env("LOCAL_AI_TASK", "pack")
    local_ai_prompt: str = env("LOCAL_AI_PROMPT", "")
    """What a reading model is told (LOCAL_AI_TASK=read), in the words of its training; often nothing."""
    local_ai_boxes: str = env("LOCAL_AI_BOXES", "1000")
    local_ai_px: int = env("LOCAL_AI_PX", 1_280)
    """Longest side of the picture that the local model gets: small print stays legible; more costs time."""
    blip_model_dir: str = env("BLIP_MODEL_DIR", "")
    """Empty: `models/blip` beside the code."""
    blip_backend: str = env("BLIP_BACKEND", "onnx")
    ocr_model_dir: str = env("OCR_MODEL_DIR", "")
    """Empty: `models/ocr` beside the code, where set-up puts the quantised recognition network."""
    seeing_model_dir: str = env("SEEING_MODEL_DIR", "")
    """Empty: `models/seeing` beside the code, where set-up puts what photos are told apart with."""
    cutout_model_dir: str = env("CUTOUT_MODEL_DIR", "")
    """Empty: `models/cutout` beside the code, where `make cutout` puts networks."""
    engines: tuple[str, ...] = env("ENGINES", ENGINES)
    """An engine that is not named here is off."""
    max_upload_mb: float = env("MAX_UPLOAD_MB", 5.0)
    """A photo; the browser shrinks larger ones before it sends them."""
    analysis_idle_seconds: float = env("ANALYSIS_IDLE_SECONDS", 30.0)
    """The warm analysis process ends after so long, which gives every byte back."""
    max_document_mb: float = env("MAX_DOCUMENT_MB", 20.0)
    """A PDF; it is sent as it is."""
    analyses_per_hour: int = env("ANALYSES_PER_HOUR", 60)
    """For each guest: photos, pages and texts."""
    analyses_per_hour_address: int = env("ANALYSES_PER_HOUR_ADDRESS", 600)
    """For each address: a class of 30 behind one router has 20 each."""
    gemini_calls_per_day: int = env("GEMINI_CALLS_PER_DAY", 500)
    """Whole service, UTC day: a bound on the bill when a key is paid for."""
    tokens_per_day: int = env("TOKENS_PER_DAY", 0)
    """Gemini's, whole service, UTC day, asked and answered; 0: calls alone are bounded."""
    ai_prices: tuple[str, ...] = env("AI_PRICES", ())
    """For `flask report`: `model=prompt/answer`, US dollars a million tokens, with commas between."""
    memory_limit_mb: float = env("MEMORY_LIMIT_MB", 0.0)
    """0: what the container may really use, else the machine's memory."""
    memory_warning_mb: float = env("MEMORY_WARNING_MB", 0.0)
    """0: 78 % of the limit."""
    force_gc_threshold_mb: float = env("FORCE_GC_THRESHOLD_MB", 0.0)
    """0: 85 % of the limit."""
    instance_dir: str = env("INSTANCE_DIR", "")
    """Empty: `instance/` beside the code. Holds the SQLite file and the upload folder."""
    analysis_lock: str = env("ANALYSIS_LOCK", "")
    """Empty: one lock file for the machine, in its folder for temporary files."""
    log_format: str = env("LOG_FORMAT", "plain")
    """`json`: an object a line, with the request and the job that it is about."""
    web_concurrency: int = env("WEB_CONCURRENCY", 1)
    """gunicorn workers; only one of them runs photos at a time."""
    queue: str = env("QUEUE", "embedded")
    """`embedded`: this service carries its jobs itself; `postgresql`: workers do (`flask worker`)."""
    worker_slots: int = env("WORKER_SLOTS", 1)
    """Analyses at once of one `flask worker`: one for each processor that it has."""

    def __post_init__(self) -> None:
        """Refuse values that make no sense, by the variable's name."""
        check_key("GEMINI_API_KEY", self.gemini_api_key)
        check_address("GEMINI_BASE_URL", self.gemini_base_url)
        check_address("LOCAL_AI_URL", self.local_ai_url)
        check_printable("LOCAL_AI_KEY", self.local_ai_key)
        self.check_doors()
        self.check_accounts()
        self.check_bucket()
        self.prices()
        for engine in self.engines:
            one_of("ENGINES", engine, ENGINES)
        for item in dataclasses.fields(self):
            name, value = item.metadata["env"][0], getattr(self, item.name)
            if item.name in CHOICES:
                one_of(name, value, CHOICES[item.name])
            elif isinstance(item.default, int | float) and not isinstance(item.default, bool):
                within(name, value, *BOUNDS.get(item.name, ANY_NUMBER))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **overrides: Any) -> Self:
        """Read every variable once; `overrides` (field names) win. Raises ConfigError."""
        values: dict[str, Any] = {}
        for item in dataclasses.fields(cls):
            names = item.metadata["env"]
            text = next((environment[name] for name in names if environment.get(name)), None)
            if text is not None:
                values[item.name] = parse(names[0], text.strip(), item.default)
        return cls(**{**values, **overrides})

    def to_environment(self) -> dict[str, str]:
        """Return the variables that `from_environment` reads this same configuration from."""
        return {
            item.metadata["env"][0]: text_of(getattr(self, item.name)) for item in dataclasses.fields(self)
        }

    @property
    def gemini_key_name(self) -> str:
        """Name of the key in the database, which tells nothing of it; another key has a clean slate."""
        return fingerprint(self.gemini_api_key, self.gemini_base_url)

    def prices(self) -> list[tuple[str, float, float]]:
        """Return AI_PRICES as model, price of a million tokens asked, and of a million answered."""
        return [price_of(entry) for entry in self.ai_prices]

    @property
    def asks_gemini(self) -> bool:
        """Say whether Gemini is asked at all."""
        return bool(self.gemini_api_key) and "gemini" in self.engines

    @property
    def draws(self) -> bool:
        """Say whether picture stories are drawn at all."""
        return self.asks_gemini and bool(self.gemini_image_model) and self.story_panels_per_day > 0

    @property
    def asks_local_ai(self) -> bool:
        """Say whether a model of the operator's own is asked at all."""
        return bool(self.local_ai_url) and "local" in self.engines

    @property
    def local_ai_key_name(self) -> str:
        """Name of server and key in the database: another address has a clean slate."""
        return fingerprint(self.local_ai_url, self.local_ai_key)

    @property
    def local_ai_host(self) -> str:
        """Name of the operator's own server, as receipts tell it."""
        return urlsplit(self.local_ai_url).netloc

    @property
    def max_upload_bytes(self) -> int:
        """Bytes a photo may have."""
        return int(self.max_upload_mb * 1024 * 1024)

    @property
    def max_document_bytes(self) -> int:
        """Bytes a PDF may have."""
        return int(self.max_document_mb * 2**20)

    @property
    def max_body_bytes(self) -> int:
        """Bytes a request body may have: ten photos, or a document."""
        largest = max(limits.MAX_PHOTOS * self.max_upload_bytes, self.max_document_bytes)
        return largest + limits.BODY_SLACK_BYTES
