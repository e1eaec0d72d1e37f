"""The record of training was made with the settings of today, and what page 10 says of it is true of it."""

import itertools
from statistics import mean

import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg

from onebyone import architectures, digits, training
from onebyone.book.figures import trials
from onebyone.book.records import record

NAMES = tuple(training.NETWORKS)
RECORD = record("training")


def test_the_record_was_made_with_the_settings_of_today():
    assert RECORD["settings"] == {
        "epochs": training.EPOCHS,
        "digits to learn from": 10 * digits.TRAINED,
        "batch": training.BATCH,
        "rate": training.RATE,
        "averaged": training.AVERAGED,
    }
    assert tuple(RECORD["networks"]) == NAMES
    assert RECORD["machine"]["date"] >= "2026-11-25"


def parameters(name):
    return RECORD["networks"][name]["parameters"]


def last(name):
    return [shares[-1] for shares in RECORD["networks"][name]["accuracies"]]


def after(epoch, name):
    accuracies = RECORD["networks"][name]["accuracies"]
    return mean(shares[epoch - 1] for shares in accuracies)


def test_the_plain_network_is_ahead_by_about_a_point_from_every_seed():
    for small in NAMES[1:]:
        pairs = zip(last("plain"), last(small), strict=True)
        assert all(plain > other for plain, other in pairs)
        assert min(last("plain")) > max(last(small))
        gap = 100 * (mean(last("plain")) - mean(last(small)))
        assert 0.85 < gap < 1.15


def test_the_small_networks_overlap():
    for one, other in itertools.combinations(NAMES[1:], 2):
        assert min(last(one)) <= max(last(other))
        assert min(last(other)) <= max(last(one))


def test_the_small_networks_have_a_sixth_of_the_parameters_or_less():
    for small in NAMES[1:]:
        assert 5.5 < parameters("plain") / parameters(small) < 7


def test_early_numbers_make_the_bottleneck_look_far_worse_than_it_is():
    gaps = [after(e, "plain") - after(e, "bottleneck") for e in (1, 6)]
    assert gaps[0] > 20 * gaps[1] > 0
    assert all(after(1, name) < 0.7 for name in NAMES[1:])
    assert after(1, "plain") > 0.9
    assert all(after(4, name) > 0.95 for name in NAMES)


def test_two_of_the_small_networks_gain_from_the_second_epoch_more_than_the_bottleneck():
    for name in "separable", "narrow plain":
        assert 0.03 < after(2, name) - after(2, "bottleneck") < 0.045


def test_the_networks_of_part_5_are_as_many_times_as_large_as_the_page_says():
    plain = parameters("plain")
    with torch.device("meta"):
        sizes = [
            sum(p.numel() for p in getattr(architectures, name)().parameters())
            for name in architectures.__all__
        ]
    assert (round(min(sizes) / plain), round(max(sizes) / plain)) == (16, 986)


def test_a_mark_stands_for_every_seed():
    figure = trials.accuracy_against_cost(RECORD["networks"])
    left = figure.axes[0]
    marks = [line for line in left.lines if len(line.get_xdata()) == 5]
    assert len(marks) == len(NAMES)
    for line, name in zip(marks, NAMES, strict=True):
        assert set(line.get_xdata()) == {parameters(name) / 1000}
        assert list(line.get_ydata()) == [100 * share for share in last(name)]


def test_no_two_numbers_under_the_costs_cover_each_other():
    figure = trials.accuracy_against_cost(RECORD["networks"])
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
