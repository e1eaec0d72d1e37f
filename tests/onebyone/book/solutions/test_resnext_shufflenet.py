"""The solutions of the page on ResNeXt and ShuffleNet hold against modules and by brute force."""

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import conv1x1
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.solutions import resnext_shufflenet as solutions


def weights(module):
    return sum(m.weight.numel() for m in module.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize(("width", "groups", "expansion"), [(64, 1, 4), (128, 32, 2)])
def test_a_bottleneck_has_the_weights_of_its_module(width, groups, expansion):
    block = Bottleneck(256, width, 1, expansion, groups)
    assert solutions.bottleneck_weights(256, width, groups) == weights(block)


def test_no_wider_bottleneck_fits_the_budget():
    found = solutions.widest_grouped_bottleneck(256, 70_144, (1, 2, 32, 64, 512))
    for groups, width in found.items():
        fitting = [
            w for w in range(groups, 300, groups) if 512 * w + 9 * w * (w // groups) <= 70_144
        ]
        assert width == max(fitting, default=0)


@pytest.mark.parametrize(("channels", "groups"), [(12, 3), (12, 4), (116, 2), (5, 1)])
def test_a_shuffle_disappears_in_the_layer_after_it(channels, groups):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((channels, 4, 5))
    weight = rng.standard_normal((7, channels))
    shuffled = nn.ChannelShuffle(groups)(torch.from_numpy(x)[None])[0].numpy()
    absorbed = solutions.absorb_shuffle(weight, groups)
    np.testing.assert_allclose(conv1x1(x, absorbed), conv1x1(shuffled, weight))


@pytest.mark.parametrize(("channels", "groups", "times"), [(12, 3, 5), (116, 2, 44), (4, 2, 2)])
def test_so_many_shuffles_restore_the_order_and_no_fewer(channels, groups, times):
    assert solutions.shuffles_until_back(channels, groups) == times
    # A shuffle multiplies a channel's place by the groups, modulo one less than the channels.
    powers = [groups**n % (channels - 1) for n in range(1, times + 1)]
    assert powers.index(1) == times - 1
