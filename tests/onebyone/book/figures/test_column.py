"""The still is the widget at its start: the same tiles, frames, edges and sums, each in its place."""

import base64
import io
import re

import numpy as np
import pytest
from lxml import html
from matplotlib.collections import QuadMesh
from PIL import Image

from onebyone.book.figures.column import draw_column
from onebyone.book.widgets.column import follow_a_pixel


@pytest.fixture(scope="module")
def axes():
    return draw_column().axes[0]


@pytest.fixture(scope="module")
def widget():
    return html.fragment_fromstring(follow_a_pixel()._repr_html_())


def laid(element, corners):
    """Return where SVG draws these corners of an element, (x, y)."""
    (transform,) = element.xpath("ancestor::*[@transform][1]/@transform")
    a, _, c, d, e, f = map(float, re.findall(r"-?[\d.]+", transform))
    return [(a * x + c * y + e, d * y + f) for x, y in corners]


def test_the_maps_are_the_widgets_pictures_where_they_lie(axes, widget):
    maps = [each for each in axes.collections if isinstance(each, QuadMesh)]
    images = widget.xpath(".//image[not(@hidden)]")
    assert len(maps) == len(images) == 4
    for mesh, image in zip(maps, images, strict=True):
        png = base64.b64decode(image.get("href").partition(",")[2])
        size = int(image.get("width"))
        pixels = np.asarray(Image.open(io.BytesIO(png)))
        side = len(pixels) // size
        assert np.array_equal(mesh.get_array(), pixels[::side, ::side])
        ends = [(0, 0), (size, 0), (0, size), (size, size)]
        drawn = [mesh.get_coordinates()[y, x] for x, y in ends]
        assert np.allclose(drawn, laid(image, ends))


def test_the_frames_and_the_edges_are_the_widgets(axes, widget):
    rects = widget.xpath(".//rect[@class='lit']")
    assert len(axes.patches) == len(rects) == 4
    for patch, rect in zip(axes.patches, rects, strict=True):
        x, y, wide, high = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        assert np.allclose(patch.get_xy()[:4], laid(rect, corners))
    path = widget.xpath("string(.//*[@class='through']/@d)")
    edges = [re.findall(r"-?[\d.]+", edge) for edge in path.split("M")[1:]]
    drawn = [line.get_xydata().ravel() for line in axes.lines]
    assert np.allclose(drawn, np.array(edges, float), atol=1e-6)


def test_the_texts_are_the_widgets_sums(axes, widget):
    heads, sums = ([text.get_text() for text in axes.texts[n::2]] for n in (0, 1))
    assert heads == ["red", "+ green", "+ blue", "output"]
    *lines, total = widget.xpath(".//*[@class='sums']/p")
    for text, line in zip(sums, lines, strict=False):
        x, weight = line.xpath(".//*[@class='cells']/span/text()")
        part = line.xpath("string(*[@class='sum'])")
        assert text == f"{x} · {weight} = {part}"
    assert sums[3] == "= " + total.xpath("string(*[@class='sum'])")


def test_it_is_drawn_in_the_colours_that_are_asked_for():
    other = draw_column(ink="#ffffff", accent="#00ff00").axes[0]
    assert {text.get_color() for text in other.texts} == {"#ffffff"}
    assert {line.get_color() for line in other.lines} == {"#00ff00"}
    assert {patch.get_edgecolor() for patch in other.patches} == {(0, 1, 0, 1)}
