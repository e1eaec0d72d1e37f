"""A layer that grows: each map is conv2d's of its own filter alone, and each sentence counts as PyTorch does."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from lxml import html
from PIL import Image
from torch import nn

from onebyone import conv2d
from onebyone.book.widgets.column import tiles
from onebyone.book.widgets.layer import add_filters, filters
from onebyone.book.widgets.steps import Step, draw_steps


@pytest.fixture(scope="module")
def layer():
    return html.fragment_fromstring(add_filters()._repr_html_())


def pixels(image):
    png = base64.b64decode(image.get("href").removeprefix("data:image/png;base64,"))
    tiles = np.asarray(Image.open(io.BytesIO(png)))[..., 0]
    side = len(tiles) // int(image.get("width"))
    return tiles[::side, ::side]


def shown(box, step):
    """Return the parts that are there in a step."""
    return [
        part for part in box.xpath(".//*[@data-step]") if str(step) in part.get("data-step").split()
    ]


def test_each_step_has_one_map_more_and_those_before_stay(layer):
    before = []
    for step in range(6):
        parts = shown(layer, step)
        assert len(parts) == step + 1
        assert all(part in parts for part in before)
        before = parts
    assert [part.get("hidden") is None for part in shown(layer, 5)] == [False] * 5 + [True]


def test_a_map_is_conv2ds_of_its_own_filter_alone(layer):
    for n, (name, weight) in enumerate(filters().items()):
        (part,) = set(shown(layer, n)) - set(shown(layer, n - 1))
        (image,) = part.xpath(".//image")
        y = conv2d(tiles(), weight[None])[0]
        grey = y if name == "blur" else 127.5 + y / 3
        assert abs(pixels(image) - np.clip(grey, 0, 255)).max() < 0.501


def test_the_sentences_count_as_pytorch_does(layer):
    x = torch.zeros(3, 16, 16)
    said = json.loads(layer.get("data-said"))
    assert [name for name, _ in said] == list(filters())
    for n, (name, text) in enumerate(said, 1):
        module = nn.Conv2d(3, n, 3, bias=False)
        assert f"weight {tuple(module.weight.shape)}, {module.weight.numel()} numbers" in text
        assert f"{tuple(x.shape)} becomes {tuple(module(x).shape)}" in text
        assert text.endswith(f"The last one finds {name}.")
    assert layer.xpath("string(.//*[@role='status'])") == said[0][1]


def test_a_flat_picture_has_neither_edges_nor_colours():
    flat = np.full((3, 5, 5), 9.0)
    for name, weight in filters().items():
        assert np.allclose(conv2d(flat, weight[None]), 9 if name == "blur" else 0)


def test_steps_begin_with_the_first_and_cannot_go_back_from_there():
    box = html.fragment_fromstring(
        draw_steps(
            "a", "<svg></svg>", [Step("one", "1 < 2"), Step("two", '"2"')], "Less", "More"
        ).content
    )
    assert json.loads(box.get("data-said")) == [["one", "1 < 2"], ["two", '"2"']]
    assert box.xpath("string(.//p)") == "1 < 2"
    assert [b.get("disabled") is not None for b in box.xpath(".//button")] == [True, False]
    (slider,) = box.xpath(".//input")
    assert (slider.get("min"), slider.get("max"), slider.get("value")) == ("0", "1", "0")
