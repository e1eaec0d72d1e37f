"""The record of chapter 10 was made with the settings of today, and what the page says of it is true of it."""

import itertools
import json
import os
import runpy
import sys
from statistics import mean

import numpy as np
import pytest
import torch

from onebyone import architectures, digits, training
from onebyone.book import records, trials
from onebyone.summary import summary

NAMES = tuple(training.NETWORKS)
RECORD = records.load("training")


def test_the_record_was_made_with_the_settings_of_today():
    assert RECORD["settings"] == {
        "epochs": training.EPOCHS,
        "training digits": 10 * digits.PER_CLASS,
        "batch size": training.BATCH_SIZE,
        "peak learning rate": training.LEARNING_RATE,
        "calibration digits": training.CALIBRATION_DIGITS,
    }
    assert tuple(RECORD["networks"]) == NAMES
    for found in RECORD["networks"].values():
        assert np.shape(found["accuracies"]) == (training.SEEDS, training.EPOCHS)


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_costs_are_those_of_the_network(name):
    cost = summary(training.network(name), digits.SHAPE)
    found = RECORD["networks"][name]
    assert (found["parameters"], found["macs"]) == (cost.parameters, cost.macs)


@pytest.mark.skipif("WHOLE" not in os.environ, reason="trains a network: WHOLE=1, once a week")
def test_the_record_can_be_made_again():
    # Another processor rounds in another order, and training makes that larger: so only the end is compared.
    again = training.train("separable", 0, digits.load())[-1]
    recorded = RECORD["networks"]["separable"]["accuracies"][0][-1]
    assert again == pytest.approx(recorded, abs=0.015)


def test_the_command_writes_a_record_like_the_one_that_comes_with_the_package(
    tmp_path, monkeypatch, capsys
):
    few = digits.load(per_class=1)
    few = few._replace(test_x=few.test_x[::100], test_y=few.test_y[::100])
    monkeypatch.setattr(digits, "load", lambda: few)
    monkeypatch.setattr(records, "files", lambda _: tmp_path)
    # It runs as a program, and not as the module that is imported here.
    monkeypatch.delitem(sys.modules, "onebyone.book.trials")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/training.json").write_text("{}")
    runpy.run_module("onebyone.book.trials", run_name="__main__")
    written = json.loads((tmp_path / "data/training.json").read_text())
    assert written.keys() == RECORD.keys()
    assert written["command"] == RECORD["command"]
    assert written["settings"] == RECORD["settings"]
    for name, found in written["networks"].items():
        assert found.keys() == RECORD["networks"][name].keys()
        assert np.shape(found["accuracies"]) == (5, 6)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [*NAMES]


def test_no_seeds_are_refused():
    with pytest.raises(ValueError, match="seeds: expected an integer of at least 1, got 0"):
        trials.run_trials(0, digits.load(1), 1)


def parameters(name):
    return RECORD["networks"][name]["parameters"]


def last(name):
    return [seed[-1] for seed in RECORD["networks"][name]["accuracies"]]


def after(epoch, name):
    return mean(seed[epoch - 1] for seed in RECORD["networks"][name]["accuracies"])


def test_the_plain_network_is_ahead_by_about_a_point_from_every_seed():
    for small in NAMES[1:]:
        pairs = zip(last("plain"), last(small), strict=True)
        assert all(plain > other for plain, other in pairs)
        gap = 100 * (mean(last("plain")) - mean(last(small)))
        assert 0.85 < gap < 1.2


def test_the_worst_seed_of_the_plain_network_ties_with_the_best_of_the_bottleneck():
    assert min(last("plain")) == max(last("bottleneck"))
    assert min(last("plain")) > max(last("separable") + last("narrow plain"))


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
        assert 0.025 < after(2, name) - after(2, "bottleneck") < 0.03


def test_the_networks_of_part_5_are_16_to_986_times_as_large():
    plain = parameters("plain")
    with torch.device("meta"):
        sizes = [
            sum(p.numel() for p in getattr(architectures, name)().parameters())
            for name in architectures.__all__
        ]
    assert (round(min(sizes) / plain), round(max(sizes) / plain)) == (16, 986)
