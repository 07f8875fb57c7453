"""Hidden labels as Anki's own "image occlusion" notes: one a picture, one card a label.

Source: Anki's rslib/src/image_occlusion and ts/routes/image-occlusion. A gap holds a shape in 0-1 of the
picture, and `oi` says whether the others are covered, too. A note type is of this kind by its stock kind.
"""

import html
from collections.abc import Iterator, Mapping
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.language import _, said
from studylens.models import CardPicture, Pack, PackPicture
from studylens.study.exchange.incoming import IMPORT
from studylens.study.exchange.markup import to_html
from studylens.study.labels.sets import ASKS
from studylens.study.labels.shown import Label, PageLabels, labels_of
from studylens.study.packs.parts import STUDENT

MODEL = 1_730_481_003
"""Id of our note type in every collection; another id would make copies of it on each import."""
_STOCK_KIND = 6
"""`ORIGINAL_STOCK_KIND_IMAGE_OCCLUSION` of Anki's proto/anki/notetypes.proto."""
_FIELDS = ("Occlusion", "Image", "Header", "Back Extra", "Comments")
"""In the order of `ImageOcclusionField`, which is each field's tag."""
_FRONT = """{{#Header}}<div>{{Header}}</div>{{/Header}}
<div style="display: none">{{cloze:Occlusion}}</div>
<div id="err"></div>
<div id="image-occlusion-container">{{Image}}<canvas id="image-occlusion-canvas"></canvas></div>
<script>
try { anki.imageOcclusion.setup(); } catch (error) { document.getElementById("err").textContent = error; }
</script>
"""
_BACK = _FRONT + "{{#Back Extra}}<div>{{Back Extra}}</div>{{/Back Extra}}"
_CSS = """.card { font: 20px/1.5 system-ui, sans-serif; text-align: center; }
#image-occlusion-canvas { --inactive-shape-color: #2f6fd0; --active-shape-color: #ffd23f; }
"""


class Media:
    """The pictures that go along: their names, and their bytes one after another.

    `brought`: JPEG files of the one pack that goes out, by page, that only the student's browser had.
    """

    def __init__(self, brought: Mapping[int, IO[bytes]] | None = None) -> None:
        self._brought = brought or {}
        self.names: dict[str, str] = {}
        """A picture's name by the number under which it stands in the archive."""
        self._places: list[tuple[str, int] | int] = []
        """A page of a pack, or the id of a card's own picture."""

    def has(self, page: PageLabels) -> bool:
        """Say whether there is a picture of this page: without it nobody could answer."""
        return page.page in self._brought or bool(page.picture and page.picture.kept_bytes)

    def add(self, pack_id: str, page: int, name: str) -> None:
        """Let the kept copy of a page go along under this name."""
        self.names[str(len(self._places))] = name
        self._places.append((pack_id, page))

    def add_card(self, picture_id: int, name: str) -> None:
        """Let the picture of a card go along under this name."""
        self.names[str(len(self._places))] = name
        self._places.append(picture_id)

    def files(self, session: Session) -> Iterator[tuple[str, bytes]]:
        """Yield each picture with its number in the archive."""
        for number, place in enumerate(self._places):
            if isinstance(place, int):
                own = select(CardPicture.picture).where(CardPicture.id == place)
                yield str(number), session.scalar(own) or b""
                continue
            pack_id, page = place
            if (file := self._brought.get(page)) is not None:
                file.seek(0)
                yield str(number), file.read()
                continue
            there = (PackPicture.pack_id == pack_id, PackPicture.page == page)
            yield str(number), session.scalar(select(PackPicture.jpeg).where(*there)) or b""


def notes_of(session: Session, pack_id: str, media: Media) -> Iterator[tuple[str, list[str], dict[int, int]]]:
    """Yield id and fields of a note for each picture that is here, and our cards' ids by their places."""
    for page in labels_of(session, session.get_one(Pack, pack_id)):
        if media.has(page):
            name = f"studylens-{page.set_uid}.jpg"
            media.add(pack_id, page.page, name)
            shapes = "<br>".join(_shape(label, hides_all=page.hides_all) for label in page.labels)
            places = {label.kept_n - 1: label.card_id for label in page.labels}
            below = _words(page) + _extra(page)
            yield page.set_uid, [shapes, f'<img src="{name}">', _header(page), below, ""], places


def model(genanki: Any) -> Any:
    """Return the note type, as genanki writes it with what makes it one of Anki's own kind."""

    class Occlusion(genanki.Model):  # type: ignore[misc]
        def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
            return {**super().to_json(timestamp, deck_id), "originalStockKind": _STOCK_KIND}

    fields = [{"name": name, "tag": tag, "preventDeletion": True} for tag, name in enumerate(_FIELDS)]
    templates = [{"name": "Image Occlusion", "qfmt": _FRONT, "afmt": _BACK}]
    about = {"fields": fields, "templates": templates, "css": _CSS, "model_type": genanki.Model.CLOZE}
    return Occlusion(MODEL, "Studylens labels", **about)


def _shape(label: Label, *, hides_all: bool) -> str:
    box = label.box
    sides = {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
    told = ":".join(f"{name}={share:.4f}" for name, share in sides.items())
    return f"{{{{c{label.kept_n}::image-occlusion:rect:{told}{':oi=1' if hides_all else ''}}}}}"


def _header(page: PageLabels) -> str:
    """Return what a deck asks above the picture; our own question says nothing that Anki does not."""
    asks = page.labels[0].asks
    return to_html(asks, STUDENT) if asks not in {said(ASKS), ASKS} else ""


def _extra(page: PageLabels) -> str:
    extra = next((label.extra for label in page.labels if label.extra), "")
    return f"<div>{to_html(extra, IMPORT)}</div>" if extra else ""


def _words(page: PageLabels) -> str:
    """Return the labels' words, folded: what is drawn by hand may have no word in the picture."""
    named = [label for label in page.labels if label.word]
    items = [f'<li value="{label.kept_n}">{to_html(label.word, STUDENT)}</li>' for label in named]
    heading = html.escape(_("All labels"))
    return f"<details><summary>{heading}</summary><ol>{''.join(items)}</ol></details>" if items else ""
