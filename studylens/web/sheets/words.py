"""What pages say of templates: the shipped ones in the reader's language, a student's own by its name."""

from studylens.analysis.protocol.sheets import CARDS, DUE, REVISION, Template
from studylens.language import _, mark, said

_NAMES = {
    "a4_revision": mark("Revision sheet, A4"),
    "duplex_cut": mark("Cards to cut, both sides, A4"),
    "phone_due": mark("Lock screen: what is due"),
    "poster": mark("Poster on a wall"),
}
_CONTENTS = {
    REVISION: mark("Key terms and cards in two columns"),
    CARDS: mark("Eight cards a sheet; each back is printed behind its front"),
    DUE: mark("What comes back by tomorrow, formulas first"),
}


def template_name(template: Template) -> str:
    """Return the name of a template."""
    return said(_NAMES[template.id]) if template.id in _NAMES else template.name


def template_words(template: Template) -> str:
    """Return what a template shows."""
    if template.content in _CONTENTS:
        return said(_CONTENTS[template.content])
    return _("The copy of your page, if this server keeps one; else the revision sheet")
