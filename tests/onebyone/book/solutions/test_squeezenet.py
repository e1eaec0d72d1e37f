"""The solutions of the page on SqueezeNet hold against its modules."""

import pytest
import torch

from onebyone.architectures.squeezenet import Fire, squeezenet1_0
from onebyone.book.solutions import squeezenet as solutions


@pytest.mark.parametrize("widths", [(96, 16, 64), (96, 32, 64), (512, 64, 256)])
def test_parameters_are_those_of_the_module(widths):
    assert solutions.fire_parameters(*widths) == sum(p.numel() for p in Fire(*widths).parameters())


def test_a_shortcut_fits_where_the_output_has_the_shape_of_the_input():
    network = squeezenet1_0()
    fires = [layer for layer in network.features if isinstance(layer, Fire)]
    fitting = []
    for number, fire in enumerate(fires, start=2):
        x = torch.zeros(1, fire.squeeze.in_channels, 3, 3)
        if fire(x).shape == x.shape:
            fitting.append(number)
    assert solutions.fires_that_fit_a_shortcut(network) == fitting
