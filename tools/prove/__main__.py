"""Show that the service keeps its promises in a hard limit, on a page: `make prove`.

    .venv/bin/python -m tools.prove [--cpus 0.1] [--memory 512] [--photos 20] [--way NAME] [--port 10005]

Ends with 1 when a promise does not hold, and with 2 where nothing can hold the limit or the service does not
start. Page, samples and verdict stay in build/prove.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import cache, inputs, machine
from benchmarks.cgroups import CgroupError
from studylens.places import HOME
from tools.prove import promises, ways
from tools.prove.acts import Play
from tools.prove.beside import Beside
from tools.prove.disk import RESERVE_MB, FileSize, small_disk
from tools.prove.held import Limits, NotHere, Way
from tools.prove.scene import OURS, Board, Scene, Side
from tools.prove.screen import keep, screen
from tools.prove.watching import Watch

PORT = 10_005
IDLE_SECONDS = 10
"""The warm analysis process ends after so long without work (30 in production: the wait costs only time)."""
VARIABLES = {
    "ENGINES": "ocr",
    "ANALYSIS_IDLE_SECONDS": str(IDLE_SECONDS),
    "DISK_RESERVE_MB": str(RESERVE_MB),
}
WITHOUT_CAPTIONS = "It reads pages and makes no captions here; benchmarks/RESULTS.md has captions in 512 MB."
"""Said on the page: the usual way beside it does nothing but captions."""
FOLDER = HOME / "build" / "prove"


def main() -> None:
    """Do what was asked for."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that groups, disks and processes go, too.
    try:
        way, lacking = ways.choose(ways.known(options.python), options.way)
    except NotHere as reason:
        sys.stderr.write(f"Nothing here can hold a hard limit:\n{reason}\n")
        sys.exit(2)
    _say("".join(f"Not {reason}\n" for reason in lacking) + f"The limit is held by {way.says}.")
    try:
        scene = _run(way, options)
    except KeyboardInterrupt:
        sys.exit(130)
    except (NotHere, CgroupError, TimeoutError) as error:
        sys.stderr.write(f"The proof could not begin: {error}\n")
        sys.exit(2)
    _say(f"\n{promises.markdown(scene)}\nKept: {write(scene, options.folder)}")
    sys.exit(bool(promises.broken(scene.figures)))


def write(scene: Scene, folder: Path) -> Path:
    """Keep page, samples and verdict; return the page."""
    page = keep(scene, folder)
    (folder / "run.json").write_text(scene.to_json())
    (folder / "verdict.json").write_text(promises.as_json(scene))
    (folder / "verdict.md").write_text(promises.markdown(scene))
    return page


def _run(way: Way, options: argparse.Namespace) -> Scene:
    limits = Limits(options.memory, options.cpus)
    with tempfile.TemporaryDirectory(prefix="studylens-prove-") as name:
        folder = Path(name)
        photos = _photos(folder / "photos", options.photos)
        cache.evict()  # So that the service is charged for its libraries.
        board = Board(_scene(way, limits, len(photos)), say=_say)
        with screen(lambda: board.scene, options.port) as address:
            _say(f"Look at {address}")
            _play(board, way, folder, photos)
            board.end()
            _wait_for_reader(address)
    return board.scene


def _play(board: Board, way: Way, folder: Path, photos: Sequence[bytes]) -> None:
    instance = folder / "instance"
    limits = Limits(int(board.scene.memory_mb), board.scene.cpus)
    with (
        small_disk(instance) as disk,
        Beside(board, way, folder, photos),
        way.service(folder, limits, VARIABLES) as running,
        Watch(board, OURS, running.group),
    ):
        full = disk or FileSize(lambda: running.group.pids)
        Play(board, running, instance, full, limits, photos).run()


def _scene(way: Way, limits: Limits, photos: int) -> Scene:
    figures = promises.promised(photos)
    return Scene(
        way=way.says, memory_mb=limits.memory_mb, cpus=limits.cpus, photos=photos, seconds=0.0,
        ours=Side("Studylens", note=WITHOUT_CAPTIONS),
        usual=Side("The usual way: torch and BLIP in the web worker"), figures=figures,
        found_at=(None,) * len(figures),
        facts=tuple((str(name), str(value)) for name, value in machine.facts().rows),
    )  # fmt: skip


def _photos(folder: Path, number: int) -> list[bytes]:
    """Return so many drawn pages, each with other sentences."""
    folder.mkdir()
    return [path.read_bytes() for path in inputs.Inputs.render(folder).pages[:number]]


def _wait_for_reader(address: str) -> None:
    """Leave the page open until whoever sits there has seen it."""
    if sys.stdin.isatty():
        _say(f"The page stays at {address} until you press Enter.")
        sys.stdin.readline()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make prove", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cpus", type=float, default=0.1, help="processors that the service may use")
    parser.add_argument("--memory", type=int, default=512, help="MB that it may use")
    parser.add_argument("--photos", type=int, default=inputs.PAGES, choices=range(4, inputs.PAGES + 1),
                        metavar=f"4-{inputs.PAGES}")  # fmt: skip
    parser.add_argument("--way", default="", help="docker, systemd or cgroup; the first that is here")
    parser.add_argument("--port", type=int, default=PORT, help="of the page; another one when it is taken")
    parser.add_argument("--python", default=sys.executable, help="a Python with torch, for the usual way")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for page, samples and verdict")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
