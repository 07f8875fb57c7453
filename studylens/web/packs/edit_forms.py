"""The forms of editing: what they show, what came back, and what to say when it cannot be saved."""

from dataclasses import dataclass, replace
from typing import Any, Self

from flask import request, url_for
from sqlalchemy.orm import Session, object_session

from studylens.errors import BadText, Stale, StudylensError
from studylens.language import _, mark, said
from studylens.limits import ANSWER_SUMMARY_CHARS, ANSWER_TITLE_CHARS
from studylens.models import Flashcard, Pack, PackPage, TranscriptLine
from studylens.storable import storable
from studylens.study.cutouts.cards import Shown, on_card
from studylens.study.packs.pages import summary_field
from studylens.study.packs.parts import CARDS, FIELDS, LINES, QUESTIONS, Field, Part, fields_of, texts_of
from studylens.study.packs.subjects import SUBJECT_CHARS, TAG_CHARS, TAGS_A_PACK, tags_of
from studylens.web.text.dates import grouped
from studylens.web.upload.intake import parse_text

HEADING = (
    Field("title", mark("Title"), ANSWER_TITLE_CHARS),
    Field("summary", mark("Summary"), ANSWER_SUMMARY_CHARS, rows=4, needed=False),
    Field("subject", mark("Subject"), SUBJECT_CHARS, needed=False),
    Field("tags", mark("Tags, with commas between them"), (TAG_CHARS + 2) * TAGS_A_PACK, needed=False),
)
_NEW = "new"
"""The id of a form for what is not there yet."""
_FORM_CHARS = 200_000
"""More than any field takes: a text over its own limit comes back to the student instead of vanishing."""


@dataclass(frozen=True)
class Sent:
    """What a form brought back; `trouble` is why its texts cannot be kept at all."""

    texts: dict[str, str]
    version: int
    trouble: BadText | None = None

    def check(self) -> None:
        """Raise BadText when something cannot be stored."""
        if self.trouble:
            raise self.trouble


@dataclass(frozen=True)
class EditForm:
    """A form as the templates draw it: addresses, fields, texts, and what is wrong."""

    anchor: str
    address: str
    back: str
    fields: tuple[Field, ...]
    texts: dict[str, str]
    version: int
    view: str = ""
    delete: str = ""
    n: int | None = None
    problem: str = ""
    theirs: dict[str, str] | None = None
    pictures: tuple[Shown, ...] = ()
    """Those of a card, which stand above its words."""

    @property
    def is_new(self) -> bool:
        """Say whether it makes something that is not there yet."""
        return self.anchor == _NEW

    def answering(self, sent: Sent, error: StudylensError) -> Self:
        """Return the form with what the student wrote, why it was not saved, and what stands there now."""
        theirs = self.texts if isinstance(error, Stale) else None
        version = self.version if theirs else sent.version
        return replace(self, texts=sent.texts, version=version, problem=error.sentence, theirs=theirs)


def heading_form(session: Session, pack: Pack) -> EditForm:
    """Return the form of title, summary, subject and tags."""
    address = url_for("editing.show_heading", pack_id=pack.id)
    tags = ", ".join(tags_of(session, pack))
    texts = {"title": pack.title, "summary": pack.summary, "subject": pack.subject, "tags": tags}
    texts |= {summary_field(page): page.summary for page in pack.pages}
    back = url_for("packs.show_pack", pack_id=pack.id)
    return EditForm("heading", address, back, heading_fields(pack), texts, pack.version)


def heading_fields(pack: Pack) -> tuple[Field, ...]:
    """Return the fields of a pack's heading; each page of a joined pack has a summary of its own."""
    [title, whole, *others] = HEADING
    pages = [
        replace(whole, name=summary_field(page), label=_summary_of(page))
        for page in pack.pages
        if page.summary
    ]
    return (title, replace(whole, label=mark("Summary of the whole")) if pages else whole, *pages, *others)


def _summary_of(page: PackPage) -> str:
    return _("Summary of %(page)s", page=page.title or _("page %(n)s", n=page.n))


def form_for(pack: Pack, kind: str, part: Part) -> EditForm:
    """Return the form of a line, card or question."""
    place: dict[str, Any] = {"pack_id": pack.id, "kind": kind, "item_id": part.id}
    return EditForm(
        anchor=anchor(kind, part),
        address=url_for("editing.show_form", **place),
        back=place_of(pack, kind, part),
        fields=fields_of(kind, part),
        texts=texts_of(part),
        version=part.version,
        view=url_for("editing.show_part", **place),
        delete=url_for("editing.delete", **place),
        n=part.n if isinstance(part, TranscriptLine) else None,
        pictures=_pictures_on(part),
    )


def _pictures_on(part: Part) -> tuple[Shown, ...]:
    session = object_session(part)
    return on_card(session, part.id) if isinstance(part, Flashcard) and session is not None else ()


def new_form(pack: Pack, kind: str) -> EditForm:
    """Return an empty form for a card or question of the student's own."""
    address = url_for("editing.show_new", pack_id=pack.id, kind=kind)
    empty = {field.name: "" for field in FIELDS[kind]}
    return EditForm(_NEW, address, page_of(pack.id, kind), FIELDS[kind], empty, 0)


def sent_heading(pack: Pack) -> Sent:
    """Return what the form of title and summaries brought back."""
    return _sent(heading_fields(pack))


def sent_texts(kind: str) -> Sent:
    """Return what the form of a part brought back."""
    return _sent(FIELDS[kind])


def anchor(kind: str, part: Part) -> str:
    """Return the id that a part has on its page."""
    if isinstance(part, TranscriptLine):
        return f"line-{part.n}"
    return f"{kind.removesuffix('s')}-{part.id}"


def place_of(pack: Pack, kind: str, part: Part) -> str:
    """Return the address at which a part stands."""
    number = part.n if isinstance(part, TranscriptLine) else part.id
    asked: dict[str, Any] = {} if kind == QUESTIONS else {kind.removesuffix("s"): number}
    return f"{page_of(pack.id, kind, **asked)}#{anchor(kind, part)}"


def page_of(pack_id: str, kind: str, gone: str | None = None, **place: Any) -> str:
    """Return the address of the page that shows parts of this kind; `place`: `line` or `card`."""
    endpoint = {QUESTIONS: "editing.show_quiz", CARDS: "pack_cards.show"}.get(kind, "packs.show_page")
    return url_for(endpoint, pack_id=pack_id, gone=gone, **place)


def gone_id(kind: str) -> int:
    """Return the id of the part that was just deleted, as the address says it; 0 for none."""
    found, _, number = request.args.get("gone", "").partition("-")
    return int(number) if found == kind and number.isascii() and number.isdigit() and len(number) < 10 else 0


def _sent(fields: tuple[Field, ...]) -> Sent:
    raw = {field.name: request.form.get(field.name, "") for field in fields}
    version = request.form.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        texts = {name: parse_text(text, _FORM_CHARS) for name, text in raw.items()}
        if LINES_FIELD in texts:
            texts[LINES_FIELD] = " ".join(texts[LINES_FIELD].split("\n"))
        return Sent(texts, number, _too_long(fields, texts))
    except BadText as error:
        kept = {name: _storable(text) for name, text in raw.items()}
        return Sent(kept, number, error)


LINES_FIELD = FIELDS[LINES][0].name
"""A line of the page stays one line."""


def _too_long(fields: tuple[Field, ...], texts: dict[str, str]) -> BadText | None:
    for field in fields:
        if len(texts[field.name]) > field.most:
            return BadText(
                _(
                    "“%(field)s” has %(n)s characters; the limit is %(most)s. Nothing was lost: shorten it "
                    "and save again.",
                    field=said(field.label),
                    n=grouped(len(texts[field.name])),
                    most=grouped(field.most),
                )
            )
    return None


def _storable(text: str) -> str:
    """Return the text without what cannot be stored, so that the student sees the rest again."""
    return storable(text[:_FORM_CHARS])
