"""What a reader moves computes what the package computes, pixel by pixel and digit by digit."""

import io
import random
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from onebyone import conv1x1, cost
from onebyone.widgets import FIELDS, LAYERS, MIXES

from . import built
from .running import opened, result, run
from .visits import AXE, AXE_RUN, visiting

pytestmark = pytest.mark.browser

CHAPTER = built.base() + "projections/"
IDENTITY = np.hstack([np.eye(3), np.zeros((3, 1))])


@pytest.fixture
def mixer(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        yield visit.page
    assert not visit.failures


@pytest.fixture
def explorer(contexts, origin):
    with visiting(contexts(), origin, CHAPTER) as visit:
        yield visit.page
    assert not visit.failures


def move(page, rows):
    """Move the mixer's sliders as a reader does, to two decimals."""
    page.evaluate(
        """values => document.querySelectorAll("[data-entry]").forEach((slider, n) => {
          slider.value = values[n];
          slider.dispatchEvent(new Event("input", {bubbles: true}));
        })""",
        list(map(float, np.ravel(rows))),
    )


def pinned(element):
    """Put an element where its pixels are the screen's, and before everything else."""
    element.evaluate(
        "box => { box.style = 'position: fixed; top: 0; left: 0; z-index: 99; width: 256px; height: 256px'; }"
    )
    return element


def picture(page):
    """Return the mixer's picture as the screen has it, (3, 256, 256), from 0 to 255."""
    png = pinned(page.locator(".mixer svg")).screenshot()
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert pixels.shape == (256, 256, 3)
    return np.moveaxis(pixels, -1, 0).astype(float)


def assert_is_conv1x1(after, before, rows):
    rows = np.asarray(rows, float)
    y = conv1x1(before / 255, rows[:, :3], rows[:, 3])
    expected = np.clip(y, 0, 1) * 255
    assert abs(after - expected).max() <= 1


def test_the_picture_is_conv1x1_for_every_button(mixer):
    move(mixer, IDENTITY)
    before = picture(mixer)
    assert before.std() > 50  # it is a picture
    for name, (weight, bias) in MIXES.items():
        mixer.get_by_role("button", name=name, exact=True).click()
        rows = np.column_stack([weight, bias])
        assert_is_conv1x1(picture(mixer), before, rows)


def test_the_picture_is_conv1x1_for_twenty_drawn_matrices(mixer):
    move(mixer, IDENTITY)
    before = picture(mixer)
    rng = np.random.default_rng(seed=0)
    clipped = 0
    for _ in range(20):
        rows = rng.uniform(-1, 2, (3, 4)).round(2)
        move(mixer, rows)
        after = picture(mixer)
        assert_is_conv1x1(after, before, rows)
        clipped += ((after == 0) | (after == 255)).mean() > 0.05
    assert clipped > 10


def test_the_scalar_is_the_slider_that_moves_the_diagonal_together(mixer):
    scalar = mixer.get_by_label("the scalar", exact=True)
    scalar.focus()
    for _ in range(3):
        mixer.keyboard.press("ArrowRight")
    s = float(scalar.input_value())
    assert s > 0.5
    entries = [
        float(e.input_value()) for e in mixer.locator("[data-entry]").all()
    ]
    assert np.array_equal(np.reshape(entries, (3, 4)), s * IDENTITY)
    said = mixer.locator(".mixer [role=status]")
    expect(said).to_have_text(f"This is a scaling by {s}.")
    mixer.get_by_label("red out: green in").focus()
    mixer.keyboard.press("ArrowRight")
    expect(said).to_contain_text("No scalar does this")


def test_the_call_below_the_picture_makes_the_same_picture(browser, origin):
    with opened(browser, origin, "index.html") as (page, _):
        move(page, IDENTITY)
        before = picture(page)
        rows = [[0.5, -0.25, 0.75, 0.1], [0, 1.5, 0, -0.2], [0.3, 0.3, 0.3, 0]]
        move(page, rows)
        call = page.locator(".mixer").locator(
            "xpath=following::*[contains(@class, 'nb-run')][1]"
        )
        number = page.locator(".nb-run").evaluate_all(
            "(all, one) => all.indexOf(one)", call.element_handle()
        )
        code = call.locator("code").text_content()
        assert "[0.500, -0.250, 0.750]," in code
        assert "bias = [0.100, -0.200, 0.000]" in code
        expected = picture(page)
        run(page, number)
        png = pinned(result(page, number).locator("img")).screenshot()
        made = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)
        error = np.moveaxis(made, -1, 0) - expected
        # The page has the photograph as WebP, which is not quite the package's.
        assert abs(error).mean() < 3
        assert abs(before - expected).mean() > 20  # another picture is far off


def costs(c_in, c_out, k, m, h, w):
    weights = cost.parameters(c_in, m, 1, bias=False)
    weights += cost.parameters(m, c_out, k, bias=False)
    return [
        cost.parameters(c_in, c_out, k, bias=False),
        weights,
        cost.macs(c_in, c_out, k, h, w),
        cost.macs(c_in, m, 1, h, w) + cost.macs(m, c_out, k, h, w),
    ]


def assert_shows(page, layer):
    *texts, said = page.evaluate(
        "[...document.querySelectorAll('[data-count], .explorer [role=status]')].map(box => box.innerText)"
    )
    counts = [int(text.replace(",", "")) for text in texts]
    assert counts == costs(*layer)
    c_in, c_out, k, m, _, _ = layer
    direct, through, _, _ = counts
    widest = cost.break_even_width(c_in, c_out, k)
    share = re.search(r"has (\d+)% of the cost", said)[1]
    assert abs(int(share) - 100 * through / direct) <= 0.5
    bars = page.evaluate(
        """[...document.querySelectorAll(".explorer dl")].map(list => [list.style.getPropertyValue("--at"),
          ...[...list.querySelectorAll(".track > span")].map(bar => bar.style.width)].map(parseFloat))"""
    )
    most = max(direct, through) / 100
    for even, *lengths in bars:
        assert even == pytest.approx(direct / most, abs=0.01)
        expected = [direct / most, through / most]
        assert lengths == pytest.approx(expected, abs=0.01)
    assert said.startswith(f"A bottleneck of {m} channels has ")
    assert ("it pays" in said) == (m <= widest) == (through < direct)
    assert said.endswith(
        f"It breaks even at {widest} channels."
        if widest
        else "No width pays here."
    )


def fill(page, layer):
    page.evaluate(
        """values => document.querySelectorAll(".explorer input").forEach((field, n) => {
          field.value = values[n];
          field.dispatchEvent(new Event("input", {bubbles: true}));
          field.dispatchEvent(new Event("change", {bubbles: true}));
        })""",
        list(map(str, layer)),
    )


def test_the_explorers_numbers_are_the_packages_for_every_button(explorer):
    for name, layer in LAYERS.items():
        explorer.get_by_role("button", name=name, exact=True).click()
        assert_shows(explorer, layer)


def test_the_explorers_numbers_are_the_packages_for_fifty_drawn_layers(
    explorer,
):
    draw = random.Random(0)  # noqa: S311
    largest = [most for _, most in FIELDS.values()]
    layers = [tuple(largest), (1,) * 6]
    layers += [
        tuple(draw.randint(1, draw.choice([8, 64, most])) for most in largest)
        for _ in range(48)
    ]
    layers = [
        tuple(min(n, most) for n, most in zip(layer, largest, strict=True))
        for layer in layers
    ]
    for layer in layers:
        fill(explorer, layer)
        assert_shows(explorer, layer)


def test_a_setting_can_be_linked(explorer, contexts, origin):
    layer = 300, 40, 7, 25, 19, 21
    fill(explorer, layer)
    address = explorer.evaluate("location.href")
    linked = parse_qs(urlsplit(address).query)
    assert linked == {n: [str(v)] for n, v in zip(FIELDS, layer, strict=True)}
    with visiting(contexts(), origin, address.removeprefix(origin)) as visit:
        assert_shows(visit.page, layer)
        expect(visit.page.locator("#cost-explorer")).to_be_in_viewport()


def test_a_number_may_be_written_with_an_exponent(explorer):
    explorer.locator("[name=c_out]").fill("1e3")
    assert_shows(explorer, (192, 1000, 5, 16, 28, 28))


@pytest.mark.parametrize("wrong", ["", "0", "-3", "2.5", "4097"])
def test_a_number_that_fits_no_layer_is_named_and_changes_nothing(
    explorer, wrong
):
    explorer.locator("[name=c_out]").fill(wrong)
    expect(explorer.locator(".explorer [role=status]")).to_have_text(
        "output channels: a whole number from 1 to 4096, please."
    )
    texts = explorer.locator("[data-count]").all_inner_texts()
    layer = LAYERS["Inception 3a, 5×5"]
    assert [int(t.replace(",", "")) for t in texts] == costs(*layer)
    assert "?" not in explorer.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "projections/"])
def test_a_moved_widget_is_accessible_and_fits_a_telephone(
    contexts, origin, path, scheme
):
    with visiting(contexts(scheme, 375), origin, built.base() + path) as visit:
        visit.page.locator(".presets button").nth(1).click()
        visit.page.evaluate(AXE)
        visit.check(AXE_RUN)
        visit.check_layout(narrow=True)
    assert not visit.failures


def test_the_widgets_show_their_numbers_without_scripts(contexts, origin):
    page = contexts(scripts=False).new_page()
    page.goto(origin + built.base())
    expect(page.locator(".mixer td > span").nth(1)).to_be_visible()
    expect(page.locator(".mixer svg")).to_be_visible()
    expect(page.locator(".mixer input").first).to_be_hidden()
    page.goto(origin + CHAPTER)
    expect(page.locator("[data-count]").first).to_have_text("153,600")
    page.close()
