"""What templates may call beside Jinja's own: formatting, and addresses of static files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, current_app, g, url_for
from markupsafe import Markup

from studylens.analysis.protocol.result import SERVER
from studylens.web.text import markdown, words
from studylens.web.text.formulas import Formulas

blueprint = Blueprint("filters", __name__)

for _filter in (
    words.origin_words,
    words.engine_words,
    words.outcome_words,
    words.stage_words,
    words.size_words,
    words.duration_words,
    words.capitalize_first,
):
    blueprint.add_app_template_filter(_filter)


@blueprint.app_template_filter("markdown")
def format_markdown(text: str) -> Markup:
    """Return Markdown as safe HTML."""
    return markdown.render(text, _formulas())


@blueprint.app_template_filter("maths")
def format_maths(text: str, origin: str) -> Markup:
    """Return text as safe HTML with its formulas; what was read from a page stays letter for letter."""
    literal = origin.partition(":")[0] in {SERVER, "ocr", "student"}
    return Markup.escape(text) if literal else markdown.render_maths(text, _formulas())


def _formulas() -> Formulas:
    """Return the formulas of the page being made, of which it may have so many."""
    if "formulas" not in g:
        g.formulas = Formulas()
    found: Formulas = g.formulas
    return found


@blueprint.app_template_global("asset")
def asset_url(name: str) -> str | None:
    """Return a static file's address with its version; None when it is not installed."""
    path = Path(current_app.static_folder or "static") / name
    try:
        version = _version(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None
    return url_for("static", filename=name, v=version)


@lru_cache(maxsize=64)
def _version(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
