"""Who is given what a student sends, in words: beside the upload button, a question, and new cards."""

from studylens.config import Config

GEMINI = "Google’s Gemini"
_TERMS = (
    "which is for adults only, in the EEA, Switzerland and the UK for its paid tier only, and where people "
    "may read it on the free tier"
)
_CHOSEN = "which this server’s operator has chosen"


def has_model(config: Config, *, private: bool = False) -> bool:
    """Say whether any model answers and makes cards; of what is private, the operator's own alone."""
    own = config.asks_local_ai and config.local_ai_task == "pack"
    return (own and config.local_ai_private) if private else (own or config.asks_gemini)


def model_words(config: Config, *, private: bool = False) -> str:
    """Return the models that are asked for answers and cards, in order: `Google’s Gemini or ...`."""
    own = own_model(config) if config.local_ai_task == "pack" else ""
    gemini = GEMINI if config.asks_gemini and not private else ""
    both = (own, gemini) if _own_first(config) else (gemini, own)
    return " or ".join(filter(None, both))


def asked_words(config: Config) -> str:
    """Return who is asked, short, to begin a sentence with."""
    return "The model" if _own_first(config) else "Gemini"


def own_model(config: Config) -> str:
    """Return the operator's own model by name and host; empty without one."""
    if not config.asks_local_ai:
        return ""
    named = f"the model {config.local_ai_model}" if config.local_ai_model else "the model"
    return f"{named} at {config.local_ai_host}"


def inside(config: Config) -> str:
    """Return where private photos stay."""
    return f"this server and {own_model(config)}" if _is_own_machine(config) else "this server"


def photo_notice(config: Config) -> str:
    """Return where a photo goes unless the student ticks “Private”."""
    own = own_model(config)
    if not config.asks_gemini:
        return _without_gemini(config, own)
    goes = "Unless you tick “Private”, your photo goes to"
    if not own:
        return f"{goes} {GEMINI}, {_TERMS}."
    if _own_first(config):
        return f"{goes} {own}, {_CHOSEN}, and where that gives nothing to {GEMINI}, {_TERMS}."
    return f"{goes} {GEMINI}, {_TERMS}. Where Gemini gives nothing it goes to {own}, {_CHOSEN}."


def off_words(config: Config) -> str:
    """Return in short who reads a photo that is not private; empty when it leaves this server in no case."""
    own = own_model(config) if not config.local_ai_private else ""
    if config.asks_gemini:
        also = f" or {own}" if own else ""
        return f"Off: {GEMINI}{also} reads the page (adults only; people at Google may see it)."
    return f"Off: {own}, {_CHOSEN}, reads the page." if own else ""


def _without_gemini(config: Config, own: str) -> str:
    if not own:
        return "Your photo is read on this server alone; it is sent to nobody."
    if config.local_ai_private:
        return f"Your photo is read on this server and by {own}, its operator’s own; nobody else is sent it."
    return f"Unless you tick “Private”, your photo goes to {own}, {_CHOSEN}."


def _own_first(config: Config) -> bool:
    """Say whether the operator's own model comes first; one that only reads is shown what Gemini left."""
    if not config.asks_local_ai or not config.asks_gemini:
        return config.asks_local_ai
    return config.local_ai_task == "pack" and config.engines.index("local") < config.engines.index("gemini")


def _is_own_machine(config: Config) -> bool:
    return config.asks_local_ai and config.local_ai_private
