"""The solutions of the page on DenseNet hold against its modules."""

import numpy as np
import pytest
from torch import nn

from onebyone import conv1x1
from onebyone.architectures.densenet import DenseLayer, dense_block
from onebyone.book.solutions import densenet as solutions


def weights(module):
    return sum(m.weight.numel() for m in module.modules() if isinstance(m, nn.Conv2d))


@pytest.mark.parametrize("growth", [12, 32])
def test_a_bottleneck_has_fewer_weights_than_a_3x3_from_there_on(growth):
    first = solutions.bottleneck_pays_from(growth)
    for channels in range(first - 3, first + 3):
        direct = weights(nn.Conv2d(channels, growth, 3))
        assert (weights(DenseLayer(channels, growth)) < direct) == (channels >= first)


def test_parts_need_no_concatenation():
    rng = np.random.default_rng(0)
    parts = [rng.standard_normal((channels, 5, 6)) for channels in (3, 1, 4)]
    weight = rng.standard_normal((7, 8))
    found = solutions.conv1x1_of_parts(parts, weight)
    np.testing.assert_allclose(found, conv1x1(np.concatenate(parts), weight))


def test_a_block_reads_what_its_layers_read():
    layers = dense_block(256, layers=24, growth=32)
    read = sum(layer.conv1.in_channels for layer in layers)
    assert solutions.channels_read(256, layers=24, growth=32) == read
