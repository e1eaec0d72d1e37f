"""The figures of chapter 10 show every seed, and their tick labels can be read."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg

from onebyone.book.figures import training
from onebyone.book.records import load

NETWORKS = load("training")["networks"]


def test_a_mark_stands_for_every_seed():
    left, _ = training.plot_accuracy_against_cost(NETWORKS).axes
    marks = [line for line in left.lines if len(line.get_xdata()) == 5]
    for line, found in zip(marks, NETWORKS.values(), strict=True):
        assert set(line.get_xdata()) == {found["parameters"] / 1000}
        assert list(line.get_ydata()) == [100 * seed[-1] for seed in found["accuracies"]]


def test_no_two_tick_labels_of_the_costs_cover_each_other():
    figure = training.plot_accuracy_against_cost(NETWORKS)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = [
            label.get_window_extent(renderer)
            for label in axes.get_xticklabels(which="both")
            if label.get_text()
        ]
        assert len(boxes) > 1
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)
