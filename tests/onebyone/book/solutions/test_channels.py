"""The solutions of chapter 1 hold against PyTorch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from onebyone.book.solutions import channels as solutions


@pytest.mark.parametrize(("c_in", "filters", "k"), [(3, 64, 5), (512, 512, 3)])
def test_parameters_are_those_of_the_module(c_in, filters, k):
    module = nn.Conv2d(c_in, filters, k)
    assert solutions.count_parameters(c_in, filters, k) == sum(
        p.numel() for p in module.parameters()
    )


def test_the_padding_keeps_the_size():
    for k in (1, 3, 5, 7):
        padding = solutions.same_padding(k)
        y = F.conv2d(torch.zeros(1, 28, 28), torch.zeros(1, 1, k, k), padding=padding)
        assert y.shape == (1, 28, 28)
    with pytest.raises(ValueError, match="kernel_size: expected an odd number, got 4"):
        solutions.same_padding(4)


def test_channel_by_channel_is_the_convolution():
    rng = np.random.default_rng(0)
    x, filters = rng.standard_normal((4, 6, 8)), rng.standard_normal((5, 4, 3, 3))
    expected = F.conv2d(torch.from_numpy(x), torch.from_numpy(filters))
    assert np.allclose(solutions.conv2d_by_channel(x, filters), expected.numpy())
