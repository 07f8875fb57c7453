"""Real workers of a test: `flask worker` in a process of its own, with a fake analysis or the real one."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.service import HOME, clean_environment

FAKES = "tests.jobs.distributed.app_of_fakes"


class WorkerProcess:
    """One `flask worker`; several share the folder of a service."""

    def __init__(self, folder: Path, name: str = "worker", *, app: str = FAKES, **variables: str) -> None:
        self.log_path = folder / f"{name}.log"
        self._command = [sys.executable, "-m", "flask", "--app", app, "worker"]
        self._environment = clean_environment(folder, QUEUE="postgresql", FLASK_SKIP_DOTENV="1", **variables)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; it is ready when its log says that it waits for jobs."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=HOME, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it as no program can hinder; its analysis process ends by itself."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def end(self, seconds: float = 40) -> int:
        """End it as a host does, with SIGTERM; return its exit code."""
        if self.process is None:
            raise RuntimeError("it was never started")
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    @property
    def log(self) -> str:
        """Everything that it has logged."""
        return self.log_path.read_text(errors="replace")
