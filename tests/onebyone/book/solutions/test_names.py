"""The solutions of chapter 6 hold against PyTorch."""

import numpy as np
import pytest
import torch

from onebyone.book.solutions import names as solutions


def test_a_dense_layer_of_keras_becomes_a_convolution_of_pytorch():
    rng = np.random.default_rng(0)
    kernel = rng.standard_normal((3, 5))
    x = rng.standard_normal((2, 4, 6, 3))  # channels last
    weight = torch.from_numpy(solutions.from_keras_dense(kernel))
    picture = torch.from_numpy(x).permute(0, 3, 1, 2)
    y = torch.nn.functional.conv2d(picture, weight).permute(0, 2, 3, 1)
    np.testing.assert_allclose(y.numpy(), x @ kernel)


@pytest.mark.parametrize("groups", [1, 2, 3, 5])
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
def test_the_groups_reached_are_those_that_a_gradient_reaches(groups, depth):
    x = torch.zeros(1, groups * depth, 1, 1, requires_grad=True)
    weight = torch.ones(groups * depth, depth, 1, 1)
    y = torch.nn.functional.conv2d(x, weight, groups=groups)
    y = torch.nn.functional.channel_shuffle(y, groups)
    y = torch.nn.functional.conv2d(y, weight, groups=groups)
    y[0, 0].sum().backward()
    reached = (x.grad.reshape(groups, depth) != 0).any(dim=1).sum().item()
    assert solutions.groups_reached(groups, depth) == reached
    assert reached == min(groups, depth)
