"""The solutions of the page on SqueezeNet, which need no PyTorch, hold against its modules."""

import torch

from onebyone.architectures.squeezenet import Fire, squeezenet1_0, squeezenet1_1
from onebyone.book.solutions import squeezenet as solutions


def count(module):
    return sum(p.numel() for p in module.parameters())


def test_parameters_are_those_of_the_modules():
    assert solutions.fire_parameters(96, 32, 64) == count(Fire(96, 32, 64))
    assert solutions.parameters_for_classes(10) == count(squeezenet1_0(10))


def test_a_shortcut_fits_where_the_output_has_the_shape_of_the_input():
    for network in squeezenet1_0(), squeezenet1_1():
        fires = [layer for layer in network.features if isinstance(layer, Fire)]
        fitting = []
        for number, fire in enumerate(fires, start=2):
            x = torch.zeros(1, fire.squeeze.in_channels, 3, 3)
            if fire(x).shape == x.shape:
                fitting.append(number)
        sizes = [
            (fire.squeeze.in_channels, fire.squeeze.out_channels, fire.expand3x3.out_channels)
            for fire in fires
        ]
        assert solutions.fires_that_fit_a_shortcut(sizes) == fitting
