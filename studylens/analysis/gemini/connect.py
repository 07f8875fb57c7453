"""Which SDK is used, and its one client: imported and made late, then kept for the next photo."""

from functools import lru_cache

from studylens.analysis.llm.client import Client
from studylens.config import Config
from studylens.errors import EngineSkipped


def connected(config: Config) -> Client:
    """Return the client of GEMINI_SDK; a second photo finds it warm. Raises EngineSkipped without the SDK."""
    return _client(config.gemini_sdk, config.gemini_api_key, config.gemini_base_url)


def forget() -> None:
    """Let go of the client, its connections and buffers; what its models refuse is still known."""
    _client.cache_clear()


@lru_cache(maxsize=1)
def _client(sdk: str, key: str, base_url: str) -> Client:
    # Late, since either SDK costs 50-80 MB, only one is ever used, and private mode must not load any.
    try:
        if sdk == "google-generativeai":
            from studylens.analysis.gemini.generativeai import connect  # noqa: PLC0415 - see above.
        else:
            from studylens.analysis.gemini.genai import connect  # noqa: PLC0415 - see above.
    except ModuleNotFoundError as error:
        raise EngineSkipped(f"{sdk} is not installed") from error
    except ImportError as error:
        # So does the loader say that a library no longer fits: "Cannot allocate memory".
        raise MemoryError from error
    return connect(key=key, base_url=base_url.rstrip("/"))
