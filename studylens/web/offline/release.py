"""The files that the page without a network needs, and a word that tells one release from the next."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import current_app

from studylens.web.door.assets import asset_url

STYLES = (
    "tokens.css",
    "parts.css",
    "reviews/page.css",
    "packs/snips.css",
    "offline/page.css",
    "offline/transcript.css",
    "upload/capture.css",
)
PICTURES = ("icon.svg",)
SCRIPTS = (
    "vendor/htmx.min.js", "app.js", "zone.js", "pick.js", "keep/page.js",
    "offline/sign.js", "offline/page.js", "offline/review.js", "upload/upload.js",
    "reader/worker.js", "vendor/ort.min.js",
)  # fmt: skip
"""What the pages in templates/offline and the form for photos name; what these import is found."""
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


def release() -> str:
    """Return a word that changes with any file of `shell_files`, and with any of our scripts."""
    return hashlib.sha256("\n".join(shell_files()).encode()).hexdigest()[:12]


def shell_files() -> list[str]:
    """Return the addresses, with their versions, of all files of the page that needs no network."""
    folder = Path(current_app.static_folder or "static")
    names = (*STYLES, *PICTURES, *_with_imports(folder, SCRIPTS))
    return [address for name in names if (address := asset_url(name))]


def modules_of(script: str) -> list[str]:
    """Return the addresses of a script and of all that it imports: a page asks for them at once."""
    folder = Path(current_app.static_folder or "static")
    return [address for name in _with_imports(folder, (script,)) if (address := asset_url(name))]


@lru_cache(maxsize=4)
def _with_imports(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return scripts and all that they import, of whatever depth; each once."""
    found = dict.fromkeys(names)
    waiting = list(names)
    while waiting:
        path = folder / waiting.pop()
        text = path.read_text("utf-8") if path.exists() and path.parent.name != "vendor" else ""
        for address in _IMPORT.findall(text):
            name = (path.parent / address).resolve().relative_to(folder.resolve()).as_posix()
            if name not in found:
                found[name] = None
                waiting.append(name)
    return tuple(found)
