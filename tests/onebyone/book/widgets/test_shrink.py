"""The stack that shrinks: shapes and bytes are PyTorch's, and the drawing is to scale."""

import json
import re

import numpy as np
import pytest
import torch
from lxml import html
from torch.nn import functional

from onebyone import conv2d
from onebyone.book.filters import filter_bank
from onebyone.book.widgets.shrink import WAYS, halve_maps, shrink_a_stack
from onebyone.images import photograph


@pytest.fixture(scope="module")
def shrink():
    return html.fragment_fromstring(shrink_a_stack()._repr_html_())


@pytest.fixture(scope="module")
def maps():
    return conv2d(photograph(), filter_bank(), padding=5)


def in_pytorch(maps):
    x = torch.from_numpy(maps)
    half = x.unflatten(0, (-1, 2)).mean(1)
    quarter = half.unflatten(0, (-1, 2)).mean(1)
    return [
        x,
        functional.max_pool2d(x, 2),
        x[:, ::2, ::2],
        half,
        functional.max_pool2d(half, 2),
        quarter,
    ]


def test_each_way_is_what_pytorch_makes(maps):
    for way, expected in zip(WAYS.values(), in_pytorch(maps), strict=True):
        made = way(maps)
        assert made.dtype == maps.dtype
        assert np.allclose(made, expected, atol=1e-6)


def test_each_sentence_has_the_shape_and_the_bytes(shrink, maps):
    said = json.loads(shrink.get("data-said"))
    assert [name for name, _ in said] == list(WAYS)
    for (name, text), made in zip(said, in_pytorch(maps), strict=True):
        bytes_ = made.numel() * made.element_size()
        share = round(maps.nbytes / bytes_)
        part = f", 1/{share} of what came in" if share > 1 else ""
        channels, height, width = made.shape
        assert text == f"{name}: {channels} maps of {height}×{width}, {bytes_ / 1e6:.1f} MB{part}."


def test_the_drawing_is_to_scale(shrink, maps):
    for step, made in enumerate(in_pytorch(maps)):
        (part,) = shrink.xpath(f".//*[@data-step='{step}']")
        outer, inner = (
            [float(n) for n in re.search(r"v([\d.]+)h([\d.]+)", path.get("d")).groups()]
            for path in part.xpath("./*[@class='ghost' or contains(@class, 'face')]")
        )
        channels, height, _ = made.shape
        assert inner[0] / outer[0] == pytest.approx(channels / 64, abs=0.001)
        assert inner[1] / outer[1] == pytest.approx(height / 256, abs=0.001)
        words = [text.text for text in part.xpath(".//text")]
        assert words == [f"{channels} channels", f"{height} pixels"]


def test_a_1x1_halves_any_even_number_of_maps():
    x = np.arange(24, dtype=np.float32).reshape(6, 2, 2)
    assert np.array_equal(halve_maps(x), (x[::2] + x[1::2]) / 2)
