"""The picture: turned and cropped before it is sent, kept by the browser, shown by its lines, forgotten."""

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from studylens.analysis.picture import decode
from studylens.analysis.protocol.result import Receipt
from studylens.models import Job, Pack, PackPage
from tests.browser.axe import check, check_both
from tests.browser.conftest import DESKTOP, Site, read, to_made_pack
from tests.service import HOME
from tests.web.world import add_pack, analysis

pytestmark = pytest.mark.browser
RED, BLUE = (200, 30, 30), (30, 30, 200)
REFUSING = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }"


def halves(width: int = 120, height: int = 80, kind: str = "PNG", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def choose(page: Page, data: bytes, name: str = "page.png", kind: str = "image/png") -> None:
    page.get_by_label("Choose photos").set_input_files({"name": name, "mimeType": kind, "buffer": data})
    page.locator("#photos li").last.wait_for()


def edit(page: Page) -> Locator:
    """Open the dialog for the first photo."""
    page.get_by_role("button", name=re.compile("^Turn or crop")).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def send(page: Page, site: Site) -> str:
    """Send the one photo and wait for its pack; return the fingerprint that the server took."""
    page.locator("#send").click()
    to_made_pack(page)
    mine = select(Job.sha256).where(Job.guest_id == site.guest_id(page))
    with site.wiring.database.reading() as session:
        return session.scalars(mine).one()


def sent_picture(page: Page, site: Site) -> bytes:
    """Send the one photo; return what the browser kept of the very bytes that the server took."""
    fingerprint = send(page, site)
    found: list[int] = page.evaluate(
        """sha256 => import("/static/packs/pictures.js").then(async (pictures) => {
          const {blob} = await pictures.find(sha256);
          return [...new Uint8Array(await blob.arrayBuffer())];
        })""",
        fingerprint,
    )
    return bytes(found)


def sha256(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


def colour(photo: bytes, x: float, y: float) -> str:
    image = Image.open(io.BytesIO(photo)).convert("RGB")
    red, _, blue = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def put_picture(page: Page, data: bytes, *fingerprints: str) -> None:
    """Let this browser have kept the picture, as after sending it."""
    for fingerprint in fingerprints:
        page.evaluate(
            """async ([bytes, sha256]) => {
              const pictures = await import("/static/packs/pictures.js");
              const blob = new Blob([new Uint8Array(bytes)], {type: "image/png"});
              const {width, height} = await createImageBitmap(blob);
              await pictures.keep({sha256, blob, width, height, keptAt: 1});
            }""",
            [list(data), fingerprint],
        )


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """import("/static/packs/pictures.js").then(async (pictures) =>
          (await pictures.all()).map((one) => `${one.sha256} ${one.width}x${one.height}`))"""
    )
    return found


@pytest.fixture
def pack_page(page: Page, site: Site, guest: int) -> Page:
    """The page of a pack whose picture this browser has."""
    put_picture(page, halves(900, 1200), "ab" * 32)
    page.goto(f"/packs/{add_pack(site.wiring, guest)}/page")
    page.locator("#photo img").wait_for()
    return page


# ---- Before sending ---------------------------------------------------------------------------------


def test_an_untouched_small_photo_is_sent_byte_for_byte(page: Page, site: Site) -> None:
    photo = halves()
    choose(page, photo)
    dialog = edit(page)
    dialog.get_by_role("button", name="Turn left").click()
    dialog.get_by_role("button", name="Cancel").click()
    assert send(page, site) == sha256(photo)


def test_a_turned_photo_is_sent_turned(page: Page, site: Site) -> None:
    choose(page, halves())
    dialog = edit(page)
    dialog.get_by_role("button", name="Turn right").click()
    expect(dialog.get_by_role("status")).to_have_text("Turned right.")
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator("#photos li")).to_contain_text("changed")
    photo = sent_picture(page, site)
    assert Image.open(io.BytesIO(photo)).size == (80, 120)
    assert (colour(photo, 0.5, 0.05), colour(photo, 0.5, 0.95)) == ("red", "blue")


def test_a_photo_is_cropped_by_arrow_keys(page: Page, site: Site) -> None:
    choose(page, halves(400, 200))
    dialog = edit(page)
    left = dialog.get_by_role("slider", name="Left edge")
    left.focus()
    for _ in range(6):
        page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    expect(left).to_have_attribute("aria-valuetext", "59 % from the left")
    dialog.get_by_role("button", name="Done").click()
    photo = sent_picture(page, site)
    assert Image.open(io.BytesIO(photo)).size == (164, 200)
    assert colour(photo, 0, 0.5) == "blue"


def test_an_edge_never_passes_the_opposite_one(page: Page) -> None:
    choose(page, halves())
    left = edit(page).get_by_role("slider", name="Left edge")
    left.press("End")
    expect(left).to_have_attribute("aria-valuenow", "90")


def test_a_corner_is_dragged_and_moves_two_edges(page: Page, site: Site) -> None:
    choose(page, halves(400, 400))
    dialog = edit(page)
    box = dialog.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.25, steps=4)
    page.mouse.up()
    dialog.get_by_role("button", name="Done").click()
    photo = sent_picture(page, site)
    width, height = Image.open(io.BytesIO(photo)).size
    assert (155 < width < 165, 295 < height < 305, colour(photo, 0, 0)) == (True, True, "blue")


def test_an_edge_is_dragged_by_a_finger(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(has_touch=True, is_mobile=True)
    page.goto("/new")
    choose(page, halves(400, 400))
    dialog = edit(page)
    box = dialog.locator("canvas").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    start, end = ({"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] / 2} for x in (0, 0.6))
    for kind, points in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    dialog.get_by_role("button", name="Done").click()
    assert colour(sent_picture(page, site), 0, 0.5) == "blue"


def test_a_crop_turns_with_the_picture_and_reset_takes_all_back(page: Page, site: Site) -> None:
    photo = halves(400, 200)
    choose(page, photo)
    dialog = edit(page)
    dialog.get_by_role("slider", name="Left edge").press("PageDown")
    dialog.get_by_role("button", name="Turn right").click()
    expect(dialog.get_by_role("slider", name="Top edge")).to_have_attribute("aria-valuenow", "10")
    dialog.get_by_role("button", name="Done").click()
    dialog = edit(page)
    expect(dialog.get_by_role("slider", name="Top edge")).to_have_attribute("aria-valuenow", "10")
    dialog.get_by_role("button", name="Reset").click()
    dialog.get_by_role("button", name="Done").click()
    assert send(page, site) == sha256(photo)


def test_a_photo_stored_sideways_is_edited_upright(page: Page, site: Site) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    choose(page, halves(400, 200, "JPEG", exif=exif), "phone.jpg", "image/jpeg")
    dialog = edit(page)
    dialog.get_by_role("slider", name="Bottom edge").press("PageUp")
    dialog.get_by_role("button", name="Done").click()
    photo = sent_picture(page, site)
    assert Image.open(io.BytesIO(photo)).size == (200, 360)
    assert (colour(photo, 0.5, 0), colour(photo, 0.5, 1)) == ("red", "blue")


def test_a_photo_that_the_browser_cannot_open_is_sent_as_it_is(page: Page, site: Site) -> None:
    heic = (HOME / "tests" / "images" / "compass.heic").read_bytes()
    choose(page, heic, "IMG_1.heic", "image/heic")
    page.get_by_role("button", name="Turn or crop IMG_1.heic").click()
    expect(page.get_by_role("alert")).to_contain_text("can be sent as it is")
    assert send(page, site) == sha256(heic)


def test_the_dialog_is_left_by_escape_and_gives_the_focus_back(page: Page) -> None:
    choose(page, halves())
    edit(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Turn or crop page.png")).to_be_focused()


# ---- Kept by the browser ----------------------------------------------------------------------------


def test_the_picture_is_kept_upright_at_1600_px_under_the_fingerprint_of_what_was_sent(
    page: Page, site: Site
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = halves(2000, 1000, "JPEG", exif=exif)
    choose(page, photo, "phone.jpg", "image/jpeg")
    assert send(page, site) == sha256(photo)
    assert kept(page) == [f"{sha256(photo)} 800x1600"]


def test_the_picture_of_the_sample_is_kept_like_every_other(page: Page) -> None:
    page.get_by_role("button", name="Try a sample page").click()
    to_made_pack(page)
    assert kept(page) == [f"{sha256((HOME / 'static' / 'sample-photo.jpg').read_bytes())} 1200x1600"]


def test_a_photo_that_is_still_made_smaller_is_waited_for(page: Page, site: Site) -> None:
    large = io.BytesIO()
    Image.effect_noise((2600, 1700), 120).save(large, "JPEG", quality=100)
    file = {"name": "large.png", "mimeType": "image/jpeg", "buffer": large.getvalue()}
    page.get_by_label("Choose photos").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#send").click()
    to_made_pack(page)
    mine = select(Job.name).where(Job.guest_id == site.guest_id(page))
    with site.wiring.database.reading() as session:
        assert session.scalars(mine).all() == ["large.jpg"]


def test_a_refused_photo_leaves_no_picture_behind(page: Page) -> None:
    choose(page, halves(), "good.png")
    choose(page, b"this is text", "bad.png")
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_contain_text("bad.png")
    assert kept(page) == []


def _pack_of(site: Site, guest: int, photo: bytes) -> str:
    """A pack that was made of this photo."""
    receipt = Receipt(len(photo), 120, 80, sha256(photo))
    return add_pack(site.wiring, guest, analysis(receipt=receipt))


def test_a_browser_that_refuses_says_so_kindly_and_the_upload_goes_on(
    open_page: Callable[..., Page], site: Site
) -> None:
    page = open_page()
    page.add_init_script(REFUSING)
    page.goto("/new")
    photo = halves()
    choose(page, photo)
    assert send(page, site) == sha256(photo)
    page.goto(f"/packs/{_pack_of(site, site.guest_id(page), photo)}/page")
    expect(page.locator("#photo")).to_contain_text("does not let pages keep pictures")
    expect(page.locator("#photo img")).to_have_count(0)


def test_a_full_browser_says_so_kindly_and_the_upload_goes_on(page: Page, site: Site) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": site.url, "quotaSize": 1})
    photo = halves()
    choose(page, photo)
    assert send(page, site) == sha256(photo)
    page.goto(f"/packs/{_pack_of(site, site.guest_id(page), photo)}/page")
    expect(page.locator("#photo")).to_contain_text("no room left for the picture")


def test_a_picture_that_the_browser_cannot_open_is_not_kept_and_said(page: Page, site: Site) -> None:
    photo = b"GIF89a" + halves()[6:]
    choose(page, photo, "odd.gif", "image/gif")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    pack_id = _pack_of(site, site.guest_id(page), photo)
    page.evaluate(
        """([bytes]) => import("/static/upload/sent.js").then((sent) =>
          sent.prepareToKeep([new File([new Uint8Array(bytes)], "odd.gif")])())""",
        [list(photo)],
    )
    page.goto(f"/packs/{pack_id}/page")
    expect(page.locator("#photo")).to_contain_text("cannot open this kind of picture")


# ---- Beside the transcript --------------------------------------------------------------------------


def _marked(page: Page) -> tuple[str | None, ...]:
    rect = page.locator("#photo rect[visibility=visible]")
    return tuple(rect.get_attribute(name) for name in ("x", "y", "width", "height"))


def test_the_place_of_a_chosen_line_is_marked(pack_page: Page) -> None:
    expect(pack_page.locator("#photo img")).to_have_attribute("alt", "a diagram of a leaf in the sun")
    pack_page.locator("#line-2 .line-text").click()
    assert [float(place or 0) for place in _marked(pack_page)] == pytest.approx([0.1, 0.2, 0.8, 0.05])
    expect(pack_page.locator("#line-2")).to_have_class(re.compile("marked"))


def test_the_source_of_a_card_leads_to_its_place_in_the_picture(pack_page: Page) -> None:
    pack_page.get_by_role("link", name="Cards", exact=True).click()
    pack_page.locator(".kard").first.get_by_role("link", name="line 3 of the page").click()
    expect(pack_page.locator("#line-3")).to_have_class(re.compile("marked"))
    expect(pack_page.locator("#line-3")).to_be_in_viewport()
    expect(pack_page.locator("#photo rect[visibility=visible]")).to_be_in_viewport()


def test_the_place_is_marked_by_keyboard_too(pack_page: Page) -> None:
    pack_page.locator("#line-4 .pencil >> nth=0").focus()
    expect(pack_page.locator("#line-4")).to_have_class(re.compile("marked"))
    pack_page.keyboard.press("Enter")
    pack_page.locator("#line-4 textarea").wait_for()
    assert _marked(pack_page)[1] == "0.4"


def test_a_line_is_marked_when_the_address_names_it(pack_page: Page) -> None:
    pack_page.goto(f"{pack_page.url}#line-5")
    expect(pack_page.locator("#line-5")).to_have_class(re.compile("marked"))


def test_the_picture_grows_and_shows_the_marked_line(pack_page: Page) -> None:
    pack_page.locator("#line-5 .line-text").click()
    for _ in range(4):
        pack_page.get_by_role("button", name="Larger").click()
    expect(pack_page.get_by_role("button", name="Larger")).to_be_disabled()
    view = pack_page.locator("#photo .view")
    expect(view).to_have_attribute("tabindex", "0")
    pack_page.wait_for_function("() => document.querySelector('#photo .view').scrollTop > 0")
    expect(pack_page.locator("#photo rect")).to_be_in_viewport()


def test_the_picture_stands_beside_the_lines_at_a_desk(pack_page: Page) -> None:
    pack_page.set_viewport_size(DESKTOP)
    photo, lines = (pack_page.locator(name).bounding_box() for name in ("#photo", "#transcript"))
    assert photo is not None
    assert lines is not None
    assert photo["x"] + photo["width"] <= lines["x"]


def test_each_page_of_a_lecture_has_its_own_picture(page: Page, site: Site, guest: int) -> None:
    pack_id = add_pack(site.wiring, guest)
    with site.wiring.database.writing() as session:
        for n, letter in ((1, "c"), (2, "d")):
            session.add(PackPage(pack_id=pack_id, n=n, sha256=letter * 64))
        session.get_one(Pack, pack_id).transcript[4].page = 2
    put_picture(page, halves(), "c" * 64, "d" * 64)
    page.goto(f"/packs/{pack_id}/page")
    expect(page.get_by_role("img", name="Your photo of page 1")).to_be_visible()
    page.locator("#line-5 .line-text").click()
    expect(page.get_by_role("img", name="Your photo of page 2")).to_be_visible()
    expect(page.get_by_role("img", name="Your photo of page 1")).to_be_hidden()
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    page.get_by_role("button", name="Page before").click()
    expect(page.get_by_role("img", name="Your photo of page 1")).to_be_visible()


# ---- Forgetting -------------------------------------------------------------------------------------


def test_a_picture_is_forgotten_and_can_be_brought_back(pack_page: Page) -> None:
    pack_page.locator("#photo summary").click()
    pack_page.get_by_role("button", name="Forget this picture").click()
    expect(pack_page.locator("#photo")).to_contain_text("Forgotten.")
    expect(pack_page.locator("#photo img")).to_have_count(0)
    assert kept(pack_page) == []
    expect(pack_page.get_by_role("button", name="Bring it back")).to_be_focused()
    pack_page.keyboard.press("Enter")
    expect(pack_page.locator("#photo img")).to_be_visible()
    assert kept(pack_page) == [f"{'ab' * 32} 900x1200"]


def test_all_pictures_are_forgotten_at_once(page: Page, site: Site, guest: int) -> None:
    put_picture(page, halves(), "ab" * 32, "cd" * 32, "ef" * 32)
    page.goto(f"/packs/{add_pack(site.wiring, guest)}/page")
    page.locator("#photo summary").click()
    expect(page.locator("[data-total]")).to_have_text("This browser keeps 3 pictures, 1 kB.")
    page.get_by_role("button", name="Forget all 3 pictures").click()
    expect(page.locator("#photo")).to_contain_text("All pictures in this browser are forgotten.")
    assert kept(page) == []


def test_pictures_are_seen_and_forgotten_on_a_page_of_their_own(page: Page, site: Site, guest: int) -> None:
    add_pack(site.wiring, guest)
    put_picture(page, halves(), "ab" * 32, "cd" * 32)
    page.goto("/pictures")
    read(page)
    expect(page.get_by_role("status").first).to_have_text("2 pictures, 1 kB.")
    expect(page.locator("#kept").get_by_role("link", name="Photosynthesis")).to_be_visible()
    check(page)
    page.get_by_role("button", name=re.compile("^Forget: Picture 1")).click()
    expect(page.locator("#kept li")).to_have_count(1)
    page.get_by_text("Forget all of them").click()
    page.get_by_role("button", name="Forget all pictures").click()
    expect(page.locator("#total")).to_have_text("There are no pictures here.")
    assert kept(page) == []


def test_the_page_of_pictures_says_when_the_browser_refuses(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.add_init_script(REFUSING)
    page.goto("/pictures")
    expect(page.locator("#total")).to_contain_text("does not let pages keep pictures")


def test_a_picture_that_is_elsewhere_is_said_to_be(page: Page, site: Site, guest: int) -> None:
    page.goto(f"/packs/{add_pack(site.wiring, guest)}/page")
    expect(page.locator("#photo")).to_contain_text("not in this browser")


# ---- A copy on the server ---------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
def test_a_copy_on_the_server_is_shown_and_deleted_also_without_scripts(
    open_page: Callable[..., Page], site: Site, script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    copy = decode.kept_copy(Image.new("RGB", (600, 800), "white"))
    pack_id = add_pack(site.wiring, site.guest_id(page), analysis(copy=copy))
    page.goto(f"/packs/{pack_id}/page")
    read(page)
    page.locator("#photo").scroll_into_view_if_needed()
    expect(page.locator("#photo img")).to_be_visible()
    page.locator("#photo summary").click()
    page.get_by_role("button", name="Delete the copy on this server").click()
    page.wait_for_url("**/more#receipt")
    expect(page.locator("#receipt")).to_contain_text("nothing: the upload is deleted")
    page.goto(f"/packs/{pack_id}/page")
    expect(page.locator("#photo img")).to_have_count(0)


def test_a_click_leaves_the_picture_where_it_is(page: Page, site: Site, guest: int) -> None:
    copy = decode.kept_copy(Image.new("RGB", (600, 800), "white"))
    pack_id = add_pack(site.wiring, guest, analysis(copy=copy))
    page.goto(f"/packs/{pack_id}/page")
    page.locator("#photo .sheet").click()
    expect(page.locator("#photo img")).to_be_visible()
    page.goto(f"/packs/{pack_id}/more")
    button = page.locator("[data-copy]")
    button.click()
    expect(button).not_to_have_text("Copy as Markdown")


def test_the_wish_for_a_copy_reaches_the_job(page: Page, site: Site) -> None:
    choose(page, halves())
    page.get_by_text("Options").click()
    page.get_by_label("Keep a small copy").check()
    send(page, site)
    mine = select(Job.keep_copy).where(Job.guest_id == site.guest_id(page))
    with site.wiring.database.reading() as session:
        assert session.scalars(mine).all() == [True]


# ---- Sent before ------------------------------------------------------------------------------------


def test_a_photo_that_was_sent_before_offers_its_pack_or_is_sent_anyway(
    page: Page, site: Site, guest: int
) -> None:
    photo = halves()
    pack_id = _pack_of(site, guest, photo)
    choose(page, photo)
    page.locator("#send").click()
    offer = page.get_by_role("group", name="You have sent this before.")
    expect(offer).to_be_focused()
    expect(offer.get_by_role("link")).to_have_attribute("href", f"/packs/{pack_id}")
    with page.expect_request("**/analyze*"):
        offer.get_by_role("button", name="Send anyway").click()
    to_made_pack(page)
    assert not page.url.endswith(pack_id)


def test_the_same_photo_twice_in_one_list_is_noticed(page: Page) -> None:
    choose(page, halves(), "one.png")
    choose(page, halves(), "two.png")
    page.locator("#send").click()
    expect(page.locator("#known li")).to_have_text("two.png is the same photo as one.png.")
    page.get_by_role("button", name="Remove two.png").click()
    expect(page.locator("#known")).to_be_hidden()


def test_a_server_that_cannot_say_whether_it_knows_the_photo_gets_it(page: Page, site: Site) -> None:
    page.route("**/by-photo/**", lambda route: route.abort())
    photo = halves()
    choose(page, photo)
    assert send(page, site) == sha256(photo)


# ---- For everybody ----------------------------------------------------------------------------------


def test_axe_finds_nothing_about_pictures(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page()
    page.goto("/new")
    choose(page, halves())
    edit(page)
    check_both(page)
    page.keyboard.press("Escape")
    page.request.post("/analyze?wait=0", multipart={"text": "Osmosis."}, headers={"Origin": site.url})
    guest_id = site.guest_id(page)
    _pack_of(site, guest_id, halves())
    page.locator("#send").click()
    page.locator("#known").wait_for()
    check_both(page)
    put_picture(page, halves(900, 1200), "ab" * 32)
    page.goto(f"/packs/{add_pack(site.wiring, guest_id)}#line-3")  # An address from before there were tabs.
    page.wait_for_url("**/page?line=3#line-3")
    page.locator("#photo summary").click()
    page.get_by_role("button", name="Larger").click()
    check_both(page)
