"""Studylens as a device installs it: manifest, worker, pages that need no network, shared photos."""

import json
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studylens.language import _
from studylens.web.door.assets import asset_url
from studylens.web.door.sizes import ANYTHING, takes
from studylens.web.offline.release import modules_of, release, shell_files

blueprint = Blueprint("installed", __name__)
ICONS = (("offline/icon-192.png", 192, "any"), ("offline/icon-512.png", 512, "any"),
         ("offline/icon-maskable-512.png", 512, "maskable"))  # fmt: skip
"""Files, their side in px, and what they are for: Android cuts a maskable one as it likes."""
PAPER = "#f8f6f0"
"""`--paper` of static/tokens.css: what a device shows before our first page is there."""
_TAKEN = ["image/*", "application/pdf", ".heic", ".heif", ".pdf"]


@blueprint.get("/manifest.webmanifest")
def show_manifest() -> Response:
    """Return what a device needs to install Studylens and to share photos with it."""
    answer = Response(json.dumps(_manifest()), mimetype="application/manifest+json")
    answer.vary.add("Accept-Language")
    return answer


@blueprint.get("/worker.js")
def show_worker() -> Response:
    """Return the worker of this release: a script of two lines that changes whenever a file of ours does."""
    told = {
        "release": release(),
        "base": url_for("home.show_home"),
        "offline": url_for("installed.show_offline"),
        "review": url_for("installed.show_review"),
        "capture": url_for("capture.show"),
        "share": url_for("installed.share"),
        "icon": asset_url("offline/icon-192.png"),
        "files": shell_files(),
    }
    script = f'import {{ begin }} from "{asset_url("offline/worker.js")}";\nbegin({json.dumps(told)});\n'
    return Response(script, mimetype="text/javascript")


@blueprint.get("/offline")
def show_offline() -> ResponseReturnValue:
    """Show the page that works without a network; it knows nobody: its script asks the browser."""
    return render_template("offline/page.html", modules=modules_of("offline/page.js"))


@blueprint.get("/offline/review")
def show_review() -> ResponseReturnValue:
    """Show the review of what was taken along; its cards are put in by its script."""
    return render_template("offline/review.html", modules=modules_of("offline/review.js"))


@blueprint.post("/share")
@takes(ANYTHING)
def share() -> ResponseReturnValue:
    """Say how a photo that another app shared gets here; a worker would have taken it. Keeps nothing."""
    _body = request.files  # It has arrived; nothing of it is kept.
    return render_template("offline/share.html"), HTTPStatus.CONFLICT


def _manifest() -> dict[str, Any]:
    icons = [_icon(name, f"{side}x{side}", "image/png", purpose) for name, side, purpose in ICONS]
    shortcuts = ((_("Review"), "review.show_review"), (_("New page"), "capture.show"))
    return {
        "id": url_for("home.show_home"), "start_url": url_for("home.show_home"),
        "scope": url_for("home.show_home"), "name": "Studylens", "short_name": "Studylens",
        "description": _("A photo of study material becomes a study pack."),
        "display": "standalone", "background_color": PAPER, "theme_color": PAPER,
        "icons": [*icons, _icon("icon.svg", "any", "image/svg+xml", "any")],
        "shortcuts": [{"name": name, "url": url_for(endpoint)} for name, endpoint in shortcuts],
        "share_target": {
            "action": url_for("installed.share"), "method": "POST", "enctype": "multipart/form-data",
            "params": {"files": [{"name": "image", "accept": _TAKEN}]},
        },
    }  # fmt: skip


def _icon(name: str, sizes: str, kind: str, purpose: str) -> dict[str, str | None]:
    return {"src": asset_url(name), "sizes": sizes, "type": kind, "purpose": purpose}
