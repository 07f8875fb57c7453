"""QR codes: an address as a square that a phone reads, drawn as SVG in the page."""

import io

from markupsafe import Markup

QUIET_MODULES = 4
"""White around it, in its own squares: the standard's number, without which old phones find nothing."""


def draw(text: str, label: str) -> Markup:
    """Return the text as an SVG element, dark on white in every theme; the label is for whoever hears it."""
    import segno  # noqa: PLC0415 - 0.7 MB that hardly a request needs.

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, border=QUIET_MODULES, omitsize=True,
        dark="#000", light="#fff", svgclass=None, lineclass=None,
    )  # fmt: skip
    drawn = out.getvalue().decode()
    return Markup('<svg class="qr" role="img" aria-label="{}"').format(label) + Markup(drawn[4:])  # noqa: S704
