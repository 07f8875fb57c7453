"""What templates may call beside Jinja's own: formatting."""

from functools import lru_cache

from flask import Blueprint, g
from markupsafe import Markup

from studylens.analysis.protocol.result import is_literal
from studylens.judging import languages
from studylens.language import said
from studylens.study.packs.pages import told_of
from studylens.study.packs.tables import blocks_of
from studylens.web.door.wiring import wiring
from studylens.web.text import dates, markdown, receivers, words
from studylens.web.text.formulas import Formulas
from studylens.web.text.kept import kept_texts

blueprint = Blueprint("filters", __name__)

for _filter in (
    words.origin_words,
    words.engine_words,
    words.outcome_words,
    words.stage_words,
    words.size_words,
    words.duration_words,
    words.capitalize_first,
    words.state_words,
    words.kept_words,
    dates.date_words,
    dates.grouped,
    dates.percent,
    dates.listed,
    said,
):
    blueprint.add_app_template_filter(_filter)


@blueprint.app_template_filter("markdown")
def format_markdown(text: str) -> Markup:
    """Return Markdown as safe HTML."""
    return kept_texts.render(markdown.render, text, _formulas())


@blueprint.app_template_filter("maths")
def format_maths(text: str, origin: str) -> Markup:
    """Return text as safe HTML with its formulas; what was read from a page stays letter for letter."""
    if is_literal(origin):
        return Markup.escape(text)
    if markdown.is_plain(text):
        return markdown.render_maths(text)
    return kept_texts.render(markdown.render_maths, text, _formulas())


@blueprint.app_template_global("language_of")
def language_of(pack: object) -> str:
    """Return the ISO code of the language in which a pack is read aloud; empty: not known."""
    return _heard(getattr(pack, "summary", "") or "", getattr(pack, "title", "") or "")


@lru_cache(maxsize=64)
def _heard(summary: str, title: str) -> str:
    """A page with a hundred lines asks a hundred times."""
    return languages.spoken(summary, title) if summary else ""


def _formulas() -> Formulas:
    """Return the formulas of the page being made, of which it may have so many."""
    if "formulas" not in g:
        g.formulas = Formulas()
    found: Formulas = g.formulas
    return found


@blueprint.app_template_global("told_receivers")
def tell_receivers() -> dict[str, str]:
    """Return who is given what: `photo` is a notice, `asked` begins a sentence, `inside` is private."""
    config = wiring().config
    return {
        "photo": receivers.photo_notice(config),
        "off": receivers.off_words(config),
        "models": receivers.model_words(config),
        "own": receivers.own_model(config),
        "asked": receivers.asked_words(config),
        "inside": receivers.inside(config),
    }


blueprint.add_app_template_filter(blocks_of, "blocks")
blueprint.add_app_template_filter(told_of, "told")
