"""The OpenAPI document, served; it needs no token."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from studylens.web.api import cards, packs, pictures, progress, reviews
from studylens.web.api.describing import document
from studylens.web.api.operations import PREFIX

blueprint = Blueprint("api_document", __name__, url_prefix=PREFIX)
FAMILIES = (packs, cards, pictures, reviews, progress)
"""Whose operations are in it: those that are imported."""


@blueprint.get("/openapi.json")
def describe() -> ResponseReturnValue:
    """Return the OpenAPI document."""
    return current_app.json.response(document())
