"""Which languages tesseract can read on this machine. Standard library only: tesseract is not imported."""

import importlib.metadata
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

WHEEL = "tesserocr"
SUFFIX = ".traineddata"
ORIENTATION = "osd"
"""The data that tells a page's script and which way up it is."""

LANGUAGES: Mapping[str, tuple[str, str]] = {
    "amh": ("Amharic", "Ethiopic"),
    "ara": ("Arabic", "Arabic"),
    "ben": ("Bengali", "Bengali"),
    "bul": ("Bulgarian", "Cyrillic"),
    "fas": ("Persian", "Arabic"),
    "guj": ("Gujarati", "Gujarati"),
    "heb": ("Hebrew", "Hebrew"),
    "hin": ("Hindi", "Devanagari"),
    "hye": ("Armenian", "Armenian"),
    "kan": ("Kannada", "Kannada"),
    "kat": ("Georgian", "Georgian"),
    "khm": ("Khmer", "Khmer"),
    "kor": ("Korean", "Korean"),
    "mal": ("Malayalam", "Malayalam"),
    "mar": ("Marathi", "Devanagari"),
    "mya": ("Burmese", "Myanmar"),
    "nep": ("Nepali", "Devanagari"),
    "pan": ("Punjabi", "Gurmukhi"),
    "rus": ("Russian", "Cyrillic"),
    "sin": ("Sinhala", "Sinhala"),
    "srp": ("Serbian", "Cyrillic"),
    "tam": ("Tamil", "Tamil"),
    "tel": ("Telugu", "Telugu"),
    "tha": ("Thai", "Thai"),
    "ukr": ("Ukrainian", "Cyrillic"),
    "urd": ("Urdu", "Arabic"),
    "vie": ("Vietnamese", "Latin"),
}
"""Code of the data -> English name, and the script as tesseract calls it."""


def languages(folder: Path) -> list[str]:
    """Return the codes of the languages that can be read; none without the wheel or the script's data."""
    if not (folder / f"{ORIENTATION}{SUFFIX}").is_file() or importlib.util.find_spec(WHEEL) is None:
        return []
    found = (path.name.removesuffix(SUFFIX) for path in sorted(folder.glob(f"*{SUFFIX}")))
    return [code for code in found if code in LANGUAGES]


def for_script(codes: Sequence[str], script: str) -> list[str]:
    """Return those of the languages that are written in this script."""
    return [code for code in codes if LANGUAGES[code][1] == script]


def name_of(codes: Sequence[str]) -> str:
    """Return the English names of the languages."""
    return " and ".join(LANGUAGES[code][0] for code in codes)


def engine_name(codes: Sequence[str]) -> str:
    """Return e.g. `ocr:tesserocr-2.13.0-ara`; imports nothing."""
    return f"ocr:{WHEEL}-{importlib.metadata.version(WHEEL)}-{'+'.join(codes)}"
