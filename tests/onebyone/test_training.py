"""The networks of chapter 10 differ in their blocks alone, and they learn."""

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import digits, training
from onebyone.summary import summary

NAMES = tuple(training.NETWORKS)


@pytest.fixture(scope="module")
def few():
    return digits.load(per_class=200)


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
    model(torch.zeros(1, *digits.SHAPE))
    macs = sum(counted)
    found = summary(model, digits.SHAPE)
    assert (found.parameters, found.macs) == (PARAMETERS[name], macs)


def test_all_networks_differ_in_their_blocks_alone():
    shapes = {name: [type(part).__name__ for part in training.network(name)] for name in NAMES}
    assert len(set(map(tuple, shapes.values()))) == 1


def batches_of(name, data, monkeypatch):
    """Train a network for an epoch, and return the sum of each training batch."""
    sums = []

    def watched(name):
        model = network(name)
        model.register_forward_pre_hook(
            lambda _, inputs: (
                (torch.is_grad_enabled() and sums.append(inputs[0].sum().item())) or None
            )
        )
        return model

    network = training.network
    with monkeypatch.context() as patch:
        patch.setattr(training, "network", watched)
        training.train(name, 3, data, epochs=1)
    return sums


def test_a_seed_draws_the_same_order_of_digits_for_all_networks(monkeypatch):
    data = digits.load(per_class=20)
    orders = {tuple(np.round(batches_of(name, data, monkeypatch), 2)) for name in NAMES}
    assert len(orders) == 1
    assert {len(order) for order in orders} == {2}


def test_nobody_elses_random_numbers_and_threads_are_moved():
    torch.manual_seed(7)
    expected, threads = torch.rand(3), torch.get_num_threads()
    torch.set_num_threads(2)  # training takes one
    torch.manual_seed(7)
    training.train("separable", 0, digits.load(per_class=2), epochs=1)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)


def test_the_number_of_threads_changes_no_result():
    few = digits.load(per_class=20)
    threads = torch.get_num_threads()
    accuracies = []
    for number in 1, 2:
        torch.set_num_threads(number)
        accuracies.append(training.train("bottleneck", 0, few, epochs=2))
    torch.set_num_threads(threads)
    assert accuracies[0] == accuracies[1]


def test_recalibration_changes_the_test_accuracy_and_not_the_losses(monkeypatch, few):
    losses = []

    def watched(*arguments):
        losses.append(cross_entropy(*arguments))
        return losses[-1]

    cross_entropy = training.F.cross_entropy
    monkeypatch.setattr(training.F, "cross_entropy", watched)
    (running,), (recalibrated,) = (
        training.train("bottleneck", 0, few, epochs=1, recalibrate_norm=choice)
        for choice in (False, True)
    )
    first, second = torch.stack(losses).view(2, -1)
    assert torch.equal(first, second)
    assert recalibrated > running + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_three_epochs_learn_far_more_than_chance(name, few):
    assert training.train(name, 0, few, epochs=3)[-1] > 0.4


def test_a_seed_gives_the_same_run_again_and_another_seed_a_different_one():
    few = digits.load(per_class=20)
    first = training.train("separable", 0, few, epochs=2)
    assert training.train("separable", 0, few, epochs=2) == first
    assert training.train("separable", 1, few, epochs=2) != first


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: training.block("wide", 4, 8),
            ValueError,
            "kind: expected one of plain, bottleneck, separable, got 'wide'",
        ),
        (
            lambda: training.block("bottleneck", 4, 10),
            ValueError,
            "out_channels: expected a multiple of 4, got 10",
        ),
        (
            lambda: training.block("plain", 0, 8),
            ValueError,
            "in_channels: expected an integer of at least 1, got 0",
        ),
        (
            lambda: training.network("wide"),
            ValueError,
            "name: expected one of plain, bottleneck, separable, narrow plain, got 'wide'",
        ),
        (
            lambda: training.train("plain", -1, digits.load(1)),
            ValueError,
            "seed: expected an integer of at least 0, got -1",
        ),
        (
            lambda: training.train("plain", 0, digits.load(1), epochs=0),
            ValueError,
            "epochs: expected an integer of at least 1, got 0",
        ),
        (
            lambda: training.train("plain", 0, digits.load(1), recalibrate_norm=1),
            TypeError,
            "recalibrate_norm: expected True or False, got 1",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
