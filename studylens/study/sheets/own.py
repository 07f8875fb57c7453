"""Templates of a student's own: kept, found among the shipped ones, deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, defer

from studylens import sheet_limits as limits
from studylens.analysis.protocol.sheets import Template
from studylens.errors import BadText
from studylens.language import _
from studylens.models import SheetTemplate, new_id
from studylens.study.budgets import sums
from studylens.study.sheets.templates import shipped


@dataclass(frozen=True)
class Kept:
    """A template with the picture behind it, if it has one."""

    template: Template
    picture: bytes | None = None


def keep(session: Session, guest_id: int, template: Template, picture: bytes | None) -> str:
    """Keep a student's template; return its id. Raises BadText when there are enough already."""
    mine = select(func.count()).where(SheetTemplate.guest_id == guest_id)
    if (session.scalar(mine) or 0) >= limits.MAX_OWN_TEMPLATES:
        raise BadText(
            _(
                "You have %(most)s templates of your own. Delete one before you add another.",
                most=limits.MAX_OWN_TEMPLATES,
            )
        )
    row = SheetTemplate(
        id=new_id(), guest_id=guest_id, name=template.name, background=template.background,
        corners=[list(point) for point in template.corners], width=template.width, height=template.height,
        content=template.content, picture=picture,
    )  # fmt: skip
    session.add(row)
    sums.touch_rest(session, guest_id)
    return row.id


def of_guest(session: Session, guest_id: int | None) -> list[Template]:
    """Return the shipped templates and then the guest's own."""
    mine = select(SheetTemplate).where(SheetTemplate.guest_id == (guest_id or 0))
    rows = session.scalars(mine.order_by(SheetTemplate.created_at).options(defer(SheetTemplate.picture)))
    return [*shipped().values(), *(_template(row) for row in rows)]


def chosen(session: Session, guest_id: int | None, ids: Sequence[str]) -> list[str]:
    """Return the ids of templates that this guest may use, as they were named. Raises BadText."""
    known = [template.id for template in of_guest(session, guest_id)]
    if not ids:
        raise BadText(_("Choose at least one template."))
    if len(ids) > limits.MAX_SHEETS:
        raise BadText(_("At most %(most)s templates can be filled at once.", most=limits.MAX_SHEETS))
    for name in ids:
        if name not in known:
            here = ", ".join(known)
            raise BadText(
                _("There is no template “%(name)s” here. There are: %(known)s.", name=name[:40], known=here)
            )
    return list(ids)


def find(session: Session, guest_id: int, template_id: str) -> Kept | None:
    """Return a template with its picture; None when the student has deleted it meanwhile."""
    if template_id in shipped():
        return Kept(shipped()[template_id])
    mine = SheetTemplate.guest_id == guest_id, SheetTemplate.id == template_id
    row = session.scalar(select(SheetTemplate).where(*mine))
    return Kept(_template(row), row.picture) if row else None


def forget(session: Session, guest_id: int, template_id: str) -> None:
    """Delete a template of the student's own."""
    mine = SheetTemplate.guest_id == guest_id, SheetTemplate.id == template_id
    session.execute(delete(SheetTemplate).where(*mine))
    sums.touch_rest(session, guest_id)


def _template(row: SheetTemplate) -> Template:
    corners = tuple((x, y) for x, y in row.corners)
    return Template(row.id, row.name, row.background, corners, row.width, row.height, row.content)
