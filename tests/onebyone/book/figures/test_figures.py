"""Figures draw the numbers that they are about, and two drawings of one are equal."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from mkdocs.utils.yaml import yaml_load
from torch import nn

from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.architectures.network_in_network import mlpconv
from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.squeezenet import Fire
from onebyone.book import timings
from onebyone.book.figures import (
    article,
    curves,
    diagrams,
    drawing,
    rooflines,
    trials,
)
from onebyone.book.records import record
from onebyone.cost import macs, parameters

BOOK = Path(__file__).parents[4]
NAMES = ["input", "stage 1", "stage 2"]
DRAWN = {
    "cost_against_channels": article.cost_against_channels,
    "stages": lambda: article.stages(NAMES, [3, 64, 128], [224, 112, 56]),
    "kept_variance": lambda: article.kept_variance([4, 8], [0.6, 0.9], [0.5, 0.7]),
    "loss_curve": lambda: curves.loss_curve([4.0, 2.0, 1.0]),
    "error_against_rank": lambda: curves.error_against_rank([1, 2], {"one": [0.5, 0.0], "other": [0.9, 0.1]}),
    "roofline": lambda: rooflines.roofline(2e11, 2e10, {"1×1": timings.layers([1])}),
    "learning_curves": lambda: trials.learning_curves(record("training")["networks"]),
    "growth": lambda: rooflines.growth(record("speed")["growth"]),
    "pointwise_shares": lambda: article.pointwise_shares(NAMES, [0.1, 0.2, 0.3], [0.4, 0.5, 0.6]),
    "cost_against_width": lambda: article.cost_against_width(
        "3a", [1, 2, 3], [10, 20, 30], direct=25, break_even=2, published=1
    ),
}  # fmt: skip
DIAGRAMS = {
    "filter_over_channels": article.filter_over_channels,
    "mlpconv": diagrams.mlpconv,
    "inception": diagrams.inception,
    "bottleneck": diagrams.bottleneck,
    "projection_shortcut": diagrams.projection_shortcut,
    "fire": diagrams.fire,
    "depthwise_separable": diagrams.depthwise_separable,
    "inverted_residual": diagrams.inverted_residual,
}
OF_NAMED_BARS = {"stages": "x", "pointwise_shares": "y"}


def is_colour(value):
    return isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)


@pytest.mark.parametrize("name", DRAWN | DIAGRAMS)
def test_two_drawings_of_a_figure_are_equal(name):
    draw = (DRAWN | DIAGRAMS)[name]
    assert draw()._repr_svg_() == draw()._repr_svg_()


@pytest.mark.parametrize("name", DRAWN)
def test_every_plot_names_its_axes(name):
    axes = DRAWN[name]().axes
    named = OF_NAMED_BARS.get(name)
    assert all(one.get_ylabel() for one in axes) or named == "y"
    assert axes[-1].get_xlabel() or named == "x"


@pytest.mark.parametrize("name", list(DIAGRAMS)[1:])
def test_no_text_of_a_diagram_leaves_it_or_covers_another(name):
    figure = DIAGRAMS[name]()
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = {
        text.get_text(): text.get_window_extent(renderer)
        for text in figure.axes[0].texts
        if text.get_text()
    }
    for text, box in boxes.items():
        assert figure.bbox.fully_contains(*box.min), text
        assert figure.bbox.fully_contains(*box.max), text
        others = [other for other in boxes.values() if other is not box]
        assert not box.count_overlaps(others), text


def test_the_boxes_of_a_block_are_the_layers_of_its_module():
    drawn = {
        diagrams.mlpconv: mlpconv(3, (192, 160, 96), 5),
        diagrams.inception: Inception(192, WIDTHS["3a"]),
        diagrams.bottleneck: Bottleneck(256, 64),
        diagrams.projection_shortcut: Bottleneck(256, 128, stride=2),
        diagrams.fire: Fire(96, 16, 64),
        diagrams.depthwise_separable: depthwise_separable(32, 64, 1),
        diagrams.inverted_residual: InvertedResidual(24, 24, 1, 6),
    }
    for draw, module in drawn.items():
        boxes = sorted(
            text.get_text().split("\n")[1]
            for text in draw().axes[0].texts
            if "→" in text.get_text()
        )
        layers = sorted(
            f"{layer.in_channels} → {layer.out_channels}"
            for layer in module.modules()
            if isinstance(layer, nn.Conv2d)
        )
        assert boxes == layers, draw.__name__


def test_the_lines_of_cost_grow_with_the_square_of_the_channels():
    above, below = article.cost_against_channels().axes
    for line, kernel in zip(above.lines, (7, 5, 3, 1), strict=True):
        channels = np.array(line.get_xdata())
        assert np.array_equal(line.get_ydata(), kernel**2 * channels**2)
    for line, kernel in zip(below.lines, (7, 5, 3, 1), strict=True):
        channels = np.array(line.get_xdata())
        expected = 28 * 28 * kernel**2 * channels**2
        assert np.array_equal(line.get_ydata(), expected)
    assert parameters(16, 16, 7, bias=False) == above.lines[0].get_ydata()[0]
    assert macs(16, 16, 7, 28, 28) == below.lines[0].get_ydata()[0]


def test_the_break_even_is_marked_where_the_cost_is():
    axes = DRAWN["cost_against_width"]().axes[0]
    line, level, break_even, published = axes.lines
    assert list(line.get_ydata()) == [10, 20, 30]
    assert list(level.get_ydata()) == [25, 25]
    assert (break_even.get_xdata()[0], break_even.get_ydata()[0]) == (2, 20)
    assert (published.get_xdata()[0], published.get_ydata()[0]) == (1, 10)


def test_each_colour_has_a_counterpart_in_the_dark_scheme():
    settings = yaml_load((BOOK / "mkdocs.yml").read_text(encoding="utf-8"))
    drawn = {value for value in vars(drawing).values() if is_colour(value)}
    assert len(drawn) == 6
    assert drawn <= set(settings["extra"]["figure_colours"])


def test_more_series_than_marks_are_refused_and_none_is_dropped():
    five = dict.fromkeys("abcde", 1)
    with pytest.raises(ValueError, match="groups: expected at most 4 series"):
        drawing.marked("groups", five)
