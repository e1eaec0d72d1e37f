"""Figures draw the numbers that they are about, and two drawings of one are equal."""

import re
from pathlib import Path

import numpy as np
import pytest
from mkdocs.utils.yaml import yaml_load

from onebyone import figures
from onebyone.cost import macs, parameters

BOOK = Path(__file__).parents[2]
NAMES = ["input", "stage 1", "stage 2"]
DRAWN = {
    "filter_over_channels": figures.filter_over_channels,
    "cost_against_channels": figures.cost_against_channels,
    "stages": lambda: figures.stages(NAMES, [3, 64, 128], [224, 112, 56]),
    "kept_variance": lambda: figures.kept_variance([4, 8], [0.6, 0.9], [0.5, 0.7]),
    "cost_against_width": lambda: figures.cost_against_width(
        "3a", [1, 2, 3], [10, 20, 30], direct=25, break_even=2, published=1
    ),
}  # fmt: skip


def is_colour(value):
    return isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)


@pytest.mark.parametrize("name", DRAWN)
def test_two_drawings_of_a_figure_are_equal(name):
    assert DRAWN[name]()._repr_svg_() == DRAWN[name]()._repr_svg_()


@pytest.mark.parametrize("name", list(DRAWN)[1:])
def test_every_plot_names_its_axes(name):
    axes = DRAWN[name]().axes
    assert all(one.get_ylabel() for one in axes)
    assert axes[-1].get_xlabel() or name == "stages"  # whose bars have names


def test_the_lines_of_cost_grow_with_the_square_of_the_channels():
    above, below = figures.cost_against_channels().axes
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
    drawn = {value for value in vars(figures).values() if is_colour(value)}
    assert len(drawn) == 6
    assert drawn <= set(settings["extra"]["figure_colours"])
