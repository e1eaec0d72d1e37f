"""The solutions of the page on ConvNeXt hold against modules."""

import pytest
import torch
from torch import nn

from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.book.solutions import convnext as solutions
from onebyone.summary import summary


@pytest.mark.parametrize("on_the_wide", [False, True])
def test_the_depthwise_layer_costs_what_its_module_does(on_the_wide):
    width = 4 * 96 if on_the_wide else 96
    layer = nn.Conv2d(width, width, 7, padding=3, groups=width)
    expected = summary(layer, (width, 56, 56)).macs
    assert solutions.depthwise_macs(96, 56, on_the_wide=on_the_wide) == expected


def test_a_folded_scale_needs_no_scale():
    torch.manual_seed(0)
    block = ConvNeXtBlock(12).double()
    nn.init.normal_(block.layer_scale)
    x = torch.randn(2, 12, 5, 6, dtype=torch.float64)
    before = {name: value.clone() for name, value in block.state_dict().items()}
    folded = solutions.fold_layer_scale(block).double()
    torch.testing.assert_close(x + folded(x), block(x), rtol=1e-5, atol=1e-5)
    assert all(torch.equal(value, before[name]) for name, value in block.state_dict().items())


@pytest.mark.parametrize(("c_in", "size"), [(3, 4), (12, 2), (5, 1)])
def test_patches_are_pixels_with_more_channels(c_in, size):
    torch.manual_seed(0)
    layer = nn.Conv2d(c_in, 7, size, stride=size).double()
    x = torch.randn(2, c_in, 3 * size, 5 * size, dtype=torch.float64)
    torch.testing.assert_close(solutions.patches_by_1x1(x, layer), layer(x))
