"""The solutions of the page on ConvNeXt hold against modules."""

import pytest
import torch
from torch import nn

from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.book.solutions import convnext as solutions
from onebyone.book.solutions.in_pytorch import convnext as in_pytorch
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
    expected = block(x)
    last = block.block[5]
    parts = last.weight.data, last.bias.data, block.layer_scale.data.flatten()
    folded = solutions.fold_layer_scale(*(part.numpy() for part in parts))
    last.weight.data, last.bias.data = map(torch.from_numpy, folded)
    torch.testing.assert_close(x + block.block(x), expected)


@pytest.mark.parametrize("shape", [(7, 3, 4, 2), (7, 1, 4, 4), (7, 3, 5, 5)])
def test_filters_that_are_not_square_or_do_not_fit_are_refused(shape):
    with pytest.raises((RuntimeError, ValueError)):
        in_pytorch.patches_by_1x1(torch.zeros(1, 3, 8, 8), torch.zeros(shape))
