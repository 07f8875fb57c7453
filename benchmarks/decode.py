"""Decode memory: each format and size in a fresh process, ours beside plain Pillow.

    .venv/bin/python -m benchmarks.decode [--json] [--quick]

Peak: highest RSS during the decode minus RSS before it (MB of 1,048,576 bytes). Before means: libraries
imported, and a 1080x1920 page decoded twice, so that the growth that comes once in a process is not counted
as the photo's; `first` is what that growth and the page itself took. Kept: RSS while the decoded picture is
held, minus RSS once it is let go. Ours measures the quality of the photo, too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studylens.machine import memory

HOME = Path(__file__).resolve().parent.parent
WARM_UP = HOME / "tests" / "images" / "page.png"
SIZES = {2: (1920, 1080), 12: (4000, 3000), 16: (4608, 3456), 48: (8000, 6000)}
"""Megapixels and px; 16 MP is the most that is read from HEIC."""
CASES = [
    *((kind, size) for kind in ("jpeg", "png", "webp") for size in (2, 12, 48)),
    ("progressive", 12),
    ("progressive", 48),
    ("lossless webp", 12),
    ("interlaced png", 12),
    ("gif", 12),
    ("heic", 12),
    ("heic", 16),
]
TARGETS_MB = {2: 8, 12: 30, 48: 50}
OTHER_TARGETS_MB = {("progressive", 48): 160, ("heic", 12): 85}
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "65536", "VIPS_CONCURRENCY": "1"}


def measure(cases: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return a row for each case; the inputs live in a temporary folder meanwhile."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, megapixels in cases:
            path = Path(folder) / f"{kind.replace(' ', '_')}_{megapixels}"
            _write(kind, SIZES[megapixels], path)
            row = {"kind": kind, "megapixels": megapixels, "file_mb": round(path.stat().st_size / 2**20, 1)}
            for way in ("ours", "pillow"):
                row[way] = _in_fresh_process(way, path)
            row["target_mb"] = OTHER_TARGETS_MB.get((kind, megapixels), _plain_target(kind, megapixels))
            path.unlink()
            rows.append(row)
    return rows


def kept() -> dict[str, float]:
    """Return what a 1080x1920 PNG keeps in memory at 1600 and at 800 px (MB)."""
    return {way: _in_fresh_process(way, WARM_UP)["kept_mb"] for way in ("ours", "ours at 800")}


def _plain_target(kind: str, megapixels: int) -> int | None:
    return TARGETS_MB.get(megapixels) if kind in {"jpeg", "png", "webp"} else None


def _write(kind: str, size: tuple[int, int], path: Path) -> None:
    """Write a page of text with the noise of a camera, which no encoder can shrink to nothing."""
    import pyvips

    page = pyvips.Image.new_from_file(str(HOME / "tests" / "images" / "page.png")).colourspace("srgb").rot90()
    width, height = size
    page = page.resize(width / page.width, vscale=height / page.height).crop(0, 0, width, height)
    noise = pyvips.Image.gaussnoise(width, height, sigma=4, mean=0, seed=1)
    photo = (page[:3] * 0.8 + 20 + noise).cast("uchar").copy(interpretation="srgb")
    savers: dict[str, Callable[[], Any]] = {
        "jpeg": lambda: photo.jpegsave(f"{path}.jpg", Q=80),
        "progressive": lambda: photo.jpegsave(f"{path}.jpg", Q=80, interlace=True),
        "png": lambda: photo.pngsave(f"{path}.png", compression=1),
        "interlaced png": lambda: photo.pngsave(f"{path}.png", compression=1, interlace=True),
        "webp": lambda: photo.webpsave(f"{path}.webp", Q=80, effort=0),
        "lossless webp": lambda: photo.webpsave(f"{path}.webp", lossless=True, effort=0),
        "gif": lambda: photo.gifsave(f"{path}.gif", effort=1),
        "heic": lambda: _write_heic(photo, Path(f"{path}.heic")),
    }
    savers[kind]()
    next(path.parent.glob(f"{path.name}.*")).rename(path)


def _write_heic(photo: Any, path: Path) -> None:
    import pillow_heif

    size = (photo.width, photo.height)
    pillow_heif.from_bytes("RGB", size, bytes(photo.write_to_memory())).save(path, quality=60)


def _in_fresh_process(way: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.decode", "--child", way, str(path)]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=HOME, env={**os.environ, **ENVIRONMENT}
    )
    figures: dict[str, float] = json.loads(answer.stdout)
    return figures


def _child(way: str, path: Path) -> dict[str, float]:
    decode = {"ours": _ours, "ours at 800": _ours_at_800, "pillow": _pillow}[way]()
    first = _measured(decode, WARM_UP)["peak_mb"]
    _measured(decode, WARM_UP)
    return {**_measured(decode, path), "first_mb": first}


def _measured(decode: Callable[[Path], Any], path: Path) -> dict[str, float]:
    memory.release_memory()
    Path("/proc/self/clear_refs").write_text("5")  # Lets VmHWM start again from what is resident now.
    before, started = _status("VmRSS"), time.perf_counter()
    picture = decode(path)
    figures = {"seconds": time.perf_counter() - started, "peak_mb": _status("VmHWM") - before}
    memory.release_memory()
    held = _status("VmRSS")
    del picture
    memory.release_memory()
    figures["kept_mb"] = held - _status("VmRSS")
    return {name: round(value, 2) for name, value in figures.items()}


def _ours() -> Callable[[Path], Any]:
    from studylens.analysis.picture import decode as images

    images.configure()
    return lambda path: images.decode(path).image


def _ours_at_800() -> Callable[[Path], Any]:
    from studylens.analysis.picture import decode as images

    images.configure()
    return lambda path: images.resized(images.decode(path).image, 800)


def _pillow() -> Callable[[Path], Any]:
    import pillow_heif
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    pillow_heif.register_heif_opener()

    def decode(path: Path) -> Image.Image:
        picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        picture.thumbnail((1600, 1600))
        return picture

    return decode


def _status(name: str) -> float:
    """Return a memory figure of this process in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| picture | file MB | peak MB, ours | target | peak MB, Pillow | seconds, ours | seconds, Pillow |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ours, pillow, target = row["ours"], row["pillow"], row["target_mb"]
        lines.append(
            f"| {row['megapixels']} MP {row['kind']} | {row['file_mb']} | {ours['peak_mb']:.1f} | "
            f"{f'<= {target}' if target else '-'} | {pillow['peak_mb']:.1f} | "
            f"{ours['seconds']:.2f} | {pillow['seconds']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, then print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows instead of a table")
    parser.add_argument("--quick", action="store_true", help="only 2 MP")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_child(options.child[0], Path(options.child[1]))))
        return
    rows = measure([case for case in CASES if not options.quick or case[1] == 2])
    held = kept()
    if options.json:
        print(json.dumps({"rows": rows, "kept_mb": held}))
        return
    print(_table(rows))
    first = max(row["ours"]["first_mb"] for row in rows)
    print(
        f"\nKept of a 1080x1920 PNG: {held['ours']:.1f} MB at 1600 px, {held['ours at 800']:.1f} at 800 px."
    )
    print(f"The first photo of a process, a 1080x1920 PNG, takes up to {first:.1f} MB at its peak.")


if __name__ == "__main__":
    main()
