"""The solutions of the page on Network in Network hold against its layers."""

import torch
from torch import nn

from onebyone.book.solutions import network_in_network as solutions
from onebyone.pytorch import Conv1x1


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def test_an_average_and_a_1x1_commute():
    torch.manual_seed(0)
    x, layer = torch.randn(2, 192, 8, 8), Conv1x1(192, 10)
    torch.testing.assert_close(solutions.pool_then_classify(x, layer), layer(x).mean((2, 3)))


def test_heads_have_the_parameters_of_their_modules():
    for size in 8, 16:
        connected, pointwise = solutions.head_parameters(192, size, 10)
        assert connected == numbers(nn.Linear(192 * size * size, 10))
        assert pointwise == numbers(nn.Conv2d(192, 10, 1)) == 1_930
    assert connected == 491_530


def test_a_fully_connected_layer_does_at_one_pixel_what_the_1x1_does_at_each():
    x, layer = torch.randn(2, 192, 3, 5), Conv1x1(192, 10)
    linear = solutions.to_linear(layer)
    torch.testing.assert_close(linear(x.movedim(1, -1)).movedim(-1, 1), layer(x))
