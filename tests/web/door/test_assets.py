"""Static files are kept by their version, and each of our modules has one address on a page."""

import re
import subprocess
from pathlib import Path

import pytest
import rjsmin
from flask import Flask
from flask.testing import FlaskClient

from studylens.web.door.assets import asset_url
from tests.service import HOME

PAGE = {"Accept": "text/html"}
SCRIPTS = [path for path in sorted((HOME / "static").rglob("*.js")) if path.parent.name != "vendor"]
IMPORT = re.compile(r'^import .* from "(\.[^"]+)";$', re.MULTILINE)
PARSER = HOME / "node_modules" / "espree"
KEPT = "public, immutable, max-age=31536000"


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return asset_url(name) or ""


def test_a_file_is_kept_under_its_version_and_no_other(app: Flask, client: FlaskClient) -> None:
    path = address(app, "parts.css")
    kept = {other: _control(client, other) for other in (path, "/static/v-0/parts.css", "/static/parts.css")}
    assert kept == {path: KEPT, "/static/v-0/parts.css": "no-cache", "/static/parts.css": "no-cache"}


def test_what_is_not_there_is_not_found_and_not_kept(client: FlaskClient) -> None:
    for path in ("none.css", "none.js", "../app.py", "packs/none.js", "packs", "", "x" * 5_000):
        with client.get(f"/static/v-1/{path}") as answer:
            assert answer.status_code == 404
            assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_that_is_not_installed_has_no_address(app: Flask) -> None:
    assert address(app, "vendor/none.js") == ""


@pytest.fixture
def other_static(app: Flask, tmp_path: Path) -> Path:
    """A folder of static files to change."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "app.js").write_text("// Every page.\nlet one = 1;\n")
    (tmp_path / "packs" / "page.js").write_text('import "../app.js";\n')
    (tmp_path / "parts.css").write_text("body {}")
    app.static_folder = str(tmp_path)
    return tmp_path


def test_a_changed_script_changes_the_version_of_all_scripts(app: Flask, other_static: Path) -> None:
    before = [address(app, name) for name in ("packs/page.js", "parts.css")]
    (other_static / "app.js").write_text("let one = 2; // Changed.\n")
    after = [address(app, name) for name in ("packs/page.js", "parts.css")]
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_all_our_scripts_come_from_one_folder(app: Flask, client: FlaskClient) -> None:
    folders = {address(app, str(path.relative_to(HOME / "static"))).split("/")[2] for path in SCRIPTS}
    assert len(folders) == 1
    page = client.get("/", headers=PAGE).text
    scripts = re.findall(r'<script type="module" src="([^"]+)"', page)
    assert {script.split("/")[2] for script in scripts} == folders
    assert len(scripts) >= 3


def test_imports_stay_inside_that_folder() -> None:
    wanted = {path: IMPORT.findall(path.read_text()) for path in SCRIPTS}
    assert sum(map(len, wanted.values())) > 20
    for path, names in wanted.items():
        assert {name for name in names if (path.parent / name).resolve() not in SCRIPTS} == set()


def test_scripts_are_sent_without_comments(app: Flask, client: FlaskClient, other_static: Path) -> None:
    with client.get(address(app, "app.js")) as answer:
        assert answer.text == "let one=1;"
        assert answer.mimetype == "text/javascript"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with client.get("/static/app.js") as answer:
        assert answer.text.startswith("// Every page.")


def test_an_edited_script_is_sent_as_it_is_now(app: Flask, client: FlaskClient, other_static: Path) -> None:
    with client.get(address(app, "app.js")) as answer:
        assert answer.text == "let one=1;"
    (other_static / "app.js").write_text("let another = 2;\n")
    with client.get(address(app, "app.js")) as answer:
        assert answer.text == "let another=2;"


def test_a_script_is_not_sent_twice(app: Flask, client: FlaskClient) -> None:
    path = address(app, "app.js")
    with client.get(path) as first:
        tag = first.headers["ETag"]
    with client.get(path, headers={"If-None-Match": tag}) as second:
        assert second.status_code == 304


@pytest.mark.process
@pytest.mark.skipif(
    not PARSER.exists(), reason="npm's tools are not here to read scripts; `make lint` fetches them"
)
def test_what_is_sent_is_the_same_program(tmp_path: Path) -> None:
    pairs: list[Path] = []
    for number, path in enumerate(SCRIPTS):
        sent = tmp_path / f"{number}.js"
        sent.write_text(rjsmin.jsmin(path.read_text()))
        pairs += [path, sent]
    command = ["node", HOME / "tests" / "scripts" / "same_program.js", *pairs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def _control(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        return answer.headers["Cache-Control"]
