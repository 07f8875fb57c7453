"""The page of a run. It is whole at every moment and needs no script: it asks for itself again."""

from collections.abc import Iterator
from html import escape

from benchmarks.report import Figure, with_unit
from tools.prove import curve
from tools.prove.promises import broken, given, sentence, verdict
from tools.prove.scene import Event, Scene, Side

REFRESH_SECONDS = 2
SEEN_MB = 1.0
"""A kind of process that never took as much is not to be seen, and has no place in the legend."""
KIND_NAMES = {"master": "gunicorn", "web": "web process", "analysis": "analysis", "other": "others"}
HEADERS = ("Promise", "To reach", "Measured", "Holds")
_CLASSES = {"yes": "yes", "no": "no", "not yet": "wait", "not measured": "no"}


def html(scene: Scene) -> str:
    """Return the page; while the run goes on it is asked for anew every two seconds."""
    again = "" if scene.ended else f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{again}<title>{escape(_title(scene))}</title>"
        '<link rel="stylesheet" href="tokens.css"><link rel="stylesheet" href="style.css"></head>'
        f'<body><main>{_head(scene)}<div class="sides">{_side(scene, scene.ours)}'
        f"{_side(scene, scene.usual)}</div>{_table(scene)}{_facts(scene)}</main></body></html>"
    )


def _title(scene: Scene) -> str:
    return sentence(scene.figures) if scene.ended else f"Proving: {scene.doing}"


def _head(scene: Scene) -> str:
    kind = "wait" if not scene.ended else "no" if broken(scene.figures) else "yes"
    now = sentence(scene.figures) if scene.ended else scene.doing
    minutes, seconds = divmod(int(scene.seconds), 60)
    return (
        f'<h1>Studylens, put to the proof</h1><p class="given">{escape(given(scene))}.</p>'
        f'<p class="now {kind}"><span class="clock">{minutes}:{seconds:02}</span> {escape(now)}</p>'
    )


def _side(scene: Scene, side: Side) -> str:
    drawn = curve.svg(side, limit_mb=scene.memory_mb, seconds=scene.seconds)
    note = f'<p class="note">{escape(side.note)}</p>' if side.note else ""
    events = "".join(map(_event, side.events))
    listed = f"<ol>{events}</ol>" if events else ""
    return f"<section><h2>{escape(side.title)}</h2>{drawn}{_legend(side)}{note}{listed}</section>"


def _event(event: Event) -> str:
    kind = ' class="bad"' if event.bad else ""
    return f'<li{kind}><span class="at">{event.at:.0f} s</span> {escape(event.text)}</li>'


def _legend(side: Side) -> str:
    seen = {kind for sample in side.samples for kind, size in sample.kinds.items() if size >= SEEN_MB}
    names = [(kind, KIND_NAMES[kind]) for kind in curve.KINDS if kind in seen]
    items = "".join(f'<li><i class="{kind}"></i>{escape(name)}</li>' for kind, name in names)
    return f'<ul class="legend">{items}<li><i class="line"></i>all that cannot be given back</li></ul>'


def _table(scene: Scene) -> str:
    """Return the table; its roles are said, since the style for phones would take them away."""
    heads = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in HEADERS)
    rows = "".join(_row(figure, ended=scene.ended) for figure in scene.figures)
    return (
        '<h2>Promised and measured</h2><table role="table"><thead role="rowgroup"><tr role="row">'
        f'{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(figure: Figure, *, ended: bool) -> str:
    word = verdict(figure, ended=ended)
    how = f'<span class="how">{escape(figure.how)}</span>' if figure.how else ""
    measured = escape(with_unit(figure.measured, figure.unit))
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{escape(figure.what)}{how}</th>'
        f'<td role="cell">{escape(figure.wanted)}</td><td role="cell">{measured}</td>'
        f'<td role="cell" class="{_CLASSES[word]}">{word}</td></tr>'
    )


def _facts(scene: Scene) -> str:
    return "".join(_facts_list(scene)) if scene.facts else ""


def _facts_list(scene: Scene) -> Iterator[str]:
    yield "<details><summary>Where it was measured</summary><dl>"
    for name, value in scene.facts:
        yield f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
    yield "</dl></details>"
