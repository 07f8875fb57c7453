"""Templates as JSON: what is taken, and how each fault is named."""

import json
from typing import Any

import pytest

from studylens.analysis.protocol.sheets import ART, CONTENTS, PICTURE
from studylens.errors import BadText
from studylens.sheet_limits import MOST_ART_PX
from studylens.study.sheets import templates

GOOD: dict[str, Any] = {
    "id": "wall",
    "name": "My  wall",
    "background": "#FFEEDD",
    "corners": [[0.1, 0.1], [0.9, 0.2], [0.9, 0.8], [0.1, 0.9]],
}


def parse(**changes: Any) -> templates.Template:
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return templates.parse(json.dumps(body))


def test_a_template_is_four_fields() -> None:
    found = parse()
    assert (found.id, found.name, found.background) == ("wall", "My wall", "#ffeedd")
    assert (found.width, found.height) == templates.A4
    assert (found.corners[1], found.content) == ((0.9, 0.2), ART)


def test_corners_may_be_in_px_of_its_size() -> None:
    found = parse(size=[400, 200], corners=[[40, 20], [400, 20], [400, 200], [40, 200]])
    assert found.corners == ((0.1, 0.1), (1.0, 0.1), (1.0, 1.0), (0.1, 1.0))


def test_a_picture_gives_background_and_size() -> None:
    found = templates.parse(json.dumps(GOOD), size=(4096, 1024))
    assert (found.background, found.width, found.height) == (PICTURE, MOST_ART_PX, 512)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"id": "../etc"}, "id"),
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"background": "red"}, "background"),
        ({"background": "<svg/>"}, "background"),
        ({"background": "poster.svg"}, "background"),
        ({"content": "all"}, "content"),
        ({"content": []}, "content"),
        ({"size": [0, 100]}, "size"),
        ({"size": [1e9, 1e9]}, "size"),
        ({"size": [True, True]}, "size"),
        ({"size": [3000, 300]}, "size"),
        ({"corners": GOOD["corners"][:3]}, "corners"),
        ({"corners": GOOD["corners"][::-1]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [0, 1], [1, 1]]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [0.1, 0.1], [0, 1]]}, "corners"),
        ({"corners": [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, -0.1]]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, "1"]]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [1, float("nan")], [0, 1]]}, "corners"),
        ({"corners": [[0, 0], [1, 0], [10**400, 1], [0, 1]]}, "corners"),
        ({"more": 1}, "JSON"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(BadText, match=word):
        parse(**changes)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 9_000, '{"id": "' + "x" * 17_000 + '"}', b"\xff\xfe{"])
def test_what_is_no_template_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadText):
        templates.parse(text)


def test_the_shipped_templates_obey_the_same_rules() -> None:
    shipped = templates.shipped()
    assert {template.content for template in shipped.values()} == set(CONTENTS)
    for name, template in shipped.items():
        size = [template.width, template.height]
        corners = [list(point) for point in template.corners]
        body = {**GOOD, "id": name, "name": template.name, "size": size, "corners": corners}
        assert templates.checked({**body, "content": template.content}).corners == template.corners
