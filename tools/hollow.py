"""Remove packages of which only compiled files are left: what pip leaves when it did not write them itself.

A folder without its sources still counts as a package for mypy and for an import.
"""

import shutil
import sys
import sysconfig
from pathlib import Path


def hollow(site: Path) -> list[Path]:
    """Return the folders of an environment's packages that hold nothing but compiled files."""
    folders = [found for found in site.iterdir() if found.is_dir() and found.name != "__pycache__"]
    return [found for found in folders if compiled_only(found)]


def compiled_only(folder: Path) -> bool:
    """Whether there are files below, and all of them were compiled from sources that are gone."""
    files = [found for found in folder.rglob("*") if not found.is_dir()]
    return bool(files) and {(found.suffix, found.parent.name) for found in files} == {(".pyc", "__pycache__")}


if __name__ == "__main__":
    for folder in hollow(Path(sysconfig.get_path("purelib"))):
        shutil.rmtree(folder)
        sys.stdout.write(f"Removed what was left of {folder.name}\n")
