"""The whole service as people use it: gunicorn, the real analysis process, curl's requests, kills."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from studylens.jobs.lock import MachineLock
from studylens.limits import ANALYSIS_NICENESS, MAX_WAITING_REQUESTS
from tests import pages
from tests.analysis.gemini.server import GeminiServer
from tests.documents import plain
from tests.service import HOME, Service, _open, clean_environment, multipart
from tests.waiting import until

pytestmark = pytest.mark.process
Serve = Callable[..., Service]
IMAGES = HOME / "tests" / "images"


def stages(log: str) -> list[str]:
    return re.findall(r"Memory usage at (\w+): [\d.]+ MB", log)


def alive(pid: int) -> bool:
    try:
        return "zombie" not in (Path("/proc") / str(pid) / "status").read_text()
    except OSError:
        return False


def uploads(service: Service) -> list[str]:
    return [path.name for path in service.uploads.glob("*") if path.name != "folder_id"]


def test_a_photo_becomes_a_pack_without_key_and_network(live_server: Service) -> None:
    photo, text = pages.phone_page_png()
    status, answer = live_server.analyze(photo)
    assert status == 200
    (job,) = answer["jobs"]
    assert job["state"] == "done"
    got = "\n".join(line["text"] for line in job["pack"]["transcript"])
    assert pages.words_right(text, got) >= 0.98
    assert job["pack"]["cards"]
    assert job["pack"]["receipt"]["sent_to"] == []
    assert (job["pack"]["receipt"]["width"], job["pack"]["receipt"]["height"]) == (1080, 1920)
    until(lambda: "after_file_cleanup" in live_server.log)
    assert stages(live_server.log) == [
        "before_image_processing", "after_decode", "after_ocr", "after_ocr_cleanup", "after_file_cleanup"
    ]  # fmt: skip
    for line in (
        "Skipped gemini: no key",
        "Skipped blip: no model",
        f"Cleaned up uploaded file: {job['id']}",
    ):
        assert line in live_server.log
    assert "No trained models found. Skipping model loading to save memory." in live_server.log
    assert re.search(r"Memory usage after photo 1: [\d.]+ MB", live_server.log)
    assert uploads(live_server) == []


@pytest.mark.parametrize("sdk", ["google-genai", "google-generativeai"])
def test_with_a_key_gemini_makes_the_pack(serve: Serve, sdk: str) -> None:
    photo, _ = pages.phone_page_png()
    with GeminiServer() as gemini:
        service = serve(GEMINI_API_KEY="AQ.test", GEMINI_BASE_URL=gemini.url, GEMINI_SDK=sdk)
        status, answer = service.analyze(photo, fields={"question": "Why?"})
        sent = len(gemini.requests)
    assert status == 200
    pack = answer["jobs"][0]["pack"]
    assert pack["engines"]["text"].startswith("gemini:")
    assert pack["explanation"]
    assert {card["origin"] for card in pack["cards"]} == {pack["engines"]["text"]}
    assert pack["receipt"]["sent_to"]
    assert sent == 1
    until(lambda: "after_file_cleanup" in service.log)
    assert stages(service.log) == [
        "before_image_processing", "after_decode", "after_gemini_resize", "after_gemini",
        "after_gemini_cleanup", "after_boxes", "after_file_cleanup",
    ]  # fmt: skip
    assert "Resized image to: (450, 800)" in service.log


def test_pasted_notes_take_the_same_path(live_server: Service) -> None:
    body, kind = multipart((), {"text": "Osmosis is the movement of water through a membrane."})
    request = urllib.request.Request(live_server.url + "/analyze", data=body, headers={"Content-Type": kind})
    status, answer = _open(request)
    assert status == 200
    pack = answer["jobs"][0]["pack"]
    assert pack["transcript"][0]["text"].startswith("Osmosis")
    assert pack["engines"]["text"] == "student"


def test_many_uploads_good_and_bad_leave_nothing_behind(
    serve: Serve, photo: bytes, gemini: GeminiServer
) -> None:
    """Gemini answers at once: what OCR leaves behind is measured in tests/analysis/ocr, a photo at a time."""
    key = {"GEMINI_API_KEY": "AQ.test", "GEMINI_BASE_URL": gemini.url}
    service = serve(ANALYSIS_IDLE_SECONDS="2", **key)
    idle = service.get_json("/memory")[1]["memory_usage_mb"]
    broken = [path.read_bytes() for path in sorted(IMAGES.iterdir()) if path.is_file()]
    ids, statuses = [], []
    for number in range(25):
        data = photo if number % 5 == 0 else broken[number % len(broken)]
        status, answer = service.analyze(data, wait=0)
        statuses.append(status)
        ids += [job["id"] for job in answer.get("jobs", ())]
    assert {status for status in statuses if status >= 500} == set()
    assert {202, 415, 422} <= set(statuses)
    ended = [service.wait_for_end(job_id) for job_id in ids]
    assert {job["state"] for job in ended} <= {"done", "failed"}
    assert sum(job["state"] == "done" for job in ended) >= 5
    until(lambda: uploads(service) == [])
    until(lambda: "analysis" not in service.pids())
    assert service.get_json("/memory")[1]["memory_usage_mb"] <= idle + 12
    assert "Traceback" not in service.log


def test_two_uploads_at_once_are_read_one_after_another(live_server: Service, photo: bytes) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: live_server.analyze(photo), range(2)))
    jobs = [answer["jobs"][0] for _, answer in answers]
    assert [job["state"] for job in jobs] == ["done", "done"]
    order = re.findall(r"Processing photo|Cleaned up uploaded file", live_server.log)
    assert order == ["Processing photo", "Cleaned up uploaded file"] * 2


def test_forty_waiting_clients_leave_room_for_pages(
    live_server: Service, photo: bytes, tmp_path: Path
) -> None:
    """Nobody reads meanwhile: another program holds the machine."""
    lock = MachineLock(tmp_path / "analysis.lock")
    assert lock.acquire()
    with ThreadPoolExecutor(41) as pool:
        waiting = [pool.submit(live_server.analyze, photo, wait=60) for _ in range(40)]
        told_at_once = 40 - MAX_WAITING_REQUESTS
        until(lambda: sum(future.done() for future in waiting) == told_at_once, "32 short answers")
        assert live_server.get_json("/health")[0] == 200
        those = [future for future in waiting if not future.done()]
        assert len(those) == MAX_WAITING_REQUESTS  # The page came before their answers.
        live_server.stop()
        assert {future.result()[0] for future in those} == {202}
        assert {future.result()[0] for future in waiting} <= {
            202,
            503,
        }  # 503: too many bodies at once.


def test_killing_the_worker_loses_nothing(serve: Serve, photo: bytes) -> None:
    service = serve()
    _, answer = service.analyze(photo, photo, photo, wait=0)
    ids = [job["id"] for job in answer["jobs"]]
    until(lambda: "analysis" in service.pids())
    before = service.pids()
    os.kill(before["web"], signal.SIGKILL)
    until(lambda: not alive(before["analysis"]))
    until(lambda: _web(service) not in {None, before["web"]})
    assert [service.wait_for_end(job_id)["state"] for job_id in ids] == ["done"] * 3
    until(lambda: uploads(service) == [])


def _web(service: Service) -> int | None:
    try:
        return service.pids().get("web")
    except OSError:
        return None


def test_killing_the_master_leaves_no_orphan_and_a_restart_ends_every_job(
    serve: Serve, photo: bytes, tmp_path: Path
) -> None:
    service = serve()
    _, answer = service.analyze(photo, photo, wait=0)
    until(lambda: "analysis" in service.pids())
    before = service.pids()
    os.kill(before["master"], signal.SIGKILL)
    if service.process:
        service.process.wait()
    until(lambda: not any(alive(pid) for pid in before.values()))
    again = serve(tmp_path)
    for job in answer["jobs"]:
        assert again.wait_for_end(job["id"])["state"] == "done"
    until(lambda: uploads(again) == [])


def test_sigterm_ends_waits_and_hands_the_job_back(serve: Serve, tmp_path: Path, photo: bytes) -> None:
    service = serve()
    answers: list[tuple[int, Any]] = []
    client = threading.Thread(target=lambda: answers.append(service.analyze(*[photo] * 8, wait=55)))
    client.start()
    until(lambda: "analysis" in service.pids())
    before = service.pids()
    service.stop()
    client.join()
    assert answers[0][0] == 202
    assert service.process is not None
    assert service.process.returncode == 0  # It ended by itself: who is not done in time is killed.
    assert not any(alive(pid) for pid in before.values())
    again = serve(tmp_path)
    for job in answers[0][1]["jobs"]:
        assert again.wait_for_end(job["id"])["state"] == "done"


def analyze_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "app", "analyze", *arguments]


def test_flask_analyze_prints_the_same_pack(tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "page.png").write_bytes(photo)
    command = analyze_command("--json", str(tmp_path / "page.png"))
    environment = clean_environment(tmp_path)
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=True)
    assert "Osmosis" in json.loads(done.stdout)["transcript"][0]["text"]
    assert "Reading" in done.stderr


def test_flask_analyze_reads_the_named_pages_of_a_pdf(tmp_path: Path) -> None:
    (tmp_path / "slides.pdf").write_bytes(plain(3))
    command = analyze_command("--json", "--pages", "2-9", str(tmp_path / "slides.pdf"))
    environment = clean_environment(tmp_path, ENGINES="ocr")
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=True)
    first = [json.loads(line)["transcript"][0]["text"] for line in done.stdout.splitlines()]
    assert first == ["Page 2 of this lecture.", "Page 3 of this lecture."]


def test_flask_analyze_waits_for_the_machine_and_says_so(tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "page.png").write_bytes(photo)
    environment = clean_environment(tmp_path)
    lock = MachineLock(Path(environment["ANALYSIS_LOCK"]))
    assert lock.acquire()
    command, pipe = analyze_command(str(tmp_path / "page.png")), subprocess.PIPE
    with subprocess.Popen(command, cwd=HOME, env=environment, stdout=pipe, stderr=pipe, text=True) as waiting:
        assert waiting.stderr is not None
        assert "Waiting: another analysis runs on this machine." in waiting.stderr.readline()
        assert waiting.poll() is None
        lock.release()
        output, _ = waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert "Osmosis" in output


def test_flask_analyze_refuses_what_the_door_refuses(tmp_path: Path) -> None:
    command, environment = analyze_command(str(IMAGES / "renamed_text.jpg")), clean_environment(tmp_path)
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "renamed_text.jpg" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_analysis_process_stands_back(live_server: Service, photo: bytes) -> None:
    live_server.analyze(photo)
    folder = Path("/proc") / str(live_server.pids()["analysis"])
    assert int((folder / "oom_score_adj").read_text()) >= 500
    assert os.getpriority(os.PRIO_PROCESS, int(folder.name)) >= ANALYSIS_NICENESS
    environment = (folder / "environ").read_bytes().split(b"\0")
    for variable in (b"MALLOC_ARENA_MAX=2", b"OMP_NUM_THREADS=1", b"VIPS_CONCURRENCY=1", b"PYTHONOPTIMIZE=1"):
        assert variable in environment


@pytest.mark.sqlite("PostgreSQL keeps no single file that a host could damage")
def test_a_broken_database_file_leaves_the_service_answering(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "studylens.sqlite3").write_bytes(b"not a database " * 1000)
    service = serve()
    assert service.get_json("/health")[0] == 200
    status, answer = service.get_json("/packs")
    assert (status, answer["error"]["code"]) == (503, "database")


def test_two_workers_read_one_photo_at_a_time(serve: Serve, photo: bytes) -> None:
    service = serve(WEB_CONCURRENCY="2", ANALYSIS_IDLE_SECONDS="0")
    ids = [service.analyze(photo, wait=0)[1]["jobs"][0]["id"] for _ in range(4)]
    assert [service.wait_for_end(job_id)["state"] for job_id in ids] == ["done"] * 4
    order = re.findall(r"Processing photo|Cleaned up uploaded file", service.log)
    assert order == ["Processing photo", "Cleaned up uploaded file"] * 4
