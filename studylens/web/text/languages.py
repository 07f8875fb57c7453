"""In which language a page speaks: the one chosen in the settings, else what the browser asks for."""

import gettext
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studylens import language
from studylens.errors import BadText
from studylens.language import _
from studylens.web.door.cookies import LANGUAGE_COOKIE, cookie, keep_cookie

blueprint = Blueprint("languages", __name__)
DOMAIN = language.DOMAIN
SOURCE = "en"
"""The language of the messages themselves, which needs no catalogue."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@lru_cache(maxsize=1)
def available(root: str) -> dict[str, str]:
    """Return every language that has a compiled catalogue in the folder, by its tag as browsers write it.

    Each comes with the name that it gives itself; English is always there.
    """
    catalogues = sorted(Path(root).glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    folders = [file.parent.parent.name for file in catalogues]
    names = {name.replace("_", "-"): _own_name(root, name) for name in folders}
    return {SOURCE: "English"} | names


@lru_cache(maxsize=8)
def catalogue(root: str, tag: str) -> gettext.NullTranslations:
    """Return the catalogue of an available language; English for every other one."""
    if tag == SOURCE or tag not in available(root):
        return language.ENGLISH
    return language.catalogue_of(root, tag)


def _own_name(root: str, folder: str) -> str:
    found = gettext.translation(DOMAIN, root, [folder])
    name = found.pgettext("this language in itself", "English")
    return folder if name == "English" else name


def _root() -> str:
    return str(current_app.config.get("LOCALE_FOLDER") or Path(current_app.root_path) / "locale")


@blueprint.app_template_global("languages")
def languages() -> dict[str, str]:
    """Return the languages that this installation speaks: tags and names."""
    return available(_root())


@blueprint.before_app_request
def choose_language() -> None:
    """Let this request speak its reader's language."""
    g.language = _wanted(languages())
    language.speak(catalogue(_root(), g.language))


@blueprint.after_app_request
def name_language(response: Response) -> Response:
    """Say that the same address may answer in another language, once there is one."""
    if len(languages()) > 1:
        response.vary.add("Accept-Language")
    return response


@blueprint.teardown_app_request
def end_language(_error: BaseException | None) -> None:
    """The thread's next work may be nobody's request."""
    language.speak(language.ENGLISH)


@blueprint.app_template_global("script_words")
def script_words() -> Markup:
    """Return as JSON what scripts say in the page's language; nothing in English, which they have."""
    return _script_words(_root(), page_language())


@lru_cache(maxsize=8)
def _script_words(root: str, tag: str) -> Markup:
    file = Path(root) / tag.replace("-", "_") / "LC_MESSAGES" / "scripts.json"
    text = file.read_text(encoding="utf-8") if tag != SOURCE and file.exists() else ""
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - JSON of ours; nothing in it ends the script.


@blueprint.post("/settings/language")
def keep_language() -> ResponseReturnValue:
    """Keep in which language this device's pages speak. Raises BadText."""
    chosen = request.form.get("language", "")
    if chosen not in languages():
        raise BadText(_("Choose one of the languages on the page of settings."))
    answer = redirect(url_for("settings.show_settings", _anchor="language"), HTTPStatus.SEE_OTHER)
    keep_cookie(answer, LANGUAGE_COOKIE, chosen)
    return answer


def _wanted(known: dict[str, str]) -> str:
    chosen = cookie(LANGUAGE_COOKIE) or ""
    if chosen in known:
        return chosen
    spelled = {tag.casefold(): tag for tag in known}
    wished = [tag.casefold().replace("_", "-") for tag in request.accept_languages.values()]
    # Who reads en-GB reads en, and before what comes second.
    fitting = (spelled.get(tag) or spelled.get(tag.partition("-")[0]) for tag in wished)
    return next(filter(None, fitting), SOURCE)


@blueprint.app_template_global("language")
def page_language() -> str:
    """Return the tag of the page's language."""
    tag: str = g.get("language", SOURCE)
    return tag


@blueprint.app_template_global("direction")
def page_direction() -> str:
    """Return `rtl` or `ltr`, as the page's language is written."""
    return direction_of(page_language())


@blueprint.app_template_global("page_lang")
def page_attributes() -> Markup:
    """Return the attributes of the page's own words within a student's text in another language."""
    return Markup('lang="{}" dir="{}"').format(page_language(), page_direction())


def direction_of(tag: str) -> str:
    """Return how a language is written: `rtl` or `ltr`."""
    return "rtl" if tag.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


@blueprint.record_once
def teach_templates(state: BlueprintSetupState) -> None:
    """Give templates `_`, `ngettext`, `pgettext` and `{% trans %}`; what these give is escaped already."""
    templates = state.app.jinja_env
    templates.add_extension("jinja2.ext.i18n")
    templates.policies["ext.i18n.trimmed"] = True
    templates.install_gettext_callables(  # type: ignore[attr-defined]
        language.said, language.said_many, newstyle=True, pgettext=language.said_in
    )
    templates.globals["_"] = words


def words(message: str, **values: Any) -> Markup:
    """Return a message with its values, as `gettext` of templates does; quicker, and a page has a hundred."""
    text = Markup(language.said(message))  # noqa: S704 - our own catalogue; values are escaped.
    return text % values if values or "%" in text else text
