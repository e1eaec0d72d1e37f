"""The networks are what page 10 says, and they learn."""

import json
import runpy
import sys

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import training
from onebyone.book.records import record
from onebyone.digits import SHAPE, digits
from onebyone.summary import summary

NAMES = tuple(training.NETWORKS)
RECORD = record("training")


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture(scope="module")
def few():
    return digits(of_each=200)


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
    model(torch.zeros(1, *SHAPE))
    kept = RECORD["networks"][name]
    assert sum(p.numel() for p in model.parameters()) == PARAMETERS[name]
    assert kept["parameters"] == PARAMETERS[name]
    assert kept["macs"] == sum(counted)
    assert kept["macs"] == summary(model, SHAPE).macs


def test_all_networks_differ_in_their_blocks_alone():
    shapes = {name: [type(part).__name__ for part in training.network(name)] for name in NAMES}
    assert len(set(map(tuple, shapes.values()))) == 1


def batches_of(name, data, monkeypatch):
    """Train a network for an epoch, and return the sum of each batch that it learns from."""
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
    data = digits(of_each=20)
    orders = {tuple(np.round(batches_of(name, data, monkeypatch), 2)) for name in NAMES}
    assert len(orders) == 1
    assert {len(order) for order in orders} == {2}


def test_nobody_elses_random_numbers_and_threads_are_moved():
    torch.manual_seed(7)
    expected, threads = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(7)
    training.train("separable", 0, digits(of_each=2), epochs=1)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_the_number_of_threads_changes_no_result():
    few = digits(of_each=20)
    threads = torch.get_num_threads()
    shares = []
    for number in 1, 2:
        torch.set_num_threads(number)
        shares.append(training.train("bottleneck", 0, few, epochs=2))
    torch.set_num_threads(threads)
    assert shares[0] == shares[1]


def test_averages_taken_anew_change_the_test_and_not_what_is_learned(monkeypatch, few):
    losses = []

    def watched(*arguments):
        losses.append(cross_entropy(*arguments))
        return losses[-1]

    cross_entropy = training.F.cross_entropy
    monkeypatch.setattr(training.F, "cross_entropy", watched)
    (kept,), (anew,) = (
        training.train("bottleneck", 0, few, epochs=1, average_anew=anew) for anew in (False, True)
    )
    first, second = torch.stack(losses).view(2, -1)
    assert torch.equal(first, second)
    assert anew > kept + 0.1


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
            lambda: training.train("plain", -1, digits(1)),
            ValueError,
            "seed: expected an integer of at least 0, got -1",
        ),
        (
            lambda: training.train("plain", 0, digits(1), epochs=0),
            ValueError,
            "epochs: expected an integer of at least 1, got 0",
        ),
        (
            lambda: training.train("plain", 0, digits(1), average_anew=1),
            TypeError,
            "average_anew: expected True or False, got 1",
        ),
        (
            lambda: training.experiment(0, digits(1), 1),
            ValueError,
            "seeds: expected an integer of at least 1, got 0",
        ),
    ],
)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_the_command_writes_a_record_like_the_one_that_comes_with_the_package(
    tmp_path, monkeypatch, capsys
):
    few = digits(of_each=1)
    few = few._replace(test_x=few.test_x[::100], test_y=few.test_y[::100])
    monkeypatch.setattr("onebyone.digits.digits", lambda: few)
    monkeypatch.setattr("onebyone.book.records.files", lambda _: tmp_path)
    # It runs as a program, and not as the module that is imported here.
    monkeypatch.delitem(sys.modules, "onebyone.training")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/training.json").write_text("{}")
    runpy.run_module("onebyone.training", run_name="__main__")
    written = json.loads((tmp_path / "data/training.json").read_text())
    assert written.keys() == RECORD.keys()
    assert written["settings"] == RECORD["settings"]
    for name, found in written["networks"].items():
        assert found.keys() == RECORD["networks"][name].keys()
        assert np.shape(found["accuracies"]) == (5, 6)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [*NAMES]
