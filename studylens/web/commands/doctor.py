"""`flask doctor`: what was found on this host, on one screen and in one log line at start."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from database_config import Database
from studylens.analysis.cutting import shelf
from studylens.analysis.ocr import quantised
from studylens.analysis.scripts import installed
from studylens.analysis.seeing import network
from studylens.config import Config
from studylens.errors import DatabaseDown
from studylens.jobs import spending
from studylens.machine import landlock, memory, seccomp
from studylens.study.stories.prices import price_of
from studylens.web.commands import mistakes, standings
from studylens.web.door.storage import is_lasting

_CPU_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8")
"""What int8 models profit from."""
_PACKAGES = {
    "gemini": ("google-genai", "google-generativeai"),
    "ocr": ("rapidocr", "onnxruntime"),
    "sheets": ("ziamath", "ziafont"),
    "pictures": ("pyvips", "pillow", "pillow-heif"),
}
"""What the analysis needs, by package name."""

_NOT_KNOWN = "not known: the database does not answer"


@dataclass(frozen=True)
class Diagnosis:
    """Facts by name, in the order in which they are shown, what is missing, and what is set up wrongly."""

    facts: dict[str, str]
    missing: tuple[str, ...]
    wrong: tuple[str, ...] = ()


def examine(config: Config, database: Database) -> Diagnosis:
    """Look at memory, database, engines, model and processor; opens one database connection."""
    limit, lines = memory.find_limit(config), memory.thresholds(config)
    answers = _answers(database)
    facts = {
        "memory limit": f"{limit.mb:.0f} MB ({limit.source})",
        "memory lines": f"warning {lines.warning_mb:.0f}, critical {lines.critical_mb:.0f} MB",
        "database": _database(config, database, answers=answers),
        "uploads": str(config.bucket or "a folder of this machine"),
        "queue": _known(lambda: _queue(config, database), answers=answers),
        "engines on": ", ".join(config.engines) or "none",
        **{name: _versions(packages) for name, packages in _PACKAGES.items()},
        "other scripts": _scripts(config),
        "recognition": quantised.describe(config.ocr_path),
        "cutting out": shelf.describe(shelf.folder_of(config)),
        "telling photos apart": network.describe(config.seeing_path),
        "programs here": "share one guest" if config.is_local else "need a token",
        "gemini key": "set" if config.gemini_api_key else "not set",
        "gemini models": ", ".join(config.gemini_models),
        "gemini today": _known(lambda: _left(config, database), answers=answers),
        "picture stories": _stories(config),
        "local AI": _local_ai(config),
        "models that failed": _known(lambda: _failed(config, database), answers=answers),
        "blip model": "prepared" if config.has_blip_model else f"none in {config.blip_path.name}",
        "walls": _walls(),
        "processor": ", ".join(_cpu_flags()) or "none of " + ", ".join(_CPU_FLAGS),
    }
    return Diagnosis(facts, tuple(_missing(config, facts)), mistakes.find(config, database))


def screen(diagnosis: Diagnosis) -> str:
    """Return the facts as lines, then what is missing, and last what is wrong."""
    width = max(len(name) for name in diagnosis.facts)
    lines = [f"{name:<{width}}  {fact}" for name, fact in diagnosis.facts.items()]
    missing = [f"missing: {sentence}" for sentence in diagnosis.missing]
    wrong = [f"wrong: {sentence}" for sentence in diagnosis.wrong]
    return "\n".join([*lines, *(missing or ["nothing is missing"]), *wrong])


def log_line(diagnosis: Diagnosis) -> str:
    """Return everything as one line for the log."""
    facts = "; ".join(f"{name}: {fact}" for name, fact in diagnosis.facts.items())
    return f"Doctor: {facts}; missing: {' '.join(diagnosis.missing) or 'nothing'}"


def _missing(config: Config, facts: dict[str, str]) -> list[str]:
    found = []
    if not config.gemini_api_key and "gemini" in config.engines and not config.asks_local_ai:
        found.append("GEMINI_API_KEY: packs come without explanations.")
    if config.local_ai_url and not config.asks_local_ai:
        found.append("local in ENGINES: LOCAL_AI_URL is not used.")
    if not config.has_blip_model and "blip" in config.engines:
        found.append("a BLIP model (`make blip`): packs come without captions.")
    if network.find(config.seeing_path).path is None:
        found.append("the network that photos are told apart with (`make setup`): nothing can be taught.")
    found += _missing_walls()
    if not is_lasting(config):
        found.append("a lasting disk or DATABASE_URL: packs are lost when this host restarts.")
    if not config.secret_key:
        found.append("SECRET_KEY: a random one is used until the next start.")
    return [*found, *(f"{name}: {fact}" for name, fact in facts.items() if "not installed" in fact)][:8]


def _missing_walls() -> list[str]:
    """Name what of the walls round the analysis this kernel cannot build."""
    found = []
    if not landlock.version():
        found.append("Landlock in the kernel: the analysis could open any file that this service can.")
    if not seccomp.is_there():
        found.append("seccomp in the kernel: private pages are read by a process that has a network.")
    return found


def _walls() -> str:
    """Say what keeps the analysis of strangers' files in."""
    version = landlock.version()
    files = f"files by Landlock {version}" if version else "files open"
    ports = ", ports" if version >= landlock.PORTS_SINCE else ""
    signals = ", signals" if version >= landlock.SIGNALS_SINCE else ""
    return f"{files}{ports}{signals}; {'sockets by seccomp' if seccomp.is_there() else 'sockets open'}"


def _answers(database: Database) -> bool:
    try:
        database.ensure_compatible()
    except DatabaseDown:
        return False
    return True


def _database(config: Config, database: Database, *, answers: bool) -> str:
    lasting = "lasting" if is_lasting(config) else "NOT lasting"
    return f"{database.url.get_backend_name()}, {f'answers, {lasting}' if answers else 'does not answer'}"


def _queue(config: Config, database: Database) -> str:
    """Say who carries jobs, and how many workers live and messages wait."""
    if config.queue != "postgresql" or database.is_sqlite:
        return "embedded: this service carries its jobs itself"
    from studylens.jobs.distributed import messages, tables  # noqa: PLC0415 - few services have workers.

    if not tables.look(database).fit:
        return "postgresql, without its tables"
    with database.reading() as session:
        workers, waiting, taken = messages.counts(session)
    return f"postgresql: {workers} workers, {waiting} jobs wait, {taken} run"


def _known(work: Callable[[], str], *, answers: bool) -> str:
    """Return what only the database can say; one that is away is not waited for twice."""
    try:
        return work() if answers else _NOT_KNOWN
    except DatabaseDown:
        return _NOT_KNOWN


def _left(config: Config, database: Database) -> str:
    """Say what may still be asked today; both bounds count for the whole service."""
    left = spending.left_today(database, config)
    tokens = f", {left.tokens:,} tokens" if left.tokens is not None else ""
    return f"{left.calls} of {config.gemini_calls_per_day} calls{tokens} left"


def _stories(config: Config) -> str:
    """Name the image model and the panels of a day, or what is lacking."""
    if not config.draws:
        return "none (a paid GEMINI_API_KEY, GEMINI_IMAGE_MODEL and STORY_PANELS_PER_DAY above 0)"
    price = price_of(config.gemini_image_model, config.story_panels_per_day)
    most = f", at most ${price.all:.2f} at list prices of {price.listed}" if price else ""
    return f"{config.gemini_image_model}, {config.story_panels_per_day} panels a day{most}"


def _local_ai(config: Config) -> str:
    """Name the operator's own server and what it is for, but no key."""
    if not config.local_ai_url:
        return "none (LOCAL_AI_URL)"
    if not config.asks_local_ai:
        return "switched off (ENGINES)"
    does = "makes packs" if config.local_ai_task == "pack" else "reads pages"
    private = "private pages too" if config.local_ai_private else "no private pages"
    model = config.local_ai_model or "its only model"
    return f"{model} at {config.local_ai_host}: {does}, {private}, {config.local_ai_seconds:.0f} s a page"


def _scripts(config: Config) -> str:
    """Say which languages tesseract reads here; nothing is missing without it."""
    found = installed.languages(config.scripts_path)
    if not found:
        return "none (make scripts LANGS=ara,hin,kor,vie)"
    return f"{', '.join(found)} by {installed.WHEEL} {_version(installed.WHEEL)}"


def _failed(config: Config, database: Database) -> str:
    """Name the models that rest or failed last, and why."""
    return "; ".join(standings.lines(standings.gather(database, config))) or "none"


def _versions(packages: tuple[str, ...]) -> str:
    return ", ".join(f"{package} {_version(package)}" for package in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _cpu_flags(info: Path = Path("/proc/cpuinfo")) -> list[str]:
    if not info.exists():
        return []
    line = next((line for line in info.read_text().splitlines() if line.startswith("flags")), "")
    return [flag for flag in _CPU_FLAGS if flag in line.split()]
