"""The container image, really built and run: root, podman, runc, debootstrap and npm; 5 to 15 minutes."""

import subprocess
import sys

import pytest

from tests.service import HOME


@pytest.mark.process
@pytest.mark.timeout(3600)
def test_the_image_is_built_and_reads_a_photo_in_512_mb() -> None:
    """What it must reach stands beside each figure that it prints; anything short of it ends with 1."""
    command = [sys.executable, "-m", "benchmarks.image"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-6000:]
