"""Every figure is drawn the same way twice, names its axes, and keeps its texts apart."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from torch import nn

from onebyone.book import timings
from onebyone.book.figures import (
    algebra,
    architectures,
    column,
    downsampling,
    efficientnet,
    feature_maps,
    gradients,
    projections,
    resnext_shufflenet,
    segmentation,
    shrinking,
    speed,
    trained,
    training,
    your_network,
)
from onebyone.book.records import load
from onebyone.summary import summary

NAMES = ["input", "stage 1", "stage 2"]
PLOTS = {
    "stages": lambda: feature_maps.plot_stages(NAMES, [3, 64, 128], [224, 112, 56]),
    "cost_against_channels": feature_maps.plot_cost_against_channels,
    "explained_variance": lambda: downsampling.plot_explained_variance([4, 8], [0.6, 0.9], [0.5, 0.7]),
    "cost_against_width": lambda: projections.plot_cost_against_width(
        "3a", [1, 2, 3], [10, 20, 30], direct=25, break_even=2, published=1
    ),
    "pointwise_shares": lambda: architectures.plot_pointwise_shares(NAMES, [0.1, 0.2, 0.3], [0.4, 0.5, 0.6]),
    "channels": lambda: architectures.plot_channels(NAMES, {"one": [3, 64, 128], "other": [3, 32, 32]}),
    "error_against_rank": lambda: algebra.plot_error_against_rank([1, 2], {"one": [0.5, 0.0], "other": [0.9, 0.1]}),
    "loss": lambda: gradients.plot_loss([4.0, 2.0, 1.0]),
    "roofline": lambda: speed.plot_roofline(2e11, 2e10, {"1×1": timings.layers([1])}),
    "growth": lambda: speed.plot_growth(load("speed")["growth"]),
    "costs": lambda: your_network.plot_costs(summary(nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU()), (3, 8, 8))),
    "families": lambda: your_network.plot_families(load("networks")["networks"], {"vgg16": "VGG"}),
    "accuracy_over_macs": lambda: shrinking.plot_accuracy_over_macs({"shrunk": [(10**6, [0.8, 0.9]), (10**5, [0.7])]}),
    "singular_values": lambda: trained.plot_singular_values([3.0, 2.0, 1.0], [2.5, 2.0, 1.5]),
    "directions": lambda: trained.plot_directions(load("shrinking")["layers"]),
    "kept_answers": lambda: trained.plot_kept_answers({"here": ([0.9, 0.5], [0.8, 0.1])}, "MACs left, %"),
    "reach": lambda: resnext_shufflenet.plot_reach({"one group": np.eye(4)}),
    "learning_curves": lambda: training.plot_learning_curves(load("training")["networks"]),
}  # fmt: skip
DIAGRAMS = {
    "column": column.draw_column,
    "shuffle_unit": resnext_shufflenet.draw_shuffle_unit,
    "squeeze_excitation": efficientnet.draw_squeeze_excitation,
    "excited_residual": efficientnet.draw_excited_residual,
    "unet": segmentation.draw_unet,
}
ALL = PLOTS | DIAGRAMS | {
    "accuracy_against_cost": lambda: training.plot_accuracy_against_cost(load("training")["networks"]),
}  # fmt: skip
NAMED_BARS = {
    "stages": "x",
    "costs": "x",
    "pointwise_shares": "y",
}  # the axis that the names stand on


@pytest.mark.parametrize("name", ALL)
def test_two_drawings_of_a_figure_are_equal(name):
    draw = ALL[name]
    assert draw()._repr_svg_() == draw()._repr_svg_()


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_names_its_axes(name):
    axes = PLOTS[name]().axes
    named = NAMED_BARS.get(name)
    assert all(one.get_ylabel() for one in axes) or named == "y"
    assert axes[-1].get_xlabel() or named == "x"


@pytest.mark.parametrize("name", DIAGRAMS)
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
