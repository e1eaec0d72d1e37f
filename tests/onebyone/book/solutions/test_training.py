"""The solutions of chapter 10 hold against draws, counted layers, and all outcomes."""

import itertools

import numpy as np
import pytest
from torch import nn

from onebyone.book.solutions import training as solutions


def test_two_standard_deviations_of_that_many_digits_are_the_gap():
    n = solutions.digits_needed(0.97, 0.005)
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

    best = solutions.width_of_control(16, 12, 10, 10_458)
    distances = [abs(size(width) - 10_458) for width in range(20, 31)]
    assert abs(size(best) - 10_458) == min(distances)


def test_the_probability_is_that_of_five_heads_or_five_tails():
    ways = list(itertools.product((0, 1), repeat=5))
    always = sum(len(set(way)) == 1 for way in ways)
    assert solutions.probability_of_sweep(5) == always / len(ways)
