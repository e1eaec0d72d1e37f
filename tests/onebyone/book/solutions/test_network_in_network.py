"""The heads that a solution of the page on Network in Network counts are those of its layers."""

from torch import nn

from onebyone.book.solutions.network_in_network import head_parameters


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def test_heads_have_the_parameters_of_their_modules():
    for size in 8, 16:
        connected, pointwise = head_parameters(192, size, 10)
        assert connected == numbers(nn.Linear(192 * size * size, 10))
        assert pointwise == numbers(nn.Conv2d(192, 10, 1)) == 1_930
    assert connected == 491_530
