"""The squeeze: the numbers and the picture of any pick are those of least squares; where one fails, the others stay."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from onebyone.book.squeezing import maps_of_equal_weight
from onebyone.book.widgets.squeeze import CONTRAST, HEAD, describe

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

CHAPTER = "downsampling/"
SHOWN = 4
DRAWN = 40
# The picture of the pick, once the principal maps are there.
PAINTED = """async box => {
  const canvas = box.querySelector("canvas"), brush = canvas.getContext("2d");
  for (let n = 0; n < 200; n += 1) {
    const {data} = brush.getImageData(0, 0, 64, 64);
    if (data[3]) return [...data].filter((_, n) => n % 4 === 0);
    await new Promise(done => setTimeout(done, 10));
  }
}"""
CHOOSE = """(box, pick) => box.querySelectorAll(".way button").forEach((button, n) => {
  if (pick.includes(n) !== (button.getAttribute("aria-pressed") === "true")) button.click();
})"""
# What Firefox gives a page that it protects from being recognised: noise instead of its own picture.
NOISE = """() => {
  const real = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...all) {
    const image = real.apply(this, all);
    image.data.forEach((_, n) => { image.data[n] = (n * 7919) % 256; });
    return image;
  };
}"""
# A bit here and there, as Firefox 145 and Brave change.
SLIGHT = NOISE.replace("(n * 7919) % 256", "image.data[n] ^ (n % 3 === 0)")
REFUSED = "() => { CanvasRenderingContext2D.prototype.getImageData = () => { throw new DOMException('no'); }; }"
FRAMES = """box => ["lit", "cover"].map(name => [...box.querySelectorAll(`.way:last-of-type .${name}`)]
  .filter(path => path.checkVisibility()).map(path => path.getAttribute("d")).join(""))"""


@pytest.fixture(scope="module")
def maps():
    maps = maps_of_equal_weight()
    return maps - maps.mean(axis=(1, 2), keepdims=True)


@pytest.fixture
def page(contexts, origin):
    with visiting(contexts(), origin, built.base() + CHAPTER) as visit:
        yield visit.page
    assert not visit.failures


@pytest.fixture(scope="module")
def shares(maps):
    """Return functions: what a pick restores, and what the best projection to as many maps restores."""
    x = maps.reshape(64, -1)
    related = np.corrcoef(x)
    best = np.cumsum([0, *np.linalg.eigvalsh(related)[::-1]]) / 64

    def weights(pick):
        return related[:, pick] @ np.linalg.pinv(related[np.ix_(pick, pick)], rcond=1e-9)

    return lambda pick: np.trace(weights(pick) @ related[pick]) / 64, lambda n: best[n], weights


def assert_pick(widget, pick, shares):
    share, best, _ = shares
    said = widget.get_by_role("status").text_content()
    count = len(pick)
    many = "1 map restores" if count == 1 else f"{count} maps restore"
    found = re.fullmatch(
        rf"Your {many} ([\d.]+)% of all 64; the best projection to {count} restores ([\d.]+)%\.",
        said,
    )
    assert found, said
    numbers = [float(number) for number in found.groups()]
    # To the printed digit, except where the next one decides it by a hair.
    assert numbers == pytest.approx([100 * share(pick), 100 * best(count)], abs=0.0501)
    assert numbers[0] <= numbers[1]
    head = "1 map" if count == 1 else f"{count} maps"
    texts = widget.locator(".way:last-of-type figcaption span").all()
    assert [t.text_content() for t in texts if t.is_visible()][1:] == [
        f"{head}: {found[1]}% of all"
    ]
    assert float(widget.locator("rect[data-own]").get_attribute("width")) == pytest.approx(
        numbers[0]
    )
    pressed = widget.get_by_role("button", pressed=True).all()
    assert [button.get_attribute("aria-label") for button in pressed] == [
        f"map {n}: {describe(n)}" for n in pick
    ]
    lit, cover = (
        [8 * int(y) + int(x) for x, y in re.findall(r"M(\d) (\d)h1v1h-1z", path or "")]
        for path in widget.evaluate(FRAMES)
    )
    assert lit == pick
    assert sorted(lit + cover) == list(range(64))


def painted(widget):
    return np.reshape(widget.evaluate(PAINTED), (64, 64))


def test_any_pick_restores_what_least_squares_restores(page, maps, shares):
    rng = np.random.default_rng(seed=0)
    picks = [sorted(map(int, rng.permutation(64)[: rng.integers(1, 20)])) for _ in range(DRAWN)]
    # One direction's edges; maps that make each other up; all; none.
    picks += [list(range(8)), [48, 49, 50, 51, 52], list(range(64)), list(range(1, 64)), []]
    widget = page.locator("#squeeze")
    page.evaluate(
        "history.replaceState = () => {}"
    )  # which browsers slow down, for nobody is as fast
    for pick in picks:
        widget.evaluate(CHOOSE, pick)
        if not pick:
            expect(widget.get_by_role("status")).to_contain_text("Your 0 maps restore 0.0%")
            continue
        assert_pick(widget, pick, shares)
        weight = shares[2](pick)[SHOWN]
        expected = 127.5 + CONTRAST * np.tensordot(weight, maps[pick], 1)[HEAD]
        error = painted(widget) - np.clip(expected, 0, 255)
        assert np.sqrt(np.square(error).mean()) < 2
        assert abs(error).max() < 16


def test_a_pick_is_made_by_pointer_and_key_and_a_step_takes_its_place(page, shares):
    widget, asked = page.locator("#squeeze"), []
    page.on("request", lambda request: asked.append(request.url))
    status, slider = widget.get_by_role("status"), widget.get_by_role("slider")
    said = json.loads(widget.get_attribute("data-said"))
    grid = widget.get_by_role("group", name="Maps to keep")
    pick = list(range(0, 64, 8))
    assert not asked  # the pixels for a picture of one's own come when there is one
    grid.get_by_role("button", name="map 9:").click()
    pick = sorted([*pick, 9])
    assert_pick(widget, pick, shares)
    assert len([url for url in asked if url.endswith(".webp")]) >= 6
    assert page.url.endswith("?pick=0.8.9.16.24.32.40.48.56#squeeze")
    for key, to in {
        "ArrowRight": 10,
        "ArrowDown": 18,
        "ArrowLeft": 17,
        "ArrowUp": 9,
        "End": 63,
        "Home": 0,
    }.items():
        page.keyboard.press(key)
        expect(grid.get_by_role("button", name=f"map {to}:")).to_be_focused()
    for key in (
        "ArrowLeft",
        "ArrowUp",
        "Alt+ArrowRight",
        "Control+End",
    ):  # an edge, and the browser's own keys
        page.keyboard.press(key)
        expect(grid.get_by_role("button", name="map 0:")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    pick = sorted([*pick[1:], 1])
    assert_pick(widget, pick, shares)
    page.keyboard.press("Tab")  # one stop for all 64
    expect(widget.get_by_role("button", name="More maps")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(grid.get_by_role("button", name="map 1:")).to_be_focused()
    page.reload()
    assert_pick(widget, pick, shares)
    slider.press("ArrowRight")
    expect(status).to_have_text(said[4][1])
    expect(widget.locator("canvas")).to_be_hidden()
    assert "pick" not in page.url
    assert grid.get_by_role("button", pressed=True).count() == 4
    page.reload()
    expect(status).to_have_text(said[4][1])
    grid.get_by_role("button", name="map 4:").click()
    assert_pick(widget, [0, 4, 16, 32, 48], shares)
    assert "squeeze=4" in page.url
    page.reload()
    assert_pick(widget, [0, 4, 16, 32, 48], shares)


def test_an_address_that_is_no_pick_changes_nothing_and_numbers_count_once(page, shares):
    widget = page.locator("#squeeze")
    said = widget.get_by_role("status").text_content()
    for wrong in "x", "1,2", "-1", "1.", "<b>":
        page.goto(f"{page.url.partition('?')[0]}?pick={wrong}")
        expect(widget.get_by_role("status")).to_have_text(said)
    page.goto(f"{page.url.partition('?')[0]}?pick=3.3.99.1")
    assert_pick(widget, [1, 3], shares)


@pytest.mark.parametrize("fault", [NOISE, REFUSED, "unreachable", SLIGHT])
def test_where_no_picture_can_be_read_the_numbers_stay(browser, origin, shares, fault):
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    if fault == "unreachable":
        page.route("**/*.webp", lambda route: route.abort())
    else:
        page.add_init_script(f"({fault})()")
    page.goto(f"{origin}{built.base()}{CHAPTER}?pick=4.20")
    widget = page.locator("#squeeze")
    assert_pick(widget, [4, 20], shares)
    expect(widget.locator("canvas")).to_have_count(1 if fault == SLIGHT else 0)
    widget.get_by_role("button", name="map 5:").click()
    assert_pick(widget, [4, 5, 20], shares)
    instead = widget.get_by_text("The picture cannot be made here.")
    expect(instead).to_have_count(0 if fault == SLIGHT else 1)
    widget.get_by_role("button", name="Fewer maps").click()
    expect(instead).not_to_be_visible()
    expect(widget.get_by_role("status")).to_contain_text("From 4 maps of 64")
    assert not faults
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pick_is_accessible_and_on_a_telephone_no_step_moves_the_slider(contexts, origin, scheme):
    for width in 375, 1280:
        with visiting(
            contexts(scheme, width), origin, f"{built.base()}{CHAPTER}?pick=3.7.40"
        ) as visit:
            widget = visit.page.locator("#squeeze")
            visit.check_accessibility("#squeeze")
            visit.check_layout()
            buttons = widget.locator(".way button")
            sizes = buttons.evaluate_all("all => all.map(b => b.getBoundingClientRect().width)")
            assert min(sizes) >= 24  # px: WCAG 2.2, 2.5.8
            places = set()
            for step in range(7):
                widget.get_by_role("slider").fill(str(step))
                box = widget.get_by_role("slider").bounding_box()
                places.add(round(box["y"] + visit.page.evaluate("scrollY")))
            assert max(places) - min(places) <= 1, places
        assert not visit.failures


def test_with_colours_of_the_system_and_on_paper_a_pick_is_seen(contexts, origin):
    with visiting(contexts(), origin, f"{built.base()}{CHAPTER}?pick=4.20") as visit:
        kept = visit.page.locator("#squeeze .way:last-of-type .kept")
        shots = {}
        for media in {"forced_colors": "active"}, {"media": "print"}:
            visit.page.emulate_media(**media)
            for name, pick in {"own": [], "other": [4]}.items():
                for n in pick:
                    kept.locator("button").nth(n).evaluate("button => button.click()")
                shots[name] = kept.screenshot()
            assert shots["own"] != shots["other"]
            visit.page.emulate_media(forced_colors="none", media="screen")
            visit.page.reload()
        visit.page.emulate_media(media="print")
        assert not [
            b for b in visit.page.locator(".way button, .way .hint").all() if b.is_visible()
        ]
        visit.page.emulate_media(media="screen")
    assert not visit.failures


@pytest.mark.parametrize(("path", "name"), [(CHAPTER, "squeeze"), ("trained/", "squeeze-layer")])
def test_without_scripts_a_step_is_there_and_no_button(contexts, origin, path, name):
    still = contexts(scripts=False).new_page()
    still.goto(origin + built.base() + path)
    widget = still.locator(f"#{name}")
    widget.scroll_into_view_if_needed()
    pictures = [image for image in widget.locator("img").all() if image.is_visible()]
    assert len(pictures) == 7
    for image in pictures:
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
    assert not [b for b in widget.locator("button, input, canvas, .hint").all() if b.is_visible()]
    assert (
        widget.get_by_role("status").text_content()
        in dict(json.loads(widget.get_attribute("data-said"))).values()
    )
    still.close()
