"""What the widgets show at the start, which is all that a reader without scripts sees, is what the package computes."""

import base64
import io
import re

import numpy as np
from lxml import html
from PIL import Image

from onebyone import cost
from onebyone.book.widgets.explorer import LAYERS, cost_explorer
from onebyone.book.widgets.mixer import MIXES, channel_mixer
from onebyone.images import photograph


def shown(widget):
    return html.fragment_fromstring(widget._repr_html_())


def numbers(text):
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


def test_the_mixer_starts_as_half_of_the_identity():
    mixer = shown(channel_mixer())
    entries = [float(e.get("value")) for e in mixer.xpath(".//*[@data-entry]")]
    half = np.hstack([np.eye(3) / 2, np.zeros((3, 1))])
    assert np.array_equal(np.reshape(entries, (3, 4)), half)
    texts = [float(o.text) for o in mixer.xpath(".//td/span")]
    assert texts == entries

    values = mixer.xpath(".//*[local-name()='fecolormatrix']/@values")[0]
    red_green_blue_alpha = np.array(values.split(), float).reshape(4, 5)
    assert np.array_equal(red_green_blue_alpha[:3, [0, 1, 2, 4]], half)
    assert np.array_equal(red_green_blue_alpha[3], [0, 0, 0, 1, 0])


def test_the_mixer_shows_the_photograph_twice_and_holds_it_once():
    mixer = shown(channel_mixer())
    [image] = mixer.xpath(".//image")
    png = base64.b64decode(image.get("href").removeprefix("data:image/png;base64,"))
    pixels = np.asarray(Image.open(io.BytesIO(png))) / 255
    np.testing.assert_allclose(pixels, np.moveaxis(photograph(), 0, -1))
    [mixed] = mixer.xpath(".//*[@filter]")
    assert mixed.get("href") == f"#{image.get('id')}"
    assert image.get("filter") is None


def test_each_button_of_the_mixer_holds_a_matrix_of_the_book():
    buttons = shown(channel_mixer()).xpath(".//button")
    assert [button.text for button in buttons] == list(MIXES)
    for button in buttons:
        weight, bias = MIXES[button.text]
        rows = np.column_stack([weight, bias])
        held = np.array(button.get("data-mix").split(), float)
        assert np.array_equal(held, rows.ravel())
    luma, _ = MIXES["luma"]
    assert np.allclose(np.sum(luma, axis=1), 1)  # white stays white
    identity, zeros = MIXES["identity"]
    assert np.array_equal(identity, np.eye(3))
    assert not np.any(zeros)


def test_the_explorer_starts_with_the_costs_of_a_published_layer():
    explorer = shown(cost_explorer())
    fields = explorer.xpath(".//input")
    c_in, c_out, k, m, h, w = (int(field.get("value")) for field in fields)
    assert (c_in, c_out, k, m, h, w) == LAYERS["Inception 3a, 5×5"]
    counts = [numbers(c.text)[0] for c in explorer.xpath(".//*[@data-count]")]
    assert counts == [
        cost.parameters(c_in, c_out, k, bias=False),
        cost.parameters(c_in, m, 1, bias=False) + cost.parameters(m, c_out, k, bias=False),
        cost.macs(c_in, c_out, k, h, w),
        cost.macs(c_in, m, 1, h, w) + cost.macs(m, c_out, k, h, w),
    ]
    widest = cost.break_even_width(c_in, c_out, k)
    assert explorer.xpath("string(.//*[@role='status'])") == (
        f"A bottleneck of {m} channels has {counts[1] / counts[0]:.1%} of the weights: it pays. "
        f"It pays up to {widest} channels."
    )
    assert explorer.xpath("string(.//*[@class='decides'])") == (
        "16 · (192 + 5² · 32) = 15,872 < 153,600 = 5² · 192 · 32"
    )


def test_each_control_has_a_name():
    for widget in channel_mixer(), cost_explorer():
        for control in shown(widget).xpath(".//input | .//svg"):
            label = control.getparent()
            assert control.get("aria-label") or (label.tag == "label" and label.text.strip())
