"""The column follows the reader: in every state its numbers are the package's, and the state is in the address."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from onebyone import conv2d

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

CHAPTER = "channels/"
WIDGET = "#pixel"
DRAWN = 30
STATE = """box => ({
  said: box.querySelector("[role=status]").textContent,
  sums: [...box.querySelectorAll(".sum")].map(each => Number(each.textContent)),
  cells: [...box.querySelectorAll(".cells span")].map(each => Number(each.textContent)),
  rects: [...box.querySelectorAll(".lit")].map(each => ["x", "y", "width", "height"].map(
    name => Number(each.getAttribute(name)))),
  outputs: [...box.querySelectorAll("[data-output]")].filter(each => getComputedStyle(each).display !== "none").map(
    each => Number(each.dataset.output)),
  html: box.innerHTML.replace(/ hidden=""/g, ""),
})"""
# Where the middle of a tile of one of the maps is on the screen.
TILE = """(box, [level, row, column]) => {
  const plane = box.querySelectorAll(".given, .made")[level];
  const {x, y} = new DOMPoint(column + 0.5, row + 0.5).matrixTransform(plane.getScreenCTM());
  return [x, y];
}"""


@pytest.fixture
def page(contexts, origin):
    with visiting(contexts(), origin, built.base() + CHAPTER) as visit:
        visit.page.locator(WIDGET).evaluate("box => box.scrollIntoView({block: 'center'})")
        yield visit.page
    # A page that is left at once lets go of its icon.
    assert not [each for each in visit.failures if "ERR_ABORTED" not in each]


def given(widget):
    """Return the input and the filters that the page holds."""
    data = json.loads(widget.get_attribute("data-given"))
    return np.array(data["x"]), {int(k): np.array(f) for k, f in data["filters"].items()}


def assert_is_conv2d(widget, kernel, row, column):
    (x, filters), state, beside = given(widget), widget.evaluate(STATE), kernel // 2
    y = conv2d(x, filters[kernel][None])
    seen = x[:, row : row + kernel, column : column + kernel]
    *parts, total = state["sums"]
    assert total == pytest.approx(y[0, row, column], abs=6e-4)
    assert parts == pytest.approx((seen * filters[kernel]).sum(axis=(1, 2)), abs=6e-4)
    cells = np.stack([seen, filters[kernel]], axis=1)  # each channel's pixels, and its weights
    assert state["cells"] == pytest.approx(cells.ravel(), abs=6e-4)
    assert f"y[0,\xa0{row},\xa0{column}] = " in state["said"]
    assert float(state["said"].rpartition(" ")[2]) == total
    assert state["rects"] == [
        *[[column, row, kernel, kernel]] * len(x),
        [column + beside, row + beside, 1, 1],
    ]
    assert state["outputs"] in ([], [kernel])


def test_in_each_drawn_state_the_numbers_are_conv2ds(page):
    widget, rng = page.locator(WIDGET), np.random.default_rng(seed=0)
    for _ in range(DRAWN):
        kernel = int(rng.choice([1, 3, 5]))
        row, column = map(int, rng.integers(0, 17 - kernel, 2))
        widget.get_by_role("button", name=f"{kernel}×{kernel}").click()
        level = int(rng.integers(0, 4))
        page.mouse.move(*widget.evaluate(TILE, [level, row + kernel // 2, column + kernel // 2]))
        assert_is_conv2d(widget, kernel, row, column)
        expect(widget.get_by_role("status")).to_have_attribute("aria-live", "off")
    widget.get_by_role("slider").press("ArrowRight")  # which is said
    expect(widget.get_by_role("status")).to_have_attribute("aria-live", "polite")


def test_the_example_by_hand_has_four_places_and_each_is_right(page):
    widget = page.locator("#hand")
    widget.get_by_role("slider").focus()
    for key, place in (
        ("", (0, 0)),
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("ArrowLeft", (1, 0)),
    ):
        if key:
            page.keyboard.press(key)
        assert_is_conv2d(widget, 3, *place)
    page.keyboard.press("ArrowLeft")  # at the edge it stays
    assert_is_conv2d(widget, 3, 1, 0)


def test_a_change_of_kernel_keeps_the_tile_and_back_again_is_as_built(page):
    widget = page.locator(WIDGET)
    as_built = widget.evaluate(STATE)
    assert as_built["rects"][-1] == [4, 9, 1, 1]
    for kernel in 1, 5:
        widget.get_by_role("button", name=f"{kernel}×{kernel}").click()
        assert widget.evaluate(STATE)["rects"][-1] == [4, 9, 1, 1]
        assert_is_conv2d(widget, kernel, 9 - kernel // 2, 4 - kernel // 2)
        expect(widget.locator("[aria-pressed=true]")).to_have_text(f"{kernel}×{kernel}")
    widget.get_by_role("button", name="3×3").click()
    assert widget.evaluate(STATE)["html"] == as_built["html"]


def test_the_address_holds_the_state_of_each_and_brings_it_back(page):
    widget = page.locator(WIDGET)
    widget.get_by_role("button", name="1×1").click()
    widget.get_by_role("slider").press("ArrowUp")
    assert page.url.endswith("?pixel=1%2C8%2C4#pixel")
    page.locator("#hand").get_by_role("slider").press("ArrowDown")
    page.reload()
    assert_is_conv2d(widget, 1, 8, 4)
    assert_is_conv2d(page.locator("#hand"), 3, 1, 0)
    for wrong in "2,0,0", "3,a,0", "1,99,-5", "", "3":  # someone typed it
        page.goto(re.sub(r"\?.*", f"?pixel={wrong}", page.url))
        kernel, row, column = (1, 15, 0) if "99" in wrong else (3, 8, 3)
        assert_is_conv2d(widget, kernel, row, column)


def test_play_makes_one_tile_after_the_other_until_all_are_made(page):
    widget = page.locator("#hand")
    cover = widget.locator(".cover")
    widget.get_by_role("button", name="Play").click()
    expect(cover).to_have_attribute("d", re.compile("^M"))
    expect(widget.get_by_role("button", name="Play")).to_be_visible()
    expect(cover).to_have_attribute("d", "")
    assert_is_conv2d(widget, 3, 1, 1)
    widget = page.locator(WIDGET)
    widget.get_by_role("button", name="Play").click()
    widget.get_by_role("button", name="Pause").click()
    assert " = " in widget.get_by_role("status").inner_text()
    page.emulate_media(reduced_motion="reduce")
    expect(widget.get_by_role("button", name="Play")).to_be_hidden()
