"""What a reader moves computes what the package computes, pixel by pixel and digit by digit."""

import io
import random
import re
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from onebyone import conv1x1, cost
from onebyone.book.widgets.explorer import FIELDS, LAYERS
from onebyone.book.widgets.mixer import MIXES

from . import built
from .running import result, run
from .visits import visiting

pytestmark = pytest.mark.browser

CHAPTER = "projections/"
IDENTITY = np.hstack([np.eye(3), np.zeros((3, 1))])
THUMB = 16  # px, Chromium's
DRAWN = 6
SAID = {
    "identity": "This is a scaling by 1.",
    "scalar × identity": "This is a scaling by 0.5.",
    "luma": "No scalar does this: red takes from green and blue, green from red and blue, blue from red and green; "
    "the diagonal is not one number: 0.299, 0.587, 0.114.",
    "sepia": "No scalar does this: red takes from green and blue, green from red and blue, blue from red and green; "
    "the diagonal is not one number: 0.393, 0.686, 0.131.",
    "red and blue exchanged": "No scalar does this: red takes from blue, blue from red; "
    "the diagonal is not one number: 0, 1, 0.",
    "green alone": "No scalar does this: the diagonal is not one number: 0, 1, 0.",
    "negative": "No scalar does this: the bias of red, green and blue is not 0.",
}


@pytest.fixture
def mixer(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        yield visit.page
    assert not visit.failures


@pytest.fixture
def explorer(contexts, origin):
    with visiting(contexts(), origin, built.base() + CHAPTER) as visit:
        yield visit.page
    assert not visit.failures


def move(page, rows):
    """Move the mixer's sliders, which a reader moves by twentieths."""
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


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def picture(page, name="The photograph through the matrix"):
    """Return one of the mixer's pictures as the screen has it, (3, 256, 256), from 0 to 255."""
    box = pinned(page.get_by_role("img", name=name, exact=True))
    png = box.screenshot()
    box.evaluate("box => { box.style = ''; }")
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert pixels.shape == (256, 256, 3)
    return np.moveaxis(pixels, -1, 0).astype(float)


def assert_is_conv1x1(after, before, rows, within=1):
    rows = np.asarray(rows, float)
    y = conv1x1(before / 255, rows[:, :3], rows[:, 3])
    expected = np.clip(y, 0, 1) * 255
    assert abs(after - expected).max() <= within


def test_the_picture_is_conv1x1_of_the_one_beside_it_for_every_button(mixer):
    for name, (weight, bias) in MIXES.items():
        press(mixer, name)
        before = picture(mixer, "The photograph")
        assert before.std() > 50  # it is a picture
        rows = np.column_stack([weight, bias])
        assert_is_conv1x1(picture(mixer), before, rows)


def test_the_picture_is_conv1x1_for_drawn_matrices(mixer):
    before = picture(mixer, "The photograph")
    rng = np.random.default_rng(seed=0)
    clipped = 0
    for _ in range(DRAWN):
        rows = rng.integers(-20, 41, (3, 4)) / 20
        move(mixer, rows)
        after = picture(mixer)
        assert_is_conv1x1(after, before, rows)
        clipped += ((after == 0) | (after == 255)).mean() > 0.05
    assert clipped > DRAWN / 2


def entries(page):
    values = page.locator("[data-entry]").evaluate_all(
        "all => all.map(slider => Number(slider.value))"
    )
    return np.reshape(values, (3, 4))


def test_the_scalar_has_a_value_just_while_the_matrix_is_a_scaling(
    mixer,
):
    scalar = mixer.get_by_label("the scalar", exact=True)
    figure = mixer.locator(".mixer .scalar > span").last
    for name, (weight, bias) in MIXES.items():
        press(mixer, name)
        s = weight[0][0]
        if np.array_equal(weight, s * np.eye(3)) and not any(bias):
            expect(figure).to_have_text(f"{s:.3f}")
            scalar.press("ArrowRight")
            assert np.allclose(entries(mixer), (s + 0.05) * IDENTITY)
            expect(figure).to_have_text(f"{s + 0.05:.3f}")
        else:
            expect(figure).to_have_text("–")
            expect(scalar).to_be_disabled()


def test_the_verdict_and_the_table_name_the_entries_that_break_a_scaling(mixer):
    for name, (weight, bias) in MIXES.items():
        press(mixer, name)
        expect(mixer.locator(".mixer [role=status]")).to_have_text(SAID[name])
        breaks = np.column_stack([weight, bias]) != 0
        diagonal = np.diag(weight)
        breaks[range(3), range(3)] = any(diagonal != diagonal[0])
        cells = mixer.locator(".matrix td:has([data-entry])").all()
        # As a screen reader has it, marks by style sheets included.
        marked = ["≠" in cell.aria_snapshot() for cell in cells]
        assert np.array_equal(np.reshape(marked, (3, 4)), breaks)


@pytest.mark.parametrize("width", [1280, 375])
def test_a_slider_that_is_dragged_back_to_zero_is_at_zero(contexts, origin, width):
    with visiting(contexts("light", width), origin, built.base()) as visit:
        for name in "red out: green in", "blue out: bias", "the scalar":
            slider = visit.page.get_by_label(name, exact=True)
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            zero = box["x"] + THUMB / 2 + (box["width"] - THUMB) / 3
            y = box["y"] + box["height"] / 2
            for miss in -3, 0, 3:
                visit.page.mouse.move(zero, y)
                visit.page.mouse.down()
                visit.page.mouse.move(zero + 40, y, steps=5)
                assert float(slider.input_value()) > 0.2
                assert slider.bounding_box() == box
                visit.page.mouse.move(zero + miss, y, steps=5)
                visit.page.mouse.up()
                assert slider.input_value() == "0"
    assert not visit.failures


def test_the_arrow_keys_go_by_twentieths_and_meet_zero_from_any_weight(mixer):
    press(mixer, "luma")
    slider = mixer.get_by_label("red out: blue in", exact=True)
    for value in "0.1", "0.05", "0", "-0.05":
        slider.press("ArrowLeft")
        assert slider.input_value() == value
    assert np.array_equal(entries(mixer)[0], [0.299, 0.587, -0.05, 0])


def test_a_telephone_shows_both_pictures_and_the_verdict_at_every_slider(contexts, origin):
    with visiting(contexts("light", 375), origin, built.base()) as visit:
        visit.page.set_viewport_size({"width": 375, "height": 667})
        for name in MIXES:
            press(visit.page, name)
            for slider in visit.page.locator("[data-entry]").all()[::11]:
                slider.hover()  # fails where another element covers it
                for box in (
                    *visit.page.locator(".mixer svg").all(),
                    visit.page.locator(".mixer [role=status]"),
                ):
                    expect(box).to_be_in_viewport(ratio=1)
    assert not visit.failures


def test_the_call_below_the_picture_makes_the_same_picture(python):
    page = python.page
    before = picture(page, "The photograph")
    rows = [[0.5, -0.25, 0.75, 0.1], [0, 1.5, 0, -0.2], [0.3, 0.3, 0.3, 0]]
    move(page, rows)
    call = page.locator(".mixer").locator("xpath=following::*[contains(@class, 'nb-run')][1]")
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
    assert abs(error).mean() < 4
    assert abs(before - expected).mean() > 20  # another picture is far off
    press(page, "scalar × identity")  # as the page has it


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
    *texts, decides, said = page.evaluate(
        "[...document.querySelectorAll('[data-count], .decides, .explorer [role=status]')].map(box => box.innerText)"
    )
    counts = [int(text.replace(",", "")) for text in texts]
    assert counts == costs(*layer)
    c_in, c_out, k, m, _, _ = layer
    direct, through, _, _ = counts
    widest = cost.break_even_width(c_in, c_out, k)
    share = re.search(r"has ([\d,]+\.(\d+))% of the weights", said)
    shown = Fraction(share[1].replace(",", ""))
    exact = Fraction(100 * through, direct)
    assert abs(shown - exact) <= Fraction(1, 2 * 10 ** len(share[2]))
    assert shown > 0
    assert (shown > 100, shown < 100) == (exact > 100, exact < 100)
    sign = "<" if through < direct else "≥"
    assert decides == (
        f"{m} · ({c_in} + {k}² · {c_out}) = {through:,} {sign} {direct:,} = {k}² · {c_in} · {c_out}"
    )
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
    assert said.endswith(f"It pays up to {widest} channels." if widest else "No width pays here.")


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
        press(explorer, name)
        assert_shows(explorer, layer)


def test_the_explorers_numbers_are_the_packages_for_fifty_drawn_layers(
    explorer,
):
    draw = random.Random(0)  # noqa: S311
    largest = [most for _, most in FIELDS.values()]
    layers = [tuple(largest), (1,) * 6, (2, 2, 1, 1, 1, 1)]
    # The widest that pays and the next; a share that is a hair from all, or from nothing.
    layers += [(192, 32, 5, m, 28, 28) for m in (154, 155)]
    layers += [(3970, 4096, 31, m, 1, 1) for m in (3966, 1)]
    layers += [
        tuple(draw.randint(1, draw.choice([8, 64, most])) for most in largest) for _ in range(43)
    ]
    layers = [
        tuple(min(n, most) for n, most in zip(layer, largest, strict=True)) for layer in layers
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


def test_a_number_that_fits_no_layer_is_named_and_changes_nothing(explorer):
    direct = costs(*LAYERS["Inception 3a, 5×5"])
    for wrong in "", "0", "-3", "2.5", "4097":
        fill(explorer, LAYERS["Inception 3a, 5×5"])
        address = explorer.url
        explorer.locator("[name=c_out]").fill(wrong)
        expect(explorer.locator(".explorer [role=status]")).to_have_text(
            "output channels: a whole number from 1 to 4096, please."
        )
        texts = explorer.locator("[data-count]").all_inner_texts()
        assert [int(t.replace(",", "")) for t in texts] == direct
        assert explorer.url == address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "projections/"])
def test_a_moved_widget_is_accessible_and_fits_a_telephone(contexts, origin, path, scheme):
    with visiting(contexts(scheme, 375), origin, built.base() + path) as visit:
        visit.page.locator(".presets button").nth(2).click()
        visit.check_accessibility(".widget")
        visit.check_layout()
    assert not visit.failures


def test_the_widgets_say_without_scripts_what_the_scripts_say_at_the_start(contexts, origin):
    still = contexts(scripts=False).new_page()
    for path, numbers in {
        "": ".mixer td > span, .mixer svg, .sums > p",
        CHAPTER: "[data-count], .decides",
        "channels/": ".widget svg, .widget [role=status]",
    }.items():
        still.goto(origin + built.base() + path)
        for box in still.locator(numbers).all():
            expect(box).to_be_visible()
        for box in still.locator(".widget").locator(".scalar, button, input[type=range]").all():
            expect(box).to_be_hidden()
        with visiting(contexts(), origin, built.base() + path) as visit:
            said = visit.page.locator(".widget").all_text_contents()
        assert still.locator(".widget").all_text_contents() == said
    still.close()
