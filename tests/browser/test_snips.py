"""A formula's answer is its part of the photo, cut in the browser from the student's own picture."""

import dataclasses
import hashlib

import pytest
from playwright.sync_api import Page, expect

from studylens.analysis.protocol import result
from tests.browser.axe import check_both
from tests.browser.conftest import Site
from tests.browser.test_picture import halves
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
KEEP = """([sha256, bytes]) => import("/static/packs/pictures.js").then((pictures) => pictures.keep({
    sha256, blob: new Blob([new Uint8Array(bytes)], {type: "image/png"}), width: 120, height: 80, keptAt: 1,
}))"""


@pytest.mark.parametrize("turned", [0, 90])
def test_the_answer_is_looked_at_in_the_students_own_picture(
    page: Page, site: Site, guest: int, turned: int
) -> None:
    photo = halves()
    sha256 = hashlib.sha256(photo).hexdigest()
    page.goto("/")
    page.evaluate(KEEP, [sha256, list(photo)])
    formula = result.Card(
        "Which formula?", "E = mc", "definition", 3, result.SERVER, "formula", answer_box=(0.5, 0.25, 1, 0.5)
    )
    material = dataclasses.replace(
        analysis().material,
        cards=(formula,),
        judged=result.Judged(dropped=(result.Dropped("pointer", "label", result.SERVER, 2),)),
    )
    receipt = result.Receipt(len(photo), 120, 80, sha256)
    pack_id = add_pack(
        site.wiring, guest, analysis(material=material, receipt=receipt, turned=turned, copy=None)
    )
    page.goto(f"/packs/{pack_id}/cards")
    answer = page.get_by_role("img", name="The answer, as it stands in your photo")
    expect(answer).to_have_attribute("viewBox", "60 20 60 20" if not turned else "40 30 40 30")
    expect(page.locator("#cards")).to_contain_text("As read: E = mc")
    check_both(page)
    page.goto(f"/packs/{pack_id}/more")
    expect(page.locator("#receipt")).to_contain_text("2 left out: the question cannot be understood")
