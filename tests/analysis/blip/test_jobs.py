"""The captioner in the pipeline: a caption on the pack, its stages in order, kills and starvation at each."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from studylens.analysis.answer import CHECK_CAPTION
from studylens.config import Config
from studylens.jobs.process import AnalysisProcess
from studylens.models import DONE, Pack
from tests import pages
from tests.analysis.blip.tiny_blip import FOLDER
from tests.analysis.blip.tiny_blip.figures import kind_of
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.gemini.test_jobs import end, stages
from tests.jobs.test_faults import engines, give_photo, pack_of, starving, with_gemini
from tests.service import Service
from tests.test_architecture import ANALYSIS_JOURNEY, loaded

MakeApp = Callable[..., Flask]
BLIP_STAGES = ["after_blip_resize", "after_blip_load", "after_blip", "after_blip_cleanup"]


@pytest.fixture
def model(trained: Path) -> str:
    """A folder with the tiny trained model."""
    return str(trained)


def captioned(app: Flask, photo: bytes) -> tuple[Pack, list[str]]:
    job_id = give_photo(app, photo)
    assert end(app, job_id).state == DONE
    return pack_of(app, job_id), stages(app, job_id)


@pytest.mark.parametrize(("backend", "set_by_us"), [("transformers", True), ("onnx", False)])
def test_the_process_of_transformers_gets_torchs_settings(
    backend: str, set_by_us: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTORCH_CUDA_ALLOC_CONF", raising=False)
    environment = AnalysisProcess(Config(blip_backend=backend))._environment
    assert ("PYTORCH_CUDA_ALLOC_CONF" in environment) is set_by_us
    assert environment["OMP_NUM_THREADS"] == "1"


def test_a_figure_gets_a_caption_that_names_its_kind(
    running_app: MakeApp, model: str, figure: tuple[bytes, str]
) -> None:
    pack, seen = captioned(running_app(blip_model_dir=model), figure[0])
    assert kind_of(pack.caption) == figure[1]
    assert pack.caption_engine.startswith("blip:")
    assert engines(pack)["blip"] == ("used", "")
    assert [stage for stage in seen if "blip" in stage] == BLIP_STAGES
    assert seen.index("after_ocr_cleanup") < seen.index("after_blip_resize")


def test_a_photo_with_a_caption_alone_is_a_pack_of_one_card(
    running_app: MakeApp, model: str, figure: tuple[bytes, str]
) -> None:
    pack, _ = captioned(running_app(blip_model_dir=model, engines=("blip",)), figure[0])
    said = pack.caption[:1].upper() + pack.caption[1:]
    (card,) = pack.cards
    assert (pack.title, card.front, card.back) == (said, "What does the picture show?", said)
    assert (card.source_line, card.origin) == (None, pack.caption_engine)
    assert (pack.text_engine, pack.transcript, pack.quiz, pack.key_terms) == ("", [], [], [])
    assert pack.notes[0] == CHECK_CAPTION


def test_a_page_of_text_keeps_its_own_cards_beside_the_caption(
    running_app: MakeApp, model: str, photo: bytes
) -> None:
    pack, _ = captioned(running_app(blip_model_dir=model), photo)
    assert pack.caption
    assert {card.origin for card in pack.cards} == {"server"}
    assert CHECK_CAPTION not in pack.notes


def test_a_blocked_figure_is_described_and_says_how_to_be_read(
    running_app: MakeApp, model: str, figure: tuple[bytes, str], gemini: GeminiServer
) -> None:
    gemini.script.append("safety")
    pack, seen = captioned(running_app(blip_model_dir=model, **with_gemini(gemini)), figure[0])
    assert "after_ocr" not in seen
    assert pack.title.lower() == pack.caption
    assert any("private mode" in note for note in pack.notes)


@pytest.mark.parametrize("stage", BLIP_STAGES)
def test_a_kill_around_the_caption_costs_one_attempt_and_nothing_else(
    running_app: MakeApp, model: str, figure: tuple[bytes, str], stage: str, tmp_path: Path
) -> None:
    command = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(tmp_path / "died"))
    app = running_app(ANALYSIS_COMMAND=command, blip_model_dir=model, engines=("blip",))
    job_id = give_photo(app, figure[0])
    assert end(app, job_id).attempts == 2
    assert pack_of(app, job_id).caption


@pytest.mark.parametrize("stage", BLIP_STAGES)
def test_a_kill_around_the_caption_reads_no_text_again_and_makes_no_card_twice(
    running_app: MakeApp, model: str, photo: bytes, stage: str, tmp_path: Path
) -> None:
    command = (sys.executable, "-m", "tests.jobs.killing_analysis", stage, str(tmp_path / "died"))
    app = running_app(ANALYSIS_COMMAND=command, blip_model_dir=model)
    job_id = give_photo(app, photo)
    assert end(app, job_id).attempts == 2
    pack, seen = pack_of(app, job_id), stages(app, job_id)
    assert pack.caption
    assert seen.count("after_ocr") == 1
    assert seen.count("after_decode") == 2
    fronts = [card.front for card in pack.cards]
    assert fronts
    assert len(fronts) == len(set(fronts))
    assert [report["engine"] for report in pack.engines] == ["gemini", "ocr", "material", "blip"]


def test_with_gemini_too_the_pack_is_there_before_the_caption(
    running_app: MakeApp, model: str, photo: bytes, gemini: GeminiServer, tmp_path: Path
) -> None:
    command = (sys.executable, "-m", "tests.jobs.killing_analysis", "after_blip_load", str(tmp_path / "died"))
    app = running_app(ANALYSIS_COMMAND=command, blip_model_dir=model, **with_gemini(gemini))
    job_id = give_photo(app, photo)
    assert end(app, job_id).attempts == 2
    assert len(gemini.requests) == 1
    pack = pack_of(app, job_id)
    assert (pack.text_engine.partition(":")[0], bool(pack.caption)) == ("gemini", True)


def test_a_caption_out_of_memory_says_so(running_app: MakeApp, model: str, figure: tuple[bytes, str]) -> None:
    """Alone, since after OCR the tiny model fits into what the process has mapped already."""
    app = running_app(blip_model_dir=model, engines=("blip",), **starving("ROOM_BLIP_MB", -100))
    failed = end(app, give_photo(app, figure[0]))
    assert (failed.error_code, failed.attempts) == ("out_of_memory", 3)


def test_a_damaged_model_is_a_named_failure_and_the_text_stays(
    running_app: MakeApp, trained: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "damaged"))
    (folder / "step.data").write_bytes(b"cut off")
    photo = pages.png(pages.column_page(pages.SHORT, size=(700, 400)))
    pack, seen = captioned(running_app(blip_model_dir=str(folder)), photo)
    outcome, reason = engines(pack)["blip"]
    assert outcome in {"failed", "skipped"}
    assert "step.data" in reason
    assert "after_blip" not in seen


CAPTIONED_JOURNEY = f"""{ANALYSIS_JOURNEY}
if not outcome.analysis.caption:
    raise SystemExit("no caption was made")
"""


def test_a_caption_brings_neither_torch_nor_the_hub(model: str, tmp_path: Path) -> None:
    names = loaded(CAPTIONED_JOURNEY, tmp_path, BLIP_MODEL_DIR=model)
    assert "studylens.analysis.blip.onnx" in names
    assert names & {"torch", "transformers", "onnx", "huggingface_hub", "flask", "sqlalchemy"} == set()


def test_no_running_process_has_torch_after_a_caption(
    serve: Callable[..., Service], model: str, figure: tuple[bytes, str]
) -> None:
    service = serve(BLIP_MODEL_DIR=model)
    assert service.analyze(figure[0])[1]["jobs"][0]["pack"]["caption"]
    maps = {kind: (Path("/proc") / str(pid) / "maps").read_text() for kind, pid in service.pids().items()}
    assert set(maps) == {"master", "web", "analysis"}
    assert not [kind for kind, text in maps.items() if "libtorch" in text]
    assert [kind for kind, text in maps.items() if "onnxruntime" in text] == ["analysis"]


def test_the_transformers_backend_is_refused_by_name_without_the_room(
    serve: Callable[..., Service], photo: bytes
) -> None:
    service = serve(BLIP_BACKEND="transformers", BLIP_MODEL_DIR=str(FOLDER), MEMORY_LIMIT_MB="480")
    assert service.analyze(photo)[1]["jobs"][0]["pack"]["caption"] == ""
    assert re.search(r"Skipped blip: memory pressure", service.log)


def test_the_transformers_backend_captions_where_there_is_room(
    serve: Callable[..., Service], figure: tuple[bytes, str]
) -> None:
    service = serve(
        BLIP_BACKEND="transformers", BLIP_MODEL_DIR=str(FOLDER), MEMORY_LIMIT_MB="4096", ENGINES="blip"
    )
    pack = service.analyze(figure[0])[1]["jobs"][0]["pack"]
    assert kind_of(pack["caption"]) == figure[1]
    assert pack["engines"]["caption"] == "blip:transformers"
