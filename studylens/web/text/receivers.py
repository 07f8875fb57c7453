"""Who is given what a student sends, in words: beside the upload button, a question, and new cards."""

from studylens.config import Config
from studylens.language import _, mark, said

GEMINI = mark("Google’s Gemini")


def has_model(config: Config, *, private: bool = False) -> bool:
    """Say whether any model answers and makes cards; of what is private, the operator's own alone."""
    own = config.asks_local_ai and config.local_ai_task == "pack"
    return (own and config.local_ai_private) if private else (own or config.asks_gemini)


def model_words(config: Config, *, private: bool = False) -> str:
    """Return the models that are asked for answers and cards, in order: `Google’s Gemini or ...`."""
    own = own_model(config) if config.local_ai_task == "pack" else ""
    gemini = said(GEMINI) if config.asks_gemini and not private else ""
    both = (own, gemini) if _own_first(config) else (gemini, own)
    named = [name for name in both if name]
    return _("%(first)s or %(second)s", first=named[0], second=named[1]) if len(named) > 1 else "".join(named)


def asked_words(config: Config) -> str:
    """Return who is asked, short, to begin a sentence with."""
    return _("The model") if _own_first(config) else "Gemini"


def own_model(config: Config) -> str:
    """Return the operator's own model by name and host; empty without one."""
    if not config.asks_local_ai:
        return ""
    if config.local_ai_model:
        return _("the model %(model)s at %(host)s", model=config.local_ai_model, host=config.local_ai_host)
    return _("the model at %(host)s", host=config.local_ai_host)


def inside(config: Config) -> str:
    """Return where private photos stay."""
    if _is_own_machine(config):
        return _("this server and %(model)s", model=own_model(config))
    return _("this server")


def photo_notice(config: Config) -> str:
    """Return where a photo goes unless the student ticks “Private”."""
    own = own_model(config)
    if not config.asks_gemini:
        return _without_gemini(config, own)
    if not own:
        return _("Unless you tick “Private”, your photo goes to %(gemini)s, %(terms)s.", **_named())
    if _own_first(config):
        return _(
            "Unless you tick “Private”, your photo goes to %(own)s, which this server’s operator has "
            "chosen, and where that gives nothing to %(gemini)s, %(terms)s.",
            own=own, **_named(),
        )  # fmt: skip
    return _(
        "Unless you tick “Private”, your photo goes to %(gemini)s, %(terms)s. Where Gemini gives nothing "
        "it goes to %(own)s, which this server’s operator has chosen.",
        own=own, **_named(),
    )  # fmt: skip


def _named() -> dict[str, str]:
    """Return the provider and its conditions, as they stand within a sentence."""
    terms = _(
        "which is for adults only, in the EEA, Switzerland and the UK for its paid tier only, and where "
        "people may read it on the free tier"
    )
    return {"gemini": said(GEMINI), "terms": terms}


def off_words(config: Config) -> str:
    """Return in short who reads a photo that is not private; empty when it leaves this server in no case."""
    own = own_model(config) if not config.local_ai_private else ""
    if config.asks_gemini:
        models = _("%(first)s or %(second)s", first=said(GEMINI), second=own) if own else said(GEMINI)
        return _("Off: %(models)s reads the page (adults only; people at Google may see it).", models=models)
    return _("Off: %(own)s, which this server’s operator has chosen, reads the page.", own=own) if own else ""


def _without_gemini(config: Config, own: str) -> str:
    if not own:
        return _("Your photo is read on this server alone; it is sent to nobody.")
    if config.local_ai_private:
        return _(
            "Your photo is read on this server and by %(own)s, its operator’s own; nobody else is sent it.",
            own=own,
        )
    return _(
        "Unless you tick “Private”, your photo goes to %(own)s, which this server’s operator has chosen.",
        own=own,
    )


def _own_first(config: Config) -> bool:
    """Say whether the operator's own model comes first; one that only reads is shown what Gemini left."""
    if not config.asks_local_ai or not config.asks_gemini:
        return config.asks_local_ai
    return config.local_ai_task == "pack" and config.engines.index("local") < config.engines.index("gemini")


def _is_own_machine(config: Config) -> bool:
    return config.asks_local_ai and config.local_ai_private
