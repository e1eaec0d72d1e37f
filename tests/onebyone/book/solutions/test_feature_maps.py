"""The solutions of chapter 2 hold against PyTorch."""

import numpy as np
import pytest
import torch
from torch import nn

from onebyone.book.solutions import feature_maps as solutions


@pytest.mark.parametrize(("c_in", "filters", "k"), [(3, 64, 5), (512, 512, 3)])
def test_the_share_of_biases_is_that_of_the_module(c_in, filters, k):
    module = nn.Conv2d(c_in, filters, k)
    total = sum(p.numel() for p in module.parameters())
    assert solutions.share_of_biases(c_in, filters, k) == pytest.approx(module.bias.numel() / total)


def test_maxout_is_a_maximum_over_pairs():
    x = np.random.default_rng(0).standard_normal((4, 6, 8))
    expected = torch.from_numpy(x).reshape(2, 2, 6, 8).amax(dim=1).numpy()
    assert np.array_equal(solutions.maxout(x), expected)


def test_doubling_one_side_doubles_and_both_sides_quadruples():
    assert solutions.growth_when_doubled(64, 64, 3) == (4, 2, 2)
