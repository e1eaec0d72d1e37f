"""The solutions of the page on ResNeXt and ShuffleNet hold against modules."""

import pytest
import torch
from torch import nn

from onebyone.architectures.resnet import Bottleneck
from onebyone.architectures.shufflenet_v2 import channel_shuffle
from onebyone.book.solutions import resnext_shufflenet as solutions


def weights(module):
    return sum(m.weight.numel() for m in module.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize(("width", "groups", "expansion"), [(64, 1, 4), (128, 32, 2)])
def test_a_bottleneck_has_the_weights_of_its_module(width, groups, expansion):
    block = Bottleneck(256, width, 1, expansion, groups)
    assert solutions.bottleneck_weights(256, width, groups) == weights(block)


@pytest.mark.parametrize(("channels", "groups"), [(12, 3), (12, 4), (116, 2), (5, 1)])
def test_the_order_is_that_of_the_shuffle(channels, groups):
    order = channel_shuffle(torch.arange(channels)[:, None, None], groups).flatten()
    assert solutions.shuffle_order(channels, groups) == order.tolist()


@pytest.mark.parametrize(("channels", "groups"), [(12, 3), (116, 2), (4, 2)])
def test_so_many_shuffles_restore_the_order_and_no_fewer(channels, groups):
    times = solutions.shuffles_until_back(channels, groups)
    # A shuffle multiplies a channel's place by the groups, modulo one less than the channels.
    powers = [groups**n % (channels - 1) for n in range(1, times + 1)]
    assert powers.index(1) == times - 1
