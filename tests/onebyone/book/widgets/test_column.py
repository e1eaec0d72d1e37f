"""The column at the start, all that a reader without scripts sees: the package's numbers, in the right places."""

import base64
import io
import json
import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from lxml import html
from PIL import Image
from skimage.transform import downscale_local_mean

from onebyone import conv1x1, conv2d
from onebyone.book.widgets.column import BY_HAND, FILTER_BY_HAND, follow_a_pixel, follow_by_hand
from onebyone.images import photograph

CHAPTER = Path(__file__).parents[4] / "docs/channels.py"
LUMA = np.array([[0.299, 0.587, 0.114]])
EVERY = {
    **{f"{k}×{k}": lambda k=k: follow_a_pixel(k) for k in (1, 3, 5)},
    "by hand": follow_by_hand,
}
every = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)


class Column:
    """A widget, read as the browser reads it."""

    def __init__(self, widget):
        self.box = html.fragment_fromstring(widget._repr_html_())
        given = json.loads(self.box.get("data-given"))
        self.x = np.array(given["x"])
        self.filters = {int(k): np.array(f) for k, f in given["filters"].items()}
        self.planes = self.box.xpath(".//*[@class='given' or @class='made']")
        self.rects = [
            [float(plane.find("rect").get(name)) for name in ("x", "y", "width", "height")]
            for plane in self.planes
        ]
        self.kernel = int(self.rects[0][2])
        self.filter = self.filters[self.kernel]
        self.at = int(self.rects[0][1]), int(self.rects[0][0])

    def numbers(self, path):
        return [float(text) for text in self.box.xpath(path)]


def pixels(image):
    png = base64.b64decode(image.get("href").removeprefix("data:image/png;base64,"))
    tiles = np.asarray(Image.open(io.BytesIO(png)))
    side = len(tiles) // int(image.get("width"))
    small = tiles[::side, ::side]
    assert np.array_equal(tiles, small.repeat(side, axis=0).repeat(side, axis=1))
    return small


@every
def test_the_products_add_up_to_the_packages_output(make):
    column = Column(make())
    row, place = column.at
    y = conv2d(column.x, column.filter[None])[0, row, place]
    *parts, total = column.numbers(".//*[@class='sum']/text()")
    assert total == pytest.approx(y, abs=6e-4)
    assert sum(parts) == pytest.approx(y, abs=2e-3)
    said = column.box.xpath("string(.//*[@role='status'])")
    assert f"{column.filter.size} weights: y[0,\xa0{row},\xa0{place}] = " in said
    shown = column.box.xpath("string((.//*[@class='sum'])[last()])")
    assert said.endswith(f" = {shown}")

    shown = column.numbers(".//*[@class='cells']/span/text()")
    seen = column.x[:, row : row + column.kernel, place : place + column.kernel]
    expected = [
        number
        for x, w in zip(seen, column.filter, strict=True)
        for number in (*x.ravel(), *w.ravel())
    ]
    assert shown == pytest.approx(expected, abs=6e-4)


def test_the_sum_of_the_1x1_is_exact_and_is_conv1x1():
    column = Column(follow_a_pixel())
    row, place = column.at
    said = column.box.xpath("string(.//*[@role='status'])")
    products = re.findall(r"(\d+) · ([\d.]+)", said)
    assert [int(x) for x, _ in products] == column.x[:, row, place].tolist()
    thousandths = sum(int(x) * round(1000 * float(w)) for x, w in products)
    assert said.endswith(f"= {thousandths // 1000}.{thousandths % 1000:03}")
    assert conv1x1(column.x, LUMA)[0, row, place] == pytest.approx(thousandths / 1000)


@every
def test_what_is_lit_is_what_the_filter_sees_and_the_edges_run_from_corner_to_corner(make):
    column = Column(make())
    row, place = column.at
    beside, maps = column.kernel // 2, len(column.x)
    assert column.rects[:-1] == [[place, row, column.kernel, column.kernel]] * maps
    assert column.rects[-1] == [place + beside, row + beside, 1, 1]

    def laid(level, corner):
        a, _, c, d, e, f = map(
            float, re.findall(r"-?[\d.]+", column.planes[level].get("transform"))
        )
        return [a * corner[0] + c * corner[1] + e, d * corner[1] + f]

    path = column.box.xpath(".//*[@class='through']/@d")[0]
    edges = [list(map(float, re.findall(r"-?[\d.]+", edge))) for edge in path.split("M")[1:]]
    expected = []
    for down in 0, 1:
        for across in 0, 1:
            ends = [(x + across * width, y + down * height) for x, y, width, height in column.rects]
            expected.append([n for level in (0, maps - 1, maps) for n in laid(level, ends[level])])
    assert np.allclose(edges, expected, atol=1e-3)


@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_the_pictures_are_the_tiles_of_the_photograph_and_the_outputs_of_conv2d(kernel_size):
    column = Column(follow_a_pixel(kernel_size))
    means = downscale_local_mean(255 * photograph().astype(float), (1, 16, 16))
    assert abs(column.x - means).max() < 0.501

    images = column.box.xpath(".//image")
    for channel, image in enumerate(images[:3]):
        assert np.array_equal(pixels(image)[..., channel], column.x[channel])
        assert not np.delete(pixels(image), channel, axis=-1).any()
    shown = [image for image in images[3:] if image.get("hidden") is None]
    assert [int(image.get("data-output")) for image in shown] == [kernel_size]
    for image in images[3:]:
        k = int(image.get("data-output"))
        y = conv2d(column.x, column.filters[k][None])[0]
        assert abs(pixels(image)[..., 0] - y).max() < 0.501
        place = [int(image.get(name)) for name in ("x", "y", "width", "height")]
        assert place == [k // 2, k // 2, *y.shape]


def test_each_filter_of_the_photograph_is_luma_spread_out():
    column = Column(follow_a_pixel())
    assert list(column.filters) == [5, 3, 1]
    for k, weight in column.filters.items():
        assert weight.shape == (3, k, k)
        assert np.allclose(weight.sum(axis=(1, 2)), LUMA)
        assert (weight > 0).all()


def test_by_hand_is_the_example_of_the_chapter_with_each_number_on_its_tile(tmp_path):
    column = Column(follow_by_hand())
    cells = CHAPTER.read_text("utf-8").split("# %%")
    (cell,) = (cell for cell in cells if "patch = " in cell)
    (tmp_path / "cell.py").write_text(cell)
    names = runpy.run_path(tmp_path / "cell.py")
    assert np.array_equal(names["x"], BY_HAND)
    assert np.array_equal(names["weight"], FILTER_BY_HAND[None])
    numbers = column.numbers(".//*[@class='numbers']/text/text()")
    y = conv2d(BY_HAND, FILTER_BY_HAND[None])
    assert numbers == [*BY_HAND.ravel(), *y.ravel()]


@pytest.mark.parametrize("wrong", [0, 2, "3", [3], np.ones(2)])
def test_there_are_three_kernels_to_start_with(wrong):
    with pytest.raises(ValueError, match="kernel_size: expected 1, 3 or 5, got"):
        follow_a_pixel(wrong)
